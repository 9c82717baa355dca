"""Taking a Yes back: at once, one or all, and once."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

from responses.consent import audit
from responses.consent import switches as consent_switches
from responses.models import Activity, Consent, Contact, Involvement, Purpose
from tests.clock import NOON
from tests.factories import ContactFactory, received
from tests.responses.consent.readers import everything, evidence, reader, switches, timeline, waits

pytestmark = pytest.mark.django_db

BEFORE = NOON - dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _the_lines_add_up(clock: time_machine.Traveller, db: None) -> Iterator[None]:
    """Whatever happened, in the end the involvements are what the lines say."""
    yield
    assert list(audit.disagreements()) == []


def test_taking_back_ends_one_yes_and_leaves_the_others() -> None:
    contact = reader("keep_informed", "give_advice")
    took = consent_switches.withdraw(
        contact=contact, purposes=["keep_informed"], source="one_click", message="Digest issue 7"
    )
    assert took == ["keep_informed"]
    assert switches(contact) == {
        "keep_informed": (BEFORE, None, NOON),
        "give_advice": (BEFORE, BEFORE, None),
    }
    assert evidence(contact) == [("keep_informed", "withdrawn", "one_click")]
    assert contact.consents.get(recorded_at=NOON).message == "Digest issue 7"
    assert timeline(contact) == [("unsubscribed", "Keep informed (One-click unsubscribe)")]


def test_everything_can_be_taken_back_in_one_act() -> None:
    contact = reader("keep_informed", "give_advice")
    took = consent_switches.withdraw(contact=contact, purposes=Purpose.values, source="unsubscribe_page")
    assert took == ["keep_informed", "give_advice"]
    assert timeline(contact) == [("unsubscribed", "Keep informed, Give advice (Unsubscribe page)")]


def test_taking_back_twice_is_the_same_as_once(clock: time_machine.Traveller) -> None:
    contact = reader()
    consent_switches.withdraw(contact=contact, purposes=["keep_informed"], source="one_click")
    before = everything()
    clock.shift(60)
    assert consent_switches.withdraw(contact=contact, purposes=["keep_informed"], source="one_click") == []
    assert everything() == before


def test_a_yes_that_was_never_confirmed_can_be_taken_back_too() -> None:
    contact = waits("keep_informed")
    took = consent_switches.withdraw(contact=contact, purposes=["keep_informed"], source="complaint")
    assert took == ["keep_informed"]
    assert switches(contact) == {"keep_informed": (BEFORE, None, NOON)}


def test_taking_back_settles_a_no_that_waited() -> None:
    contact = reader(email="aroha@example.org")
    received()
    consent_switches.withdraw(contact=contact, purposes=["keep_informed"], source="one_click")
    assert consent_switches.waiting(contact) == ([], [])


def test_there_is_nothing_to_take_back_where_nothing_was_said() -> None:
    contact = ContactFactory()
    assert consent_switches.withdraw(contact=contact, purposes=["keep_informed"], source="one_click") == []
    assert (Consent.objects.count(), Involvement.objects.count(), Activity.objects.count()) == (0, 0, 0)


def test_who_was_erased_has_nothing_to_take_back_and_stays_counted() -> None:
    contact = reader()
    gone = {"name": "", "email": "", "mailbox": None, "email_confirmed_at": None, "erased_at": NOON}
    Contact.objects.filter(pk=contact.pk).update(**gone)
    assert consent_switches.withdraw(contact=contact, purposes=["keep_informed"], source="one_click") == []
    assert switches(contact) == {"keep_informed": (BEFORE, BEFORE, None)}
