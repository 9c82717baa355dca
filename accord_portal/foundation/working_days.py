"""Two calendars: the days the office is open, which our promises count, and those of the law.

The office in Wellington is closed on weekends, national holidays with Matariki, and the region's anniversary.
"""

import datetime as dt
from collections.abc import Callable
from functools import cache

import holidays
from django.utils import timezone


@cache
def _holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("NZ", subdiv="WGN")


@cache
def _national_holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("NZ")


def is_working_day(day: dt.date) -> bool:
    """Whether the office is open on this day."""
    return day.weekday() < 5 and day not in _holidays()


def is_official_information_working_day(day: dt.date) -> bool:
    """Whether this day counts in a time limit of the Official Information Act 1982 (section 2(1)).

    The Act leaves out weekends, the national holidays from Waitangi Day to Labour Day, which it names, and
    25 December to 15 January. It names no regional anniversary: that counts, though the office is closed. The
    Privacy Act 2020 has a definition of its own (section 7): this one is not for its time limits.
    """
    is_shut_down = (day.month, day.day) >= (12, 25) or (day.month, day.day) <= (1, 15)
    return day.weekday() < 5 and not is_shut_down and day not in _national_holidays()


def add_working_days(day: dt.date, count: int, counts: Callable[[dt.date], bool] = is_working_day) -> dt.date:
    """The working day `count` working days after `day`, which itself is not counted.

    `counts` is the calendar: the office's, or `is_official_information_working_day` for a duty by that Act.
    """
    if count < 1:
        raise ValueError("count is at least one working day")
    while count:
        day += dt.timedelta(days=1)
        count -= counts(day)
    return day


def working_days_after(day: dt.date, until: dt.date) -> int:
    """How many days the office is open after `day`, up to and with `until`."""
    days = (until - day).days
    return sum(is_working_day(day + dt.timedelta(days=number)) for number in range(1, days + 1))


def today() -> dt.date:
    """The day it is in New Zealand."""
    return timezone.localdate()
