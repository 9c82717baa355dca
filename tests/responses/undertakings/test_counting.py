"""The three counts on the front page: whose day counts, and which year."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from responses.models import Undertaking
from responses.undertakings import counting, owing
from responses.undertakings.counting import Counted
from tests.clock import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
DAY = dt.timedelta(days=1)


def promise(first_due_on: str, *, kept: str = "", **changes: Any) -> Undertaking:
    """A promise to an audience, by this day; `kept` is an instant as the clock on the wall says it."""
    quarter = dt.date(2000, 1, 1) + DAY * Undertaking.objects.count()
    owing.owe_the_quarter(audience="keep_informed", kind="inform", quarter_on=quarter)
    day = dt.date.fromisoformat(first_due_on)
    proof = {"evidence_kind": "issue", "evidence_key": 1} if kept else {}
    kept_at = timezone.make_aware(dt.datetime.fromisoformat(kept)) if kept else None
    rows = Undertaking.objects.filter(quarter_on=quarter)
    rows.update(**{"first_due_on": day, "due_on": day, "kept_at": kept_at, **proof, **changes})
    return rows.get()


def counted() -> tuple[int, int, int]:
    found = counting.of_this_year()
    return found.on_time, found.late, found.open_late


def test_nothing_is_counted_where_nothing_was_promised(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1):
        assert counting.of_this_year() == Counted(2026, 0, 0, 0)


@pytest.mark.parametrize(
    ("kept", "counts"),
    [
        ("2026-06-01T09:00", (1, 0, 0)),
        ("2026-06-01T23:59:59", (1, 0, 0)),
        ("2026-06-02T00:00", (0, 1, 0)),
        ("2026-06-30T12:00", (0, 1, 0)),
    ],
)
def test_a_day_ends_at_midnight_in_new_zealand(kept: str, counts: tuple[int, int, int]) -> None:
    promise("2026-06-01", kept=kept)
    assert counted() == counts


@pytest.mark.parametrize(
    ("kept", "counts"),
    [("2025-12-31T23:59:59", (0, 0, 0)), ("2026-01-01T00:00", (1, 0, 0)), ("2026-11-16T12:00", (1, 0, 0))],
)
def test_a_year_begins_at_midnight_in_new_zealand(kept: str, counts: tuple[int, int, int]) -> None:
    promise("2026-11-30", kept=kept)
    assert counted() == counts


def test_the_year_is_the_one_it_is_in_new_zealand(clock: time_machine.Traveller) -> None:
    promise("2026-12-31", kept="2026-12-31T23:00")
    clock.move_to(dt.datetime(2026, 12, 31, 10, 59, 59, tzinfo=dt.UTC))
    assert counting.of_this_year() == Counted(2026, 1, 0, 0)
    clock.move_to(dt.datetime(2026, 12, 31, 11, 0, tzinfo=dt.UTC))
    assert counting.of_this_year() == Counted(2027, 0, 0, 0)


def test_what_is_owed_is_late_once_its_first_day_has_passed(clock: time_machine.Traveller) -> None:
    promise("2026-11-16")
    promise("2026-11-16", due_on=dt.date(2026, 12, 24))
    promise("2026-11-17")
    assert counted() == (0, 0, 0)
    clock.move_to(dt.datetime(2026, 11, 16, 10, 59, 59, tzinfo=dt.UTC))
    assert counted() == (0, 0, 0)
    clock.move_to(dt.datetime(2026, 11, 16, 11, 0, tzinfo=dt.UTC))
    assert counted() == (0, 0, 2)


def test_what_is_late_since_last_year_is_late_still() -> None:
    promise("2025-12-19")
    assert counted() == (0, 0, 1)


def test_what_was_kept_by_a_day_named_later_was_kept_late() -> None:
    promise("2026-11-02", kept="2026-11-09T12:00", due_on=dt.date(2026, 11, 9))
    assert counted() == (0, 1, 0)


def test_what_nobody_was_promised_for_a_day_or_is_over_is_left_out() -> None:
    promise("2026-11-02", is_backfilled=True)
    promise("2026-11-02", kept="2026-11-01T12:00", is_backfilled=True)
    promise("2026-11-02", ended_at=NOON, ended_because="withdrawn")
    assert counted() == (0, 0, 0)
