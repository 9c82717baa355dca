"""Days and times as New Zealand writes them: "12 December 2015", "5:30pm"."""

import datetime as dt

from django.utils import timezone
from django.utils.formats import date_format


def day_in_words(day: dt.date | dt.datetime) -> str:
    """A day as "12 December 2015"; of an instant, the day it was in New Zealand."""
    if isinstance(day, dt.datetime):
        day = timezone.localtime(day)
    return date_format(day, "j F Y")


def weekday_in_words(day: dt.date) -> str:
    """A day as "Saturday 12 December 2015"."""
    return date_format(day, "l j F Y")


def instant_in_words(instant: dt.datetime) -> str:
    """An instant as "12 December 2015, 5:30pm" in New Zealand."""
    local = timezone.localtime(instant)
    return f"{day_in_words(local)}, {time_in_words(local)}"


def time_in_words(instant: dt.datetime) -> str:
    """The time of an instant as "5:30pm" in New Zealand."""
    local = timezone.localtime(instant)
    return f"{date_format(local, 'g:i')}{'am' if local.hour < 12 else 'pm'}"
