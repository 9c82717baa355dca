import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord_portal.foundation.rich_text import html


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
        ("![a](https://example.org/pixel.gif)", "<p></p>\n"),
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
