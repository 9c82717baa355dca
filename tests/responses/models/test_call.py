"""Which call is open."""

import datetime as dt

import pytest

from responses.models import (
    Call,
)
from tests.factories import CallFactory


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "is_open"),
    [("2011-10-02", False), ("2011-10-03", True), ("2011-11-04", True), ("2011-11-05", False)],
)
def test_a_call_is_open_from_its_first_day_to_its_last(day: str, is_open: bool) -> None:
    call = CallFactory(opens_on=dt.date(2011, 10, 3), closes_on=dt.date(2011, 11, 4))
    assert list(Call.objects.open_on(dt.date.fromisoformat(day))) == ([call] if is_open else [])


@pytest.mark.django_db
def test_of_two_open_calls_the_newer_comes_first() -> None:
    older, newer = CallFactory(), CallFactory(opens_on=dt.date(2026, 11, 1))
    assert list(Call.objects.open_on(dt.date(2026, 11, 16))) == [newer, older]
