"""Markdown that staff write, as HTML that cannot harm its readers."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_markdown = MarkdownIt("commonmark", {"linkify": True, "html": False}).enable(["linkify", "table"])
TAGS = {"a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong"} | {
    "table", "tbody", "td", "th", "thead", "tr", "ul"
}  # fmt: skip
SCHEMES = {"http", "https", "mailto", "tel"}


def html(markdown: str) -> SafeString:
    """The text as sanitised HTML; a first-level heading becomes a second, since the page has its own."""
    rendered = _markdown.render(markdown).replace("<h1>", "<h2>").replace("</h1>", "</h2>")
    return mark_safe(  # noqa: S308 - sanitised in this line
        nh3.clean(rendered, tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel=None)
    )
