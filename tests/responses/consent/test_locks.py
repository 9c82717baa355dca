"""The clock and the person at the same moment: nobody is reminded or forgotten past their own word."""

import datetime as dt

import pytest

from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.consent import audit, reminding, switches
from responses.contacts import acts
from responses.models import Activity
from tests.at_once import behind
from tests.clock import NOON
from tests.responses.consent.readers import evidence, waits

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clock"),
]
KEEP = "keep_informed"


def reminders() -> int:
    return OutgoingMail.objects.filter(message="please_confirm").count()


def test_who_was_just_restricted_is_not_reminded(mere: User) -> None:
    contact = waits(KEEP)
    later = NOON + dt.timedelta(days=5)
    assert (
        behind(
            lambda: acts.restrict(contact=contact, by=mere, why="She rang."),
            lambda: reminding.remind(later),
        )
        == 0
    )
    assert (reminders(), contact.involvements.get().reminded_at) == (0, None)


def test_two_workers_remind_once() -> None:
    waits(KEEP)
    later = NOON + dt.timedelta(days=5)
    assert behind(lambda: reminding.remind(later), lambda: reminding.remind(later)) == 0
    assert reminders() == 1


def test_who_just_confirmed_is_not_reminded() -> None:
    contact = waits(KEEP)
    later = NOON + dt.timedelta(days=5)
    assert behind(lambda: switches.confirm(contact=contact), lambda: reminding.remind(later)) == 0
    assert reminders() == 0


def test_what_was_just_confirmed_is_not_forgotten() -> None:
    contact = waits(KEEP)
    later = NOON + dt.timedelta(days=40)
    assert behind(lambda: switches.confirm(contact=contact), lambda: reminding.forget(later)) == 0
    assert evidence(contact) == [(KEEP, "confirmed", "confirmation_link")]
    assert not Activity.objects.filter(kind="forgotten").exists()
    assert list(audit.disagreements()) == []


def test_two_workers_forget_once() -> None:
    contact = waits(KEEP)
    later = NOON + dt.timedelta(days=40)
    assert behind(lambda: reminding.forget(later), lambda: reminding.forget(later)) == 0
    assert evidence(contact) == [(KEEP, "lapsed", "portal")]


def test_what_was_just_forgotten_is_not_confirmed() -> None:
    contact = waits(KEEP)
    later = NOON + dt.timedelta(days=40)
    behind(lambda: reminding.forget(later), lambda: switches.confirm(contact=contact))
    assert evidence(contact) == [(KEEP, "lapsed", "portal")]
    assert list(contact.involvements.current()) == []
