"""The log is forgotten after a year and a day, by the sweep alone: the database lets out nothing younger."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accord_portal import sweep
from accord_portal.foundation.append_only import door
from accord_portal.staff import retention
from accord_portal.staff.models import LogLine

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def lines(*ages: int) -> list[LogLine]:
    """Lines of so many days ago by the database's own clock, which no test can stop."""
    now = dt.datetime.now(dt.UTC)
    return [LogLine.objects.create(act="viewed", kind="page", happened_at=now - age * DAY) for age in ages]


def test_the_sweep_forgets_those_of_more_than_a_year_and_a_day() -> None:
    _, _, stays, newest = lines(500, 367, 365, 0)
    assert sweep.tidy(dt.datetime.now(dt.UTC)) == 0
    assert list(LogLine.objects.order_by("pk")) == [stays, newest]


def test_it_takes_so_many_at_once_and_the_next_sweep_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "LINES_A_SWEEP", 2)
    lines(400, 400, 400, 1)
    now = dt.datetime.now(dt.UTC)
    assert [retention.forget(now) for _ in range(3)] == [2, 1, 0]


def test_a_clock_that_runs_ahead_takes_nothing_away() -> None:
    lines(364)
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        retention.forget(dt.datetime.now(dt.UTC) + 10 * DAY)
    assert LogLine.objects.count() == 1


def test_without_the_door_an_old_line_stays_and_with_it_none_is_changed() -> None:
    (old,) = lines(500)
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        old.delete()
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic(), door():
        LogLine.objects.update(detail="other")
    assert LogLine.objects.get().detail == ""
