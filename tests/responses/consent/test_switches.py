"""Setting the switches, and undoing it: each act adds lines to the evidence, and the sum stands."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.consent import audit, wordings
from responses.consent import switches as consent_switches
from tests.clock import NOON
from tests.factories import EMPTY, received
from tests.responses.consent.readers import (
    everything,
    evidence,
    gave,
    may_be_written_to,
    reader,
    save,
    switches,
    timeline,
    waits,
)

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)

BEFORE = NOON - dt.timedelta(days=1)

NEWS = {**EMPTY, "keep_informed": True}


@pytest.fixture(autouse=True)
def _the_lines_add_up(clock: time_machine.Traveller, db: None) -> Iterator[None]:
    """Whatever happened, in the end the involvements are what the lines say."""
    yield
    assert list(audit.disagreements()) == []


def test_setting_a_switch_counts_at_once() -> None:
    contact = waits()
    assert consent_switches.set_switches(contact=contact, wanted={**EMPTY, "give_advice": True}) == [
        "give_advice"
    ]
    contact.refresh_from_db()
    assert contact.email_confirmed_at == NOON
    assert switches(contact) == {"give_advice": (NOON, NOON, None)}
    assert evidence(contact) == [("give_advice", "given", "preference_page")]
    assert timeline(contact) == [("preferences", "Yes: Give advice")]
    assert gave(contact, "give_advice").source == "preference_page"


def test_turning_a_switch_off_ends_it_at_once() -> None:
    contact = reader()
    assert consent_switches.set_switches(contact=contact, wanted=EMPTY) == ["keep_informed"]
    assert switches(contact) == {"keep_informed": (BEFORE, None, NOON)}
    assert evidence(contact) == [("keep_informed", "withdrawn", "preference_page")]
    assert timeline(contact) == [("preferences", "No: Keep informed")]


def test_saving_is_confirmed_by_mail_with_what_undoing_needs() -> None:
    contact = reader()
    consent_switches.set_switches(contact=contact, wanted={**EMPTY, "give_advice": True})
    on, off = contact.consents.filter(recorded_at=NOON).order_by("pk")
    assert (on.purpose, off.purpose) == ("give_advice", "keep_informed")
    assert OutgoingMail.objects.values("message", "to", "recipient", "facts").get() == {
        "message": "preferences_saved",
        "to": contact.email,
        "recipient": contact.pk,
        "facts": {"contact_id": contact.pk, "lines": f"{on.pk}-{off.pk}"},
    }


def test_saving_the_page_confirms_a_yes_that_waited() -> None:
    contact = waits("keep_informed")
    assert consent_switches.set_switches(contact=contact, wanted=NEWS) == ["keep_informed"]
    assert switches(contact) == {"keep_informed": (NOON, NOON, None)}
    assert gave(contact, "keep_informed").source == "preference_page"


def test_saving_the_page_unchanged_adds_nothing() -> None:
    contact = reader()
    before = everything()
    assert consent_switches.set_switches(contact=contact, wanted=NEWS) == []
    assert everything() == before


def test_saving_the_page_unchanged_confirms_the_address() -> None:
    contact = waits()
    assert consent_switches.set_switches(contact=contact, wanted=EMPTY) == []
    contact.refresh_from_db()
    assert (contact.email_confirmed_at, timeline(contact)) == (NOON, [])
    assert OutgoingMail.objects.filter(message="preferences_saved").count() == 0


def test_a_switch_can_be_turned_off_and_on_again(clock: time_machine.Traveller) -> None:
    contact = reader()
    consent_switches.set_switches(contact=contact, wanted=EMPTY)
    clock.shift(60)
    assert consent_switches.set_switches(contact=contact, wanted=NEWS) == ["keep_informed"]
    assert switches(contact) == {"keep_informed": (NOON + MINUTE, NOON + MINUTE, None)}
    assert [line[1] for line in evidence(contact)] == ["withdrawn", "given"]


def test_leaving_a_switch_on_that_a_form_wanted_off_says_yes_again() -> None:
    contact = reader(email="aroha@example.org")
    line = gave(contact, "keep_informed")
    received()
    before = OutgoingMail.objects.count()
    assert consent_switches.set_switches(contact=contact, wanted=NEWS) == []
    assert evidence(contact)[-1] == ("keep_informed", "given", "preference_page")
    assert switches(contact) == {"keep_informed": (BEFORE, BEFORE, None)}
    assert (consent_switches.waiting(contact), gave(contact, "keep_informed")) == (([], []), line)
    assert OutgoingMail.objects.count() == before


def test_the_lines_name_the_words_that_the_page_showed(mere: User) -> None:
    contact, marked = reader(), wordings.mark(wordings.current())
    shown = wordings.current()
    for purpose in ("keep_informed", "give_advice"):
        wordings.reword(purpose=purpose, language="en", text=f"New words: {purpose}", by=mere)
    consent_switches.set_switches(contact=contact, wanted={**EMPTY, "give_advice": True}, marked=marked)
    said = contact.consents.filter(recorded_at=NOON).values_list("purpose", "wording")
    assert dict(said) == {p: shown[p].key for p in ("keep_informed", "give_advice")}


def test_undoing_turns_both_ways() -> None:
    contact = reader()
    lines = save(contact, {**EMPTY, "give_advice": True})
    assert consent_switches.undo(contact=contact, lines=lines) == ["keep_informed", "give_advice"]
    assert switches(contact) == {
        "keep_informed": (NOON, NOON, None),
        "give_advice": (NOON, None, NOON),
    }
    assert evidence(contact)[2:] == [
        ("keep_informed", "given", "preference_page"),
        ("give_advice", "withdrawn", "preference_page"),
    ]
    assert timeline(contact)[1:] == [("preferences", "Undone. Yes: Keep informed; No: Give advice")]
    assert may_be_written_to(contact) is True


def test_undoing_twice_is_the_same_as_once(clock: time_machine.Traveller) -> None:
    contact = reader()
    lines = save(contact, EMPTY)
    consent_switches.undo(contact=contact, lines=lines)
    before = everything()
    clock.shift(60)
    assert consent_switches.undo(contact=contact, lines=lines) == []
    assert everything() == before


def test_what_was_changed_again_since_is_not_undone() -> None:
    contact = reader()
    lines = save(contact, {**EMPTY, "give_advice": True})
    consent_switches.withdraw(contact=contact, purposes=["give_advice"], source="one_click")
    assert consent_switches.undo(contact=contact, lines=lines) == ["keep_informed"]
    assert switches(contact)["give_advice"] == (NOON, None, NOON)


def test_nobody_undoes_what_another_said() -> None:
    mine, theirs = reader(), reader()
    lines = save(theirs, EMPTY)
    assert consent_switches.undo(contact=mine, lines=lines) == []
    assert switches(theirs) == {"keep_informed": (BEFORE, None, NOON)}
