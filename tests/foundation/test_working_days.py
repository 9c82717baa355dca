import datetime as dt

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from accord_portal.foundation.working_days import add_working_days, is_working_day, today

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
