"""Confirming: a mailbox that answers makes count what was said with it, and nothing else."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

from responses.answers import confirming
from responses.consent import audit
from responses.consent import switches as consent_switches
from responses.models import Contact
from tests.clock import NOON
from tests.factories import EMPTY, ContactFactory, InvolvementFactory, received
from tests.responses.consent.readers import everything, evidence, gave, reader, switches, timeline, waits

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)

BEFORE = NOON - dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _the_lines_add_up(clock: time_machine.Traveller, db: None) -> Iterator[None]:
    """Whatever happened, in the end the involvements are what the lines say."""
    yield
    assert list(audit.disagreements()) == []


def test_confirming_makes_every_waiting_yes_count() -> None:
    contact = waits("keep_informed", "give_advice")
    line = gave(contact, "give_advice")
    consent_switches.confirm(contact=contact)
    contact.refresh_from_db()
    assert contact.email_confirmed_at == NOON
    assert switches(contact) == {
        "keep_informed": (BEFORE, NOON, None),
        "give_advice": (BEFORE, NOON, None),
    }
    assert evidence(contact) == [
        ("keep_informed", "confirmed", "confirmation_link"),
        ("give_advice", "confirmed", "confirmation_link"),
    ]
    assert timeline(contact) == [("confirmed", "Yes: Keep informed, Give advice")]
    assert gave(contact, "give_advice") == line
    assert consent_switches.waiting(contact) == ([], [])


def test_confirming_twice_is_the_same_as_once(clock: time_machine.Traveller) -> None:
    contact = waits("keep_informed")
    consent_switches.confirm(contact=contact)
    before = everything()
    clock.shift(60)
    consent_switches.confirm(contact=contact)
    assert everything() == before


def test_an_address_can_be_confirmed_without_any_yes() -> None:
    contact = waits()
    consent_switches.confirm(contact=contact)
    contact.refresh_from_db()
    assert (contact.email_confirmed_at, evidence(contact)) == (NOON, [])
    assert timeline(contact) == [("confirmed", "")]


def test_confirming_does_not_bring_back_a_yes_that_was_taken_back() -> None:
    contact = ContactFactory()
    InvolvementFactory(contact=contact, since_at=BEFORE, ended_at=BEFORE)
    consent_switches.confirm(contact=contact)
    assert switches(contact) == {"keep_informed": (BEFORE, None, BEFORE)}


def test_a_later_yes_needs_a_confirmation_of_its_own() -> None:
    contact = waits("keep_informed")
    consent_switches.confirm(contact=contact)
    received("keep_informed", "give_advice", at=NOON)
    assert switches(contact)["give_advice"] == (NOON, None, None)
    assert consent_switches.waiting(contact) == (["give_advice"], [])
    consent_switches.confirm(contact=contact)
    assert switches(contact)["give_advice"] == (NOON, NOON, None)


def test_a_yes_confirmed_from_a_known_mailbox_is_told_too() -> None:
    contact = reader(email="aroha@example.org")
    received("keep_informed", "give_advice", at=NOON)
    consent_switches.confirm(contact=contact)
    assert timeline(contact) == [("confirmed", "Yes: Give advice")]


@pytest.mark.parametrize("yes", [True, False])
def test_confirming_lifts_what_kept_us_from_writing_only_with_a_yes(yes: bool) -> None:
    contact = waits(*["keep_informed"] * yes)
    Contact.objects.filter(pk=contact.pk).update(never_again_at=BEFORE)
    consent_switches.confirm(contact=contact)
    contact.refresh_from_db()
    assert contact.never_again_at == (None if yes else BEFORE)


def test_a_no_that_a_form_asked_for_is_confirmed_too() -> None:
    contact = reader("keep_informed", "give_advice", email="aroha@example.org")
    received("give_advice")
    assert consent_switches.waiting(contact) == ([], ["keep_informed"])
    assert switches(contact)["keep_informed"] == (BEFORE, BEFORE, None)
    consent_switches.confirm(contact=contact)
    assert switches(contact) == {
        "keep_informed": (BEFORE, None, NOON),
        "give_advice": (BEFORE, BEFORE, None),
    }
    assert evidence(contact)[-1] == ("keep_informed", "withdrawn", "confirmation_link")
    assert timeline(contact) == [("confirmed", "No: Keep informed")]


def test_the_button_for_one_form_confirms_what_that_form_said_and_no_more() -> None:
    contact = reader("champion_accord", email="aroha@example.org")
    first = received("keep_informed", "champion_accord", at=BEFORE)
    second = received("keep_informed", "give_advice", at=BEFORE + MINUTE)
    assert consent_switches.waiting(contact) == (["keep_informed", "give_advice"], ["champion_accord"])
    assert consent_switches.waiting(contact, first) == (["keep_informed"], [])
    confirming.confirm(contact=contact, eoi=first)
    assert consent_switches.waiting(contact) == (["give_advice"], ["champion_accord"])
    confirming.confirm(contact=contact, eoi=second)
    assert switches(contact) == {
        "keep_informed": (BEFORE, NOON, None),
        "give_advice": (BEFORE + MINUTE, NOON, None),
        "champion_accord": (BEFORE, None, NOON),
    }


def test_a_yes_that_was_said_again_is_confirmed_by_either_forms_button() -> None:
    first = received("keep_informed", at=BEFORE)
    second = received("keep_informed", comments="Again", at=BEFORE + MINUTE)
    confirming.confirm(contact=first.contact, eoi=second)
    assert switches(first.contact) == {"keep_informed": (BEFORE, NOON, None)}


def test_a_yes_that_anybody_sends_later_does_not_stand_in_the_way_of_confirming_a_no() -> None:
    contact = reader(email="aroha@example.org")
    theirs = received()
    received("keep_informed", comments="From anybody")
    assert consent_switches.waiting(contact, theirs) == ([], ["keep_informed"])
    confirming.confirm(contact=contact, eoi=theirs)
    assert switches(contact) == {"keep_informed": (BEFORE, None, NOON)}


def test_pressing_an_old_button_confirms_nothing_that_anybody_sent_since() -> None:
    theirs = received("keep_informed", at=BEFORE)
    contact = theirs.contact
    confirming.confirm(contact=contact, eoi=theirs)
    consent_switches.set_switches(contact=contact, wanted={**EMPTY, "give_advice": True})
    received("keep_informed", comments="From anybody")
    before = everything()
    assert consent_switches.waiting(contact, theirs) == ([], [])
    confirming.confirm(contact=contact, eoi=theirs)
    assert everything() == before
    assert consent_switches.waiting(contact) == (["keep_informed"], ["give_advice"])
