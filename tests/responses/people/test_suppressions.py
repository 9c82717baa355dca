"""Who asked not to be written to is remembered, of the mailbox; and what lifts that."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from accord_portal.staff.models import User
from responses.consent import audit
from responses.consent import switches as consent_switches
from responses.models import Contact, Suppression
from responses.people import suppressions
from tests.clock import NOON
from tests.factories import EMPTY, ContactFactory, InvolvementFactory, received
from tests.responses.consent.readers import everything, may_be_written_to, reader, save

pytestmark = pytest.mark.django_db

BEFORE = NOON - dt.timedelta(days=1)

NEVER_AGAIN, INVITED, ERASED, BOUNCED = Suppression.Scope.values

NEWS = {**EMPTY, "keep_informed": True}


@pytest.fixture(autouse=True)
def _the_lines_add_up(clock: time_machine.Traveller, db: None) -> Iterator[None]:
    """Whatever happened, in the end the involvements are what the lines say."""
    yield
    assert list(audit.disagreements()) == []


def test_never_again_is_remembered_of_the_mailbox_and_the_contact() -> None:
    contact = reader(email="Aroha@Example.org")
    suppressions.never_again(mailbox="aroha@example.org")
    contact.refresh_from_db()
    assert contact.never_again_at == NOON
    row = Suppression.objects.get()
    assert (row.scope, row.since_at, len(row.mailbox_hash)) == (NEVER_AGAIN, NOON, 64)
    assert "aroha" not in row.mailbox_hash
    assert may_be_written_to(contact) is False


def test_never_again_twice_is_the_same_as_once(clock: time_machine.Traveller) -> None:
    reader(email="aroha@example.org")
    suppressions.never_again(mailbox="aroha@example.org")
    before = everything()
    clock.shift(60)
    suppressions.never_again(mailbox="aroha@example.org")
    assert everything() == before


def test_never_again_needs_no_contact() -> None:
    suppressions.never_again(mailbox="stranger@example.org")
    assert [s.scope for s in Suppression.objects.for_mailbox("stranger@example.org")] == [NEVER_AGAIN]
    assert list(Suppression.objects.for_mailbox("another@example.org")) == []


def test_each_scope_is_remembered_by_itself_and_once() -> None:
    said = [suppressions.suppress("a@example.org", scope) for scope in (INVITED, NEVER_AGAIN, INVITED)]
    assert said == [True, True, False]
    assert list(
        Suppression.objects.for_mailbox("a@example.org", INVITED).values_list("scope", flat=True)
    ) == [INVITED]
    assert Suppression.objects.for_mailbox("a@example.org", INVITED, NEVER_AGAIN).count() == 2


@pytest.mark.parametrize("hash_key", ["", "never rotated"])
def test_what_is_remembered_survives_a_rotated_key(settings: Settings, hash_key: str) -> None:
    settings.HASH_KEY = hash_key
    suppressions.suppress("a@example.org", NEVER_AGAIN)
    settings.SECRET_KEY_FALLBACKS = [] if hash_key else [settings.SECRET_KEY]
    settings.SECRET_KEY = "the next one"
    assert Suppression.objects.for_mailbox("a@example.org").count() == 1
    assert suppressions.suppress("a@example.org", NEVER_AGAIN) is False


def test_what_was_remembered_before_there_was_a_hash_key_is_recognised(settings: Settings) -> None:
    suppressions.suppress("a@example.org", NEVER_AGAIN)
    settings.HASH_KEY = "from now on"
    assert suppressions.suppress("a@example.org", NEVER_AGAIN) is False


def yes_by_confirming(contact: Contact) -> None:
    InvolvementFactory(contact=contact, since_at=BEFORE)
    consent_switches.confirm(contact=contact)


def yes_on_the_page(contact: Contact) -> None:
    consent_switches.set_switches(contact=contact, wanted=NEWS)


def yes_by_undoing(contact: Contact) -> None:
    consent_switches.set_switches(contact=contact, wanted=NEWS)
    lines = save(contact, EMPTY)
    restrict(contact, "asked")
    consent_switches.undo(contact=contact, lines=lines)


def restrict(contact: Contact, because: str) -> None:
    row = Contact.objects.filter(pk=contact.pk, restricted_at=None)
    row.update(restricted_at=BEFORE, restricted_because=because)


@pytest.mark.parametrize("say_yes", [yes_by_confirming, yes_on_the_page, yes_by_undoing])
@pytest.mark.parametrize("because", ["", "asked", "no_basis"])
def test_a_yes_from_the_mailbox_lifts_what_kept_us_from_writing(say_yes: Any, because: str) -> None:
    contact = ContactFactory()
    suppressions.never_again(mailbox=contact.mailbox)
    suppressions.suppress(contact.mailbox, ERASED)
    suppressions.suppress(contact.mailbox, INVITED)
    if because:
        restrict(contact, because)
    say_yes(contact)
    contact.refresh_from_db()
    assert (contact.never_again_at, contact.restricted_at, contact.restricted_because) == (None, None, "")
    assert [s.scope for s in Suppression.objects.for_mailbox(contact.mailbox)] == [INVITED]
    assert may_be_written_to(contact) is True


@pytest.mark.parametrize("say_yes", [yes_by_confirming, yes_on_the_page])
def test_a_yes_does_not_lift_the_wish_to_be_erased(say_yes: Any) -> None:
    contact = ContactFactory()
    restrict(contact, "erasure")
    say_yes(contact)
    contact.refresh_from_db()
    assert (contact.restricted_at, contact.restricted_because) == (BEFORE, "erasure")
    assert may_be_written_to(contact) is False


def test_only_a_yes_lifts_anything(mere: User) -> None:
    contact = reader(email="aroha@example.org")
    suppressions.never_again(mailbox="aroha@example.org")
    restrict(contact, "asked")
    received("give_advice")  # anybody can send a form
    consent_switches.change_on_request(
        contact=contact, purpose="champion_accord", yes=True, how="Rang", by=mere
    )
    consent_switches.set_switches(contact=contact, wanted=EMPTY)
    consent_switches.confirm(contact=contact)
    contact.refresh_from_db()
    assert (contact.never_again_at, contact.restricted_because) == (NOON, "asked")
    assert Suppression.objects.for_mailbox("aroha@example.org", NEVER_AGAIN).count() == 1
