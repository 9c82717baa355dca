import datetime as dt

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from accord_portal.foundation.working_days import (
    add_working_days,
    is_official_information_working_day,
    is_working_day,
    today,
    working_days_after,
)

days = st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("asked", "promised"),
    [
        pytest.param("2026-11-16", "2026-11-19", id="a plain week"),
        pytest.param("2026-11-19", "2026-11-24", id="over a weekend"),
        pytest.param("2026-11-21", "2026-11-25", id="asked on a Saturday"),
        pytest.param("2026-04-01", "2026-04-08", id="over Easter"),
        pytest.param("2026-07-08", "2026-07-14", id="over Matariki"),
        pytest.param("2027-06-23", "2027-06-29", id="over Matariki of another year"),
        pytest.param("2026-01-16", "2026-01-22", id="over Wellington Anniversary Day"),
        pytest.param("2026-12-23", "2026-12-30", id="over Christmas, Boxing Day on a Saturday"),
        pytest.param("2026-12-30", "2027-01-06", id="over New Year, 2 January on a Saturday"),
        pytest.param("2027-12-23", "2027-12-30", id="over Christmas on a weekend"),
    ],
)
def test_three_working_days_are(asked: str, promised: str) -> None:
    assert add_working_days(day(asked), 3) == day(promised)


@pytest.mark.parametrize(
    ("date", "is_open"),
    [
        ("2026-11-20", True),
        ("2026-11-21", False),
        ("2026-01-19", False),  # Wellington's anniversary
        ("2026-01-26", True),  # Auckland's
        ("2026-07-10", False),  # Matariki
        ("2026-10-26", False),  # Labour Day
    ],
)
def test_the_office_is_open(date: str, is_open: bool) -> None:
    assert is_working_day(day(date)) is is_open


def days_of(year: int, text: str) -> list[str]:
    return [f"{year}-{month_and_day}" for month_and_day in text.split()]


# From the Holidays Act 2003 and the Te Kāhui o Matariki Public Holiday Act 2022, not from the library.
COUNTRY = [
    *days_of(2025, "02-06 04-18 04-21 04-25 06-02 06-20 10-27"),
    *days_of(2026, "02-06 04-03 04-06 04-27 06-01 07-10 10-26"),
    *days_of(2027, "02-08 03-26 03-29 04-26 06-07 06-25 10-25"),
    *days_of(2028, "02-07 04-14 04-17 04-25 06-05 07-14 10-23"),
    *days_of(2029, "02-06 03-30 04-02 04-25 06-04 07-06 10-22"),
]
CHRISTMAS_AND_NEW_YEAR = [
    *days_of(2025, "01-01 01-02 12-25 12-26"),
    *days_of(2026, "01-01 01-02 12-25 12-28"),
    *days_of(2027, "01-01 01-04 12-27 12-28"),
    *days_of(2028, "01-03 01-04 12-25 12-26"),
    *days_of(2029, "01-01 01-02 12-25 12-26"),
]
WELLINGTON = [
    *days_of(2025, "01-20"),
    *days_of(2026, "01-19"),
    *days_of(2027, "01-25"),
    *days_of(2028, "01-24"),
    *days_of(2029, "01-22"),
]
FIVE_YEARS = [dt.date(2025, 1, 1) + dt.timedelta(days=n) for n in range(5 * 365 + 1)]


def test_five_years_of_the_office_day_by_day() -> None:
    closed = {*COUNTRY, *CHRISTMAS_AND_NEW_YEAR, *WELLINGTON}
    assert FIVE_YEARS[-1] == dt.date(2029, 12, 31)
    wanted = [d for d in FIVE_YEARS if d.isoweekday() <= 5 and d.isoformat() not in closed]
    assert [d for d in FIVE_YEARS if is_working_day(d)] == wanted


def test_five_years_of_the_official_information_act_day_by_day() -> None:
    shut = {f"12-{day}" for day in range(25, 32)} | {f"01-{day:02}" for day in range(1, 16)}
    open_ = [d for d in FIVE_YEARS if d.isoweekday() <= 5 and d.isoformat()[5:] not in shut]
    wanted = [d for d in open_ if d.isoformat() not in COUNTRY]
    assert [d for d in FIVE_YEARS if is_official_information_working_day(d)] == wanted


@pytest.mark.parametrize(
    ("asked", "count", "promised", "by_the_act"),
    [
        ("2026-11-16", 20, "2026-12-14", "2026-12-14"),
        ("2025-12-24", 3, "2025-12-31", "2026-01-20"),  # Wellington's anniversary counts under the Act
        ("2026-12-23", 3, "2026-12-30", "2027-01-19"),
        ("2026-12-24", 20, "2027-01-28", "2027-02-15"),
        ("2027-12-24", 1, "2027-12-29", "2028-01-17"),
        ("2029-01-15", 5, "2029-01-23", "2029-01-22"),
    ],
)
def test_the_two_calendars_differ(asked: str, count: int, promised: str, by_the_act: str) -> None:
    assert add_working_days(day(asked), count) == day(promised)
    assert add_working_days(day(asked), count, is_official_information_working_day) == day(by_the_act)


@given(days, st.integers(1, 20))
def test_the_promised_day_is_the_nth_working_day_after(asked: dt.date, count: int) -> None:
    promised = add_working_days(asked, count)
    between = [asked + dt.timedelta(days=n + 1) for n in range((promised - asked).days)]
    assert is_working_day(promised)
    assert sum(map(is_working_day, between)) == count


@given(days)
def test_a_later_question_is_never_answered_earlier(asked: dt.date) -> None:
    assert add_working_days(asked, 3) <= add_working_days(asked + dt.timedelta(days=1), 3)


@pytest.mark.parametrize("count", [0, -1])
def test_a_promise_is_at_least_one_day_off(count: int) -> None:
    with pytest.raises(ValueError, match="at least one working day"):
        add_working_days(day("2026-11-16"), count)


@pytest.mark.parametrize(
    ("instant", "there"),
    [("2026-11-21T10:59:00+00:00", "2026-11-21"), ("2026-11-21T11:00:00+00:00", "2026-11-22")],
)
def test_today_is_the_day_in_new_zealand(instant: str, there: str) -> None:
    with time_machine.travel(instant, tick=False):
        assert today() == day(there)


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), st.integers(1, 30))
def test_so_many_working_days_lie_between_a_day_and_the_one_promised_from_it(
    day: dt.date, count: int
) -> None:
    promised = add_working_days(day, count)
    assert working_days_after(day, promised) == count
    assert working_days_after(promised, day) == 0
