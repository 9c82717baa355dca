"""How late and how old, in words."""

import datetime as dt

import pytest

from accord_portal.desk.words import age, lateness
from tests.clock import NOON

MONDAY = dt.date(2026, 11, 16)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (dt.date(2026, 11, 17), ""),
        (MONDAY, ""),
        (dt.date(2026, 11, 13), "1 working day late"),
        (dt.date(2026, 11, 12), "2 working days late"),
    ],
)
def test_lateness_counts_the_days_the_office_was_open(day: dt.date, words: str) -> None:
    assert lateness(day, MONDAY) == words


def test_over_a_weekend_it_is_late_by_no_working_day() -> None:
    assert lateness(dt.date(2026, 11, 13), dt.date(2026, 11, 14)) == "late"


@pytest.mark.parametrize(
    ("days", "words"), [(0, "came today"), (1, "came yesterday"), (3, "came 3 days ago")]
)
def test_age(days: int, words: str) -> None:
    assert age(NOON - dt.timedelta(days=days), MONDAY) == words
