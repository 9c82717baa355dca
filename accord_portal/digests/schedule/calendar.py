"""What went out, goes out and will be composed, by month: for staff to read."""

import datetime as dt
from collections.abc import Iterable
from itertools import groupby, islice
from typing import NamedTuple

from django.utils import timezone

from accord_portal.digests.models import DigestIssue, DigestSchedule, ScheduledIssue

from . import slots

MONTHS_BACK, MONTHS_AHEAD = 3, 3
MAX_DAYS = 40  # of a schedule ahead: three months of weeks, and some


class Entry(NamedTuple):
    """One line of the calendar; `issue` is None for a day to come, or where there was no news."""

    at: dt.datetime
    audience: str
    what: str
    issue: DigestIssue | None = None


def next_day(schedule: DigestSchedule, now: dt.datetime) -> dt.datetime | None:
    """When the next issue of a running schedule goes out."""
    days = coming(schedule, now)
    return days[0] if days else None


def coming(schedule: DigestSchedule, now: dt.datetime) -> list[dt.datetime]:
    """The days of a running schedule in the next three months."""
    if not schedule.is_running:
        return []
    end = now + dt.timedelta(days=31 * MONTHS_AHEAD)
    found = islice(slots.after(schedule, now), MAX_DAYS)
    return [goes_out_at for _, goes_out_at in found if goes_out_at <= end]


def months(now: dt.datetime) -> list[tuple[dt.date, list[Entry]]]:
    """The lines of each month that has any, from three months ago until three months ahead."""
    lines = sorted([*_issues(now), *_without_news(now), *_to_come(now)], key=lambda line: line.at)
    by_month = groupby(lines, key=lambda line: timezone.localdate(line.at).replace(day=1))
    return [(month, list(found)) for month, found in by_month]


def _issues(now: dt.datetime) -> Iterable[Entry]:
    since = now - dt.timedelta(days=31 * MONTHS_BACK)
    rows = DigestIssue.objects.filter(approved_at__gte=since).defer("text", "html")
    for issue in rows:
        at = issue.goes_out_at or issue.approved_at
        if at:
            yield Entry(at, issue.get_audience_display(), issue.get_state_display(), issue)


def _without_news(now: dt.datetime) -> Iterable[Entry]:
    since = now - dt.timedelta(days=31 * MONTHS_BACK)
    for row in ScheduledIssue.objects.filter(issue=None, goes_out_at__gte=since):
        yield Entry(row.goes_out_at, row.get_audience_display(), row.get_outcome_display())


def _to_come(now: dt.datetime) -> Iterable[Entry]:
    """The days of schedules, with the draft that stands for one; an approved issue is a line of its own."""
    entries = ScheduledIssue.objects.filter(goes_out_at__gt=now).select_related("issue")
    known = {(row.audience, row.goes_out_at): row.issue for row in entries}
    for schedule in DigestSchedule.objects.running():
        for goes_out_at in coming(schedule, now):
            issue = known.get((schedule.audience, goes_out_at))
            if issue is None:
                yield Entry(goes_out_at, schedule.get_audience_display(), "To come")
            elif issue.is_draft:
                words = f"Draft: {_who_approves(schedule, goes_out_at)}"
                yield Entry(goes_out_at, schedule.get_audience_display(), words, issue)


def _who_approves(schedule: DigestSchedule, at: dt.datetime) -> str:
    stands = schedule.approved_until_at is not None and at < schedule.approved_until_at
    return "goes out by the standing approval" if stands else "waits to be approved"
