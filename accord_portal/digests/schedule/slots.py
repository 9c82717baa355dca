"""The days of a schedule as instants, whatever the clocks of its time zone do."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from accord_portal.digests.models import DigestSchedule

Every = DigestSchedule.Every
WEEKDAYS = DigestSchedule.Weekday.values  # as `date.weekday` counts them
MONTHS_WITH_A_DAY = {Every.MONTH: range(1, 13), Every.QUARTER: range(1, 13, 3)}


def days(schedule: DigestSchedule, start: dt.date) -> Iterator[dt.date]:
    """The schedule's days from this one on, without end."""
    weekday = WEEKDAYS.index(schedule.weekday)
    if schedule.every == Every.WEEK:
        day = start + dt.timedelta(days=(weekday - start.weekday()) % 7)
        while True:
            yield day
            day += dt.timedelta(days=7)
    year = start.year
    while True:
        for month in MONTHS_WITH_A_DAY[Every(schedule.every)]:
            first = dt.date(year, month, 1)
            day = first + dt.timedelta(days=(weekday - first.weekday()) % 7)
            if day >= start:
                yield day
        year += 1


def instant(schedule: DigestSchedule, day: dt.date) -> dt.datetime:
    """When the issue of this day goes out, in UTC.

    A time that the clocks skip is as much later as they skip; of one that comes twice it is the first.
    """
    return dt.datetime.combine(day, schedule.at, ZoneInfo(schedule.zone)).astimezone(dt.UTC)


def after(schedule: DigestSchedule, start: dt.datetime) -> Iterator[tuple[dt.date, dt.datetime]]:
    """Each day after this instant with when its issue goes out, without end."""
    for day in days(schedule, start.astimezone(ZoneInfo(schedule.zone)).date()):
        goes_out_at = instant(schedule, day)
        if goes_out_at > start:
            yield day, goes_out_at


def latest(
    schedule: DigestSchedule, start: dt.datetime, end: dt.datetime
) -> tuple[dt.date, dt.datetime] | None:
    """The last day after `start` whose issue goes out by `end`; None where there is none."""
    found = None
    for day, goes_out_at in after(schedule, start):
        if goes_out_at > end:
            return found
        found = day, goes_out_at
    return found
