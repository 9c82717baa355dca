"""How late and how old something is, in words, and how what was written begins."""

import datetime as dt
from collections.abc import Iterator, Sequence

from django.utils import timezone

from accord_portal.foundation import working_days

FIRST_LINE = 160  # characters of it that are shown


def lateness(promised_on: dt.date, today: dt.date) -> str:
    """How late it is, "2 working days late"; "" where the day has not passed."""
    if promised_on >= today:
        return ""
    number = working_days.working_days_after(promised_on, today)
    if not number:
        return "late"
    return f"{number} working day{'' if number == 1 else 's'} late"


def age(since_at: dt.datetime, today: dt.date) -> str:
    """When it came, "came 3 days ago"."""
    days = (today - timezone.localdate(since_at)).days
    if days < 1:
        return "came today"
    return "came yesterday" if days == 1 else f"came {days} days ago"


def first_lines(written: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Of each text its first line that says something, cut."""
    for heading, text in written:
        line = next((line.strip() for line in text.splitlines() if line.strip()), "")
        if line:
            yield heading, line if len(line) <= FIRST_LINE else f"{line[: FIRST_LINE - 1].rstrip()}…"
