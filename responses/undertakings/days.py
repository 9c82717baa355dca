"""By which day each kind of undertaking is due: working days, counted from when it is owed."""

import datetime as dt
from functools import lru_cache

from django.conf import settings
from django.utils import timezone

from accord_portal.foundation import working_days
from responses.models import Undertaking

Kind = Undertaking.Kind


def due_on(kind: str, since_at: dt.datetime) -> dt.date:
    """The day by which what begins at this instant is due: always a working day.

    The periods are settings. What an audience is owed, and our asking after initiatives, is due when its
    quarter ends: see `quarter_ends_on`.
    """
    day = timezone.localdate(since_at)
    match kind:
        case Kind.ACKNOWLEDGE:
            return _working_days_later(day, settings.ACKNOWLEDGE_WORKING_DAYS)
        case Kind.REPLY | Kind.DECIDE:
            return _working_days_later(day, settings.REPLY_WORKING_DAYS)
        case Kind.TALK:
            return _working_days_later(day, settings.TALK_WORKING_DAYS)
        case Kind.INVITE:
            return _working_day_from(_months_later(day, settings.INVITE_MONTHS))
    raise ValueError(f"{kind} is not due so many days after something.")


@lru_cache(maxsize=256)
def _working_days_later(day: dt.date, count: int) -> dt.date:
    return working_days.add_working_days(day, count)


def quarter_of(day: dt.date) -> dt.date:
    """The first day of the calendar quarter that the day is in."""
    return day.replace(month=day.month - (day.month - 1) % 3, day=1)


def quarter_to_be_owed(now: dt.datetime) -> dt.date | None:
    """The first day of the quarter for which something may be promised now.

    None after its last working day: nobody is promised a day that has passed.
    """
    today = timezone.localdate(now)
    quarter_on = quarter_of(today)
    return quarter_on if today <= quarter_ends_on(quarter_on) else None


def quarter_ends_on(quarter_on: dt.date) -> dt.date:
    """The last working day of the quarter that begins on this day."""
    day = _months_later(quarter_on, 3) - dt.timedelta(days=1)
    while not working_days.is_working_day(day):
        day -= dt.timedelta(days=1)
    return day


def _months_later(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    first = dt.date(day.year + years, month + 1, 1)
    last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def _working_day_from(day: dt.date) -> dt.date:
    while not working_days.is_working_day(day):
        day += dt.timedelta(days=1)
    return day
