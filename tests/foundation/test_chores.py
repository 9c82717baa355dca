"""A row that a chore fails at is put aside and named; the others are done."""

import datetime as dt
import logging

import pytest
import time_machine
from django.db import DataError, IntegrityError, OperationalError

from accord_portal.foundation import chores
from accord_portal.foundation.models import SetAside
from responses.models import Contact
from tests.clock import NOON
from tests.factories import ContactFactory

pytestmark = pytest.mark.django_db
CHORE = "Looking after people"


def look_after(*keys: int, failing: dict[int, Exception] | None = None) -> tuple[int, list[int]]:
    seen = []

    def act(key: int) -> bool:
        Contact.objects.filter(pk=key).update(organisation="looked after")
        if failing and key in failing:
            raise failing[key]
        seen.append(key)
        return True

    return chores.for_each(CHORE, Contact, keys, act), seen


class TooLong(Exception):
    """As PostgreSQL refuses a value that fits in no index: an OperationalError of Django's."""

    pgcode = "54000"


def too_long() -> OperationalError:
    error = OperationalError("index row size 4000 exceeds maximum: Aroha")
    error.__cause__ = TooLong()
    return error


@pytest.mark.parametrize(
    "error",
    [
        ValueError("Aroha Ngata"),
        DataError("Failing row contains (Aroha)"),
        IntegrityError("Aroha"),
        too_long(),
    ],
)
def test_one_that_fails_holds_up_no_other(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    first, bad, last = (ContactFactory(organisation="").pk for _ in range(3))
    with time_machine.travel(NOON, tick=False), caplog.at_level(logging.ERROR):
        assert look_after(first, bad, last, failing={bad: error}) == (2, [first, last])
    row = SetAside.objects.get()
    assert (row.chore, row.kind, row.row, row.tried_at) == (CHORE, "responses.contact", bad, NOON)
    assert str(row) == f"{CHORE}: contact {bad}"
    assert row.get_absolute_url() == f"/staff/responses/contact/{bad}/change/"
    assert Contact.objects.get(pk=bad).organisation == ""  # nothing half done
    assert "Aroha" not in f"{row.error}{caplog.text}"  # a database quotes rows; nobody is named
    assert type(error).__name__ in row.error
    assert f"contact {bad} was set aside" in caplog.text


def test_what_is_set_aside_rests_an_hour_and_is_forgotten_once_it_is_done() -> None:
    bad, good = ContactFactory().pk, ContactFactory().pk
    with time_machine.travel(NOON, tick=False) as clock:
        look_after(bad, failing={bad: ValueError()})
        assert look_after(bad, good) == (1, [good])
        assert set(chores.resting_from(CHORE).values_list("row", flat=True)) == {bad}
        assert set(chores.resting_from("Another chore")) == set()
        clock.shift(chores.TRIED_AGAIN_AFTER + dt.timedelta(seconds=1))
        assert look_after(bad, failing={bad: KeyError()}) == (0, [])
        row = SetAside.objects.get()
        assert (row.error, row.since_at) == ("KeyError", NOON)
        clock.shift(chores.TRIED_AGAIN_AFTER + dt.timedelta(seconds=1))
        assert look_after(bad, good) == (2, [bad, good])
    assert SetAside.objects.count() == 0


def test_where_the_database_fails_no_row_is_to_blame() -> None:
    key = ContactFactory().pk
    with pytest.raises(OperationalError):
        look_after(key, failing={key: OperationalError("the server closed the connection")})
    assert SetAside.objects.count() == 0


def test_a_record_without_a_page_has_no_address() -> None:
    row = SetAside(chore=CHORE, kind="responses.suppression", row=1)
    assert row.get_absolute_url() == ""


def test_what_no_chore_comes_back_to_is_forgotten_after_a_day() -> None:
    for hours in (23, 25):
        tried_at = NOON - dt.timedelta(hours=hours)
        SetAside.objects.create(
            chore=CHORE, kind="responses.contact", row=hours, error="-", tried_at=tried_at
        )
    chores.forget(NOON)
    assert list(SetAside.objects.values_list("row", flat=True)) == [23]
