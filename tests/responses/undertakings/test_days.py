"""By which day what is owed is due: days on which the office in Wellington is open."""

import datetime as dt

import pytest
from django.conf import LazySettings

from accord_portal.foundation import working_days
from responses.models import Undertaking
from responses.undertakings import days
from tests.clock import NOON

Kind = Undertaking.Kind


def noon(day: str) -> dt.datetime:
    """About noon of the day in Wellington."""
    return dt.datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=dt.UTC)


def due(kind: str, day: str) -> str:
    return days.due_on(kind, noon(day)).isoformat()


@pytest.mark.parametrize(
    ("kind", "day"),
    [
        (Kind.ACKNOWLEDGE, "2026-11-19"),
        (Kind.REPLY, "2026-12-14"),
        (Kind.DECIDE, "2026-12-14"),
        (Kind.TALK, "2026-11-30"),
        (Kind.INVITE, "2027-05-17"),  # the 16th is a Sunday
    ],
)
def test_each_kind_has_its_period(kind: str, day: str) -> None:
    assert days.due_on(kind, NOON).isoformat() == day


def test_the_periods_are_settings(settings: LazySettings) -> None:
    settings.ACKNOWLEDGE_WORKING_DAYS, settings.REPLY_WORKING_DAYS = 1, 2
    settings.TALK_WORKING_DAYS, settings.INVITE_MONTHS = 4, 1
    kinds = [Kind.ACKNOWLEDGE, Kind.REPLY, Kind.DECIDE, Kind.TALK, Kind.INVITE]
    assert [days.due_on(kind, NOON).day for kind in kinds] == [17, 18, 18, 20, 16]


@pytest.mark.parametrize(("minute", "day"), [("10:59", "2026-11-19"), ("11:00", "2026-11-20")])
def test_they_count_from_the_day_in_new_zealand(minute: str, day: str) -> None:
    at = dt.datetime.fromisoformat(f"2026-11-16T{minute}").replace(tzinfo=dt.UTC)
    assert days.due_on(Kind.ACKNOWLEDGE, at).isoformat() == day


@pytest.mark.parametrize(
    ("begins", "due_on"),
    [
        ("2026-01-16", "2026-01-22"),  # Wellington's anniversary on the Monday
        ("2026-07-08", "2026-07-14"),  # Matariki on the Friday
        ("2026-12-23", "2026-12-30"),  # Christmas on the Friday, the day after kept on the Monday
        ("2026-04-01", "2026-04-08"),  # Good Friday and Easter Monday
        ("2026-02-04", "2026-02-10"),  # Waitangi Day on the Friday
    ],
)
def test_days_on_which_the_office_is_closed_do_not_count(begins: str, due_on: str) -> None:
    assert due(Kind.ACKNOWLEDGE, begins) == due_on


@pytest.mark.parametrize(
    ("begins", "ours", "by_the_act"),
    [
        ("2026-01-16", "2026-01-22", "2026-01-21"),  # the Act knows no regional anniversary
        ("2026-12-23", "2026-12-30", "2027-01-19"),  # and leaves out 25 December to 15 January
    ],
)
def test_our_promises_do_not_count_days_as_the_official_information_act_does(
    begins: str, ours: str, by_the_act: str
) -> None:
    law = working_days.is_official_information_working_day
    found = working_days.add_working_days(dt.date.fromisoformat(begins), 3, law)
    assert (due(Kind.ACKNOWLEDGE, begins), found.isoformat()) == (ours, by_the_act)


@pytest.mark.parametrize(
    ("begins", "due_on"),
    [
        ("2027-08-31", "2028-02-29"),  # February has no 31st
        ("2026-08-31", "2027-03-01"),  # nor is its last day a working day
        ("2026-06-25", "2026-12-29"),  # Christmas, a weekend and the Monday after
        ("2026-07-31", "2027-02-01"),  # over the turn of the year, to a Sunday
    ],
)
def test_an_invitation_is_due_on_the_same_day_six_months_later_or_the_next_working_day(
    begins: str, due_on: str
) -> None:
    assert due(Kind.INVITE, begins) == due_on


@pytest.mark.parametrize("kind", [Kind.ASK, Kind.INFORM, Kind.ASK_FEEDBACK])
def test_what_is_owed_by_the_quarter_has_no_period(kind: str) -> None:
    with pytest.raises(ValueError, match=rf"^{kind} is not due so many days after something\.$"):
        days.due_on(kind, NOON)


@pytest.mark.parametrize(
    ("day", "quarter_on"),
    [
        ("2026-01-01", "2026-01-01"),
        ("2026-03-31", "2026-01-01"),
        ("2026-04-01", "2026-04-01"),
        ("2026-09-30", "2026-07-01"),
        ("2026-12-31", "2026-10-01"),
    ],
)
def test_a_quarter_is_known_by_its_first_day(day: str, quarter_on: str) -> None:
    assert days.quarter_of(dt.date.fromisoformat(day)).isoformat() == quarter_on


@pytest.mark.parametrize(
    ("quarter_on", "ends_on"),
    [
        ("2026-10-01", "2026-12-31"),
        ("2028-07-01", "2028-09-29"),  # the 30th is a Saturday
        ("2024-01-01", "2024-03-28"),  # Easter
    ],
)
def test_a_quarter_ends_on_its_last_working_day(quarter_on: str, ends_on: str) -> None:
    assert days.quarter_ends_on(dt.date.fromisoformat(quarter_on)).isoformat() == ends_on
