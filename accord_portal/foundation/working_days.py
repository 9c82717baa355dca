"""Working days in Wellington: weekends, national holidays with Matariki, and the regional anniversary out."""

import datetime as dt
from functools import cache

import holidays
from django.utils import timezone


@cache
def _holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("NZ", subdiv="WGN")


def is_working_day(day: dt.date) -> bool:
    """Whether the office is open on this day."""
    return day.weekday() < 5 and day not in _holidays()


def add_working_days(day: dt.date, count: int) -> dt.date:
    """The working day `count` working days after `day`, which itself is not counted."""
    if count < 1:
        raise ValueError("count is at least one working day")
    while count:
        day += dt.timedelta(days=1)
        count -= is_working_day(day)
    return day


def today() -> dt.date:
    """The day it is in New Zealand."""
    return timezone.localdate()
