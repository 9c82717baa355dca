"""The days of a schedule, over the nights when clocks change."""

import datetime as dt
from itertools import islice, pairwise

import pytest

from accord_portal.digests.models import DigestSchedule
from accord_portal.digests.schedule import slots

Every = DigestSchedule.Every


def schedule(
    every: str = "week", weekday: str = "sunday", at: str = "09:00", zone: str = "Pacific/Auckland"
) -> DigestSchedule:
    return DigestSchedule(every=every, weekday=weekday, at=dt.time.fromisoformat(at), zone=zone)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("every", "start", "days"),
    [
        ("week", "2026-11-28", ["2026-12-01", "2026-12-08", "2026-12-15"]),
        ("week", "2026-12-01", ["2026-12-01", "2026-12-08", "2026-12-15"]),
        ("month", "2026-11-28", ["2026-12-01", "2027-01-05", "2027-02-02"]),
        ("month", "2026-12-02", ["2027-01-05", "2027-02-02", "2027-03-02"]),
        ("quarter", "2026-11-28", ["2027-01-05", "2027-04-06", "2027-07-06"]),
    ],
)
def test_the_days_of_tuesdays(every: str, start: str, days: list[str]) -> None:
    found = islice(slots.days(schedule(every, weekday="tuesday"), dt.date.fromisoformat(start)), 3)
    assert [day.isoformat() for day in found] == days


@pytest.mark.parametrize(
    ("day", "at", "zone", "instant"),
    [
        ("2026-09-20", "09:00", "Pacific/Auckland", "2026-09-19T21:00"),
        ("2026-09-27", "09:00", "Pacific/Auckland", "2026-09-26T20:00"),  # summer time began that night
        ("2026-09-27", "02:30", "Pacific/Auckland", "2026-09-26T14:30"),  # skipped: it is 3.30 by the clocks
        ("2027-04-04", "02:30", "Pacific/Auckland", "2027-04-03T13:30"),  # twice: the first
        ("2027-04-04", "03:00", "Pacific/Auckland", "2027-04-03T15:00"),
        ("2026-09-27", "03:15", "Pacific/Chatham", "2026-09-26T14:30"),
        ("2026-09-27", "09:00", "UTC", "2026-09-27T09:00"),
    ],
)
def test_a_day_is_an_instant_whatever_the_clocks_do(day: str, at: str, zone: str, instant: str) -> None:
    assert slots.instant(schedule(at=at, zone=zone), dt.date.fromisoformat(day)) == utc(instant)


def test_each_sunday_of_half_a_year_comes_once_and_in_order() -> None:
    found = list(islice(slots.after(schedule(at="02:30"), utc("2026-08-30T00:00")), 40))
    instants = [goes_out_at for _, goes_out_at in found]
    assert instants == sorted(set(instants))
    assert {day.weekday() for day, _ in found} == {6}
    steps = {later - earlier for earlier, later in pairwise(instants)}
    week = dt.timedelta(days=7)
    assert steps == {week, week - dt.timedelta(hours=1), week + dt.timedelta(hours=1)}


def test_the_last_day_until_an_instant_is_found_and_none_before_the_first() -> None:
    weekly = schedule(weekday="tuesday")
    start = utc("2026-11-28T00:00")
    assert slots.latest(weekly, start, utc("2026-11-30T19:59")) is None
    assert slots.latest(weekly, start, utc("2026-11-30T20:00")) == (
        dt.date(2026, 12, 1),
        utc("2026-11-30T20:00"),
    )
    assert slots.latest(weekly, start, utc("2027-01-01T00:00")) == (
        dt.date(2026, 12, 29),
        utc("2026-12-28T20:00"),
    )
    assert slots.latest(weekly, utc("2026-11-30T20:00"), utc("2026-11-30T21:00")) is None
