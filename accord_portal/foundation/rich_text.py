"""Markdown that staff write, as HTML that cannot harm its readers."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import nh3
from django.core.validators import MaxLengthValidator
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from . import te_reo

TAGS = {"a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong"} | {
    "span", "table", "tbody", "td", "th", "thead", "tr", "ul"
}  # fmt: skip
SCHEMES = {"http", "https", "mailto", "tel"}
MAX_LENGTH = 20_000  # characters, some 3,000 words: nothing of this length takes a second to render
MAX_CELLS = 10_000  # rows are filled up to the columns of the widest; beyond this, bars stay bars
ADDRESS = re.compile(r"\bhttps?://[^\s<>\"“”]+|(?<![\w.+-])[\w.+-]{1,64}@\w[\w-]{0,62}(?:\.\w[\w-]{0,62})+")
IS_OURS = re.compile(r"(?!//|[\w+.-]+:)")  # an address without a host
ENDS_A_SENTENCE = ".,;:!?'’*_~"

not_too_long = MaxLengthValidator(
    MAX_LENGTH, f"Use {MAX_LENGTH} characters or fewer: put the rest on a page of its own"
)


@dataclass(frozen=True)
class Link:
    """Where an address stands in a text, and where it leads."""

    index: int
    last_index: int
    text: str
    url: str
    schema: str


class Links:
    """What becomes a link by itself: an address with its scheme, or of a mailbox.

    "over.It" is a missing space. It stands in for the library's own linkify, which takes quadratic time.
    """

    def pretest(self, text: str) -> bool:
        """Whether it is worth looking."""
        return "://" in text or "@" in text

    test = pretest

    def match(self, text: str) -> list[Link]:
        """Every address in the text, without the punctuation of the sentence it stands in."""
        links = []
        for found in ADDRESS.finditer(text):
            address = found[0].rstrip(ENDS_A_SENTENCE)
            while address.endswith(")") and address.count(")") > address.count("("):
                address = address[:-1].rstrip(ENDS_A_SENTENCE)
            scheme = "" if "://" in address else "mailto:"
            start = found.start()
            links.append(Link(start, start + len(address), address, scheme + address, scheme or "http:"))
        return links


def _words_of_image(self: RendererHTML, tokens: Any, at: int, options: Any, env: Any) -> str:
    """Pictures are not shown; the words that stand for one are."""
    return escape(self.renderInlineAsText(tokens[at].children, options, env))


def _text(self: RendererHTML, tokens: Any, at: int, options: Any, env: Any) -> str:
    return te_reo.marked(tokens[at].content)


def _parser(*rules: str) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"linkify": True, "html": False}).enable(["linkify", *rules])
    parser.inline.ruler.disable("linkify")
    parser.linkify = Links()
    parser.add_render_rule("image", _words_of_image)
    parser.add_render_rule("text", _text)
    return parser


_markdown, _without_tables = _parser("table"), _parser()


def _parser_for(markdown: str) -> MarkdownIt:
    columns = [line.count("|") for line in markdown.splitlines()]
    is_bounded = max(columns, default=0) * len(columns) <= MAX_CELLS
    return _markdown if is_bounded else _without_tables


def tokens_of(markdown: str) -> list[Token]:
    """The text as its parser reads it."""
    return _parser_for(markdown).parse(markdown)


@lru_cache(maxsize=256)
def html(markdown: str, base_url: str = "") -> SafeString:
    """The text as sanitised HTML; a first-level heading becomes a second, since the page has its own.

    With a `base_url`, as in mail, links to our own pages are whole addresses. What was rendered is kept.
    """
    rendered = _parser_for(markdown).render(markdown)
    rendered = rendered.replace("<h1>", "<h2>").replace("</h1>", "</h2>").replace("<p></p>\n", "")

    def whole(tag: str, attribute: str, value: str) -> str:
        return f"{base_url}/{value.lstrip('/')}" if base_url and IS_OURS.match(value) else value

    return mark_safe(  # noqa: S308 - sanitised in this line
        nh3.clean(
            rendered,
            tags=TAGS,
            attributes={"a": {"href"}, "span": {"lang"}},
            url_schemes=SCHEMES,
            link_rel=None,
            attribute_filter=whole,
        )
    )
