"""What every template may use: days in words, and te reo Māori marked as such."""

import re

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from accord_portal.foundation import dates

register = template.Library()
register.filter("day", dates.day_in_words)
register.filter("weekday", dates.weekday_in_words)
register.filter("instant", dates.instant_in_words)

REO = re.compile("Kia Tūtahi|Te Tiriti o Waitangi|Te Puni Kōkiri|Te Tari Taiwhenua|Manatū Hauora")


@register.filter
def reo(text: object) -> SafeString:
    """The text with its te reo Māori phrases marked, so that a screen reader says them in that language."""
    marked = REO.sub(lambda phrase: f'<span lang="mi">{phrase[0]}</span>', escape(str(text)))
    return mark_safe(marked)  # noqa: S308 - escaped above
