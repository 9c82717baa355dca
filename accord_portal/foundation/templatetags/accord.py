"""What every template may use: days in words, te reo Māori marked as such, links to files."""

from django import template
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accord_portal.foundation import dates, te_reo

register = template.Library()
register.filter("day", dates.day_in_words)
register.filter("weekday", dates.weekday_in_words)
register.filter("instant", dates.instant_in_words)
register.filter("reo", te_reo.marked)


@register.simple_tag
def file_link(url: str, words: str, file_format: str, size: int | str) -> SafeString:
    """A link to what is no web page, with its format and size (Web Usability Standard 1.4).

    `size` is in bytes, or in words where it is made when it is asked for ("less than 1 KB").
    """
    in_words = size if isinstance(size, str) else filesizeformat(size).replace("\xa0", " ")
    return format_html('<a class="file" href="{}">{} ({}, {})</a>', url, words, file_format, in_words)
