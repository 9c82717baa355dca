import pytest
from django.template import Context, Template


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "Signing of the Kia Tūtahi Accord",
            'Signing of the <span lang="mi">Kia Tūtahi</span> Accord',
        ),
        (
            "<b>Te Tiriti o Waitangi</b> & more",
            '&lt;b&gt;<span lang="mi">Te Tiriti o Waitangi</span>&lt;/b&gt; &amp; more',
        ),
        ("nothing", "nothing"),
        (12, "12"),
    ],
)
def test_te_reo_is_marked_and_the_rest_is_text(text: object, shown: str) -> None:
    assert Template("{{ text|reo }}").render(Context({"text": text})) == shown
