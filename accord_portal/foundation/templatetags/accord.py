"""What every template may use: days in words, te reo Māori marked as such, names isolated, links to files."""

from typing import Any

from django import template
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from accord_portal.foundation import dates, plain_text, rich_text, te_reo, text

register = template.Library()
register.filter("day", dates.day_in_words)
register.filter("weekday", dates.weekday_in_words)
register.filter("instant", dates.instant_in_words)
register.filter("clock_time", dates.time_in_words)
register.filter("reo", te_reo.marked)


@register.filter(needs_autoescape=True)
def isolated(name: Any, autoescape: bool = True) -> str:
    """A name or title that somebody typed, which leaves the order of the words around it alone.

    Where any of it runs from right to left, it stands in a <bdi> in HTML and between isolates in plain text.
    """
    if not autoescape:
        return text.isolated(str(name))
    html = conditional_escape(name)
    return mark_safe(f"<bdi>{text.DROPPED.sub('', html)}</bdi>") if text.turns(html) else html  # noqa: S308


@register.filter
def markdown(written: str) -> SafeString:
    """What staff wrote in Markdown as HTML that cannot harm; links to our own pages are whole addresses."""
    return rich_text.html(written, settings.BASE_URL)


@register.filter
def plain(written: str) -> str:
    """The same as text for reading, without marks: for the text part of a message."""
    return plain_text.plain(written, settings.BASE_URL)


@register.simple_tag
def file_link(url: str, words: str, file_format: str, size: int | str) -> SafeString:
    """A link to what is no web page, with its format and size (Web Usability Standard 1.4).

    `size` is in bytes, or in words where it is made when it is asked for ("less than 1 KB").
    """
    in_words = size if isinstance(size, str) else filesizeformat(size).replace("\xa0", " ")
    return format_html('<a class="file" href="{}">{} ({}, {})</a>', url, words, file_format, in_words)
