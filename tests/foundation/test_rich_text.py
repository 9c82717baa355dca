import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accord_portal.foundation.rich_text import MAX_LENGTH, html, not_too_long
from tests.effort import effort
from tests.html import read


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("Kia *kaha*, kia **maia**.", "<p>Kia <em>kaha</em>, kia <strong>maia</strong>.</p>\n"),
        ("# One\n\n## Two", "<h2>One</h2>\n<h2>Two</h2>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("[words](https://example.org/)", '<p><a href="https://example.org/">words</a></p>\n'),
        ("https://example.org/", '<p><a href="https://example.org/">https://example.org/</a></p>\n'),
        ("[mail](mailto:a@example.org)", '<p><a href="mailto:a@example.org">mail</a></p>\n'),
        ("[here](/about/)", '<p><a href="/about/">here</a></p>\n'),
        (
            "| a |\n| - |\n| b |",
            "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n"
            "<tbody>\n<tr>\n<td>b</td>\n</tr>\n</tbody>\n</table>\n",
        ),
        ("", ""),
    ],
)
def test_markdown_is_shown_as(markdown: str, shown: str) -> None:
    assert html(markdown) == shown


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ('<b onclick="x()">b</b>', '<p>&lt;b onclick="x()"&gt;b&lt;/b&gt;</p>\n'),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n"),
        ("[a](data:text/html;base64,AAAA)", "<p>[a](data:text/html;base64,AAAA)</p>\n"),
        ("[a](ftp://example.org)", "<p><a>a</a></p>\n"),
        ("![a](https://example.org/pixel.gif)", "<p>a</p>\n"),
        ("![<b>](javascript:alert(1))", "<p>![&lt;b&gt;](javascript:alert(1))</p>\n"),
        ('http://e.org/"onclick=x', '<p><a href="http://e.org/">http://e.org/</a>"onclick=x</p>\n'),
        (
            '[a](https://example.org "t\\" onclick=x")',
            '<p><a href="https://example.org" title="t&quot; onclick=x">a</a></p>\n',
        ),
    ],
)
def test_nothing_harmful_is_left(markdown: str, shown: str) -> None:
    assert html(markdown) == shown


@given(
    st.text(alphabet=st.sampled_from("<>\"'&/=()[]:!#*_-` \n") | st.characters(codec="utf-8"), max_size=80)
)
def test_no_text_makes_a_tag_of_its_own(markdown: str) -> None:
    shown = html(markdown).lower()
    assert [bad for bad in ("<script", "<img", "<iframe", "<style", "<b ") if bad in shown] == []


# --- what becomes a link by itself -----------------------------------------------------------


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("It is over.It was good.", "It is over.It was good."),
        ("www.dia.govt.nz and e.g.this", "www.dia.govt.nz and e.g.this"),
        ("http://", "http://"),
        ("a@b", "a@b"),
        ("See http://e.org/a_(b).", 'See <a href="http://e.org/a_(b)">http://e.org/a_(b)</a>.'),
        ("(https://e.org/?a=1&b=2)", '(<a href="https://e.org/?a=1&amp;b=2">https://e.org/?a=1&amp;b=2</a>)'),
        ("https://e.org/, then", '<a href="https://e.org/">https://e.org/</a>, then'),
        ("“https://e.org/”", '“<a href="https://e.org/">https://e.org/</a>”'),
        ("Write to a.b+c@example.org.", 'Write to <a href="mailto:a.b+c@example.org">a.b+c@example.org</a>.'),
        ("https://e.org/a_b_c", '<a href="https://e.org/a_b_c">https://e.org/a_b_c</a>'),
        ("`https://e.org/`", "<code>https://e.org/</code>"),
        ("[https://e.org/](https://e.nz/)", '<a href="https://e.nz/">https://e.org/</a>'),
    ],
)
def test_only_a_whole_address_becomes_a_link(markdown: str, shown: str) -> None:
    assert html(markdown) == f"<p>{shown}</p>\n"


# --- pictures --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("![Two *people* at a table](/media/a.jpg)", "<p>Two people at a table</p>\n"),
        ("Look: ![a kererū](a.jpg).", "<p>Look: a kererū.</p>\n"),
        ("![](a.jpg)", ""),
        ("![](a.jpg)\n\nNext", "<p>Next</p>\n"),
        ("[![our sign](a.jpg)](/about/)", '<p><a href="/about/">our sign</a></p>\n'),
        ("![a][b]\n\n[b]: c.gif", "<p>a</p>\n"),
    ],
)
def test_a_picture_is_shown_as_its_words(markdown: str, shown: str) -> None:
    assert html(markdown) == shown


# --- in mail ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "in_mail"),
    [
        ("/champions/", "https://accord.example/champions/"),
        ("champions/", "https://accord.example/champions/"),
        ("/search/?q=a:b", "https://accord.example/search/?q=a:b"),
        ("#top", "https://accord.example/#top"),
        ("?q=a", "https://accord.example/?q=a"),
        ("https://e.org/a", "https://e.org/a"),
        ("//e.org/a", "//e.org/a"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("tel:+6444957200", "tel:+6444957200"),
    ],
)
def test_links_are_whole_addresses_in_mail(link: str, in_mail: str) -> None:
    assert html(f"[a]({link})") == f'<p><a href="{link}">a</a></p>\n'
    assert html(f"[a]({link})", "https://accord.example") == f'<p><a href="{in_mail}">a</a></p>\n'


# --- how long it takes -----------------------------------------------------------------------

WIDE = "|" + "a|" * 3000 + "\n|" + "-|" * 3000 + "\n" + "|x\n" * 3000
MANY_COLUMNS = "|" + "a|" * 39 + "\n|" + "-|" * 39 + "\n" + "|x\n" * 6000
HOSTILE = [
    *('"http://e.org/("', "http://e.org/((", "http://e.org/).", "http://", "a@", "a.", "a@b.c ", "a@a-"),
    *("[", "![", "[a](", "[[a]", "[]", "*a ", "*a _b", "*_", "**x ", "`a``b", "<", "<a ", "&amp", "\\", "> "),
    *("- ", "1. a\n", "a\n=\n", "```\n", " a\n", "[a]: b\n", "|a", "|a|b|\n|-|-|\n", "\t", "![a](b)"),
    *(WIDE, MANY_COLUMNS, "\n".join("  " * depth + "- a" for depth in range(140))),
]


@pytest.mark.parametrize("piece", HOSTILE, ids=[repr(piece[:16]) for piece in HOSTILE])
def test_the_longest_text_takes_no_long_time_to_render(piece: str) -> None:
    """Under a second of processor time on one core of ours; before, up to three for less text."""
    text = (piece * (MAX_LENGTH // len(piece) + 1))[:MAX_LENGTH]
    assert effort(lambda: html(text)) < 33  # 2.5 seconds where a million additions take 75 ms


def test_what_was_rendered_is_kept() -> None:
    html.cache_clear()
    for _ in range(3):
        html("Kia kaha")
    html("Kia kaha", "https://accord.example")
    assert html.cache_info()[:2] == (2, 2)


def test_a_text_has_a_length_it_can_be_rendered_at() -> None:
    not_too_long("a" * MAX_LENGTH)
    with pytest.raises(ValidationError) as refused:
        not_too_long("a" * (MAX_LENGTH + 1))
    assert refused.value.messages == ["Use 20000 characters or fewer: put the rest on a page of its own"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["champions/practicestory", "digests/update"])
def test_staff_are_told_and_lose_nothing(admin_client: Client, path: str) -> None:
    sent = {"title": "News", "slug": "news", "summary": "News", "audience": "keep_informed"}
    page = read(admin_client.post(f"/staff/{path}/add/", {**sent, "body": "a" * (MAX_LENGTH + 1)}))
    assert page.one(class_="error").text.startswith("Error: Use 20000 characters or fewer")
    assert len(page.one("textarea", name="body").text) == MAX_LENGTH + 1
