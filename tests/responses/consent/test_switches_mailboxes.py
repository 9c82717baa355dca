"""Of several mailboxes of one person each acts for itself."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

from accord_portal.foundation.models import OutgoingMail
from responses.consent import audit
from responses.consent import switches as consent_switches
from responses.models import Contact, Suppression
from responses.people import suppressions
from tests.clock import NOON
from tests.factories import EMPTY
from tests.responses.consent.readers import evidence, may_be_written_to, save, switches, timeline

pytestmark = pytest.mark.django_db

BEFORE = NOON - dt.timedelta(days=1)

NEWS = {**EMPTY, "keep_informed": True}


@pytest.fixture(autouse=True)
def _the_lines_add_up(clock: time_machine.Traveller, db: None) -> Iterator[None]:
    """Whatever happened, in the end the involvements are what the lines say."""
    yield
    assert list(audit.disagreements()) == []


def test_a_merged_contacts_mailbox_acts_on_its_own_record_only(pair: tuple[Contact, Contact]) -> None:
    kept, other = pair
    before = switches(kept)
    consent_switches.confirm(contact=other)
    assert switches(other) == {"give_advice": (BEFORE, NOON, None)}
    consent_switches.set_switches(
        contact=other, wanted={**EMPTY, "give_advice": True, "champion_accord": True}
    )
    consent_switches.withdraw(contact=other, purposes=["give_advice", "keep_informed"], source="one_click")
    assert switches(other) == {
        "give_advice": (BEFORE, None, NOON),
        "champion_accord": (NOON, NOON, None),
    }
    assert (switches(kept), evidence(kept), timeline(kept)) == (before, [], [])
    assert [kind for kind, _ in timeline(other)] == ["confirmed", "preferences", "unsubscribed"]


def test_each_mailbox_confirms_itself_only(pair: tuple[Contact, Contact]) -> None:
    kept, other = pair
    Contact.objects.filter(pk=kept.pk).update(email_confirmed_at=None)
    consent_switches.set_switches(contact=other, wanted=NEWS)
    for contact in pair:
        contact.refresh_from_db()
    assert (kept.email_confirmed_at, other.email_confirmed_at) == (None, NOON)
    assert may_be_written_to(kept) is False


def test_the_mail_with_the_way_back_goes_to_the_mailbox_that_acted(pair: tuple[Contact, Contact]) -> None:
    kept, other = pair
    lines = save(other, EMPTY)
    owed = OutgoingMail.objects.filter(message="preferences_saved")
    assert owed.values_list("to", "recipient", "facts__contact_id").get() == (
        "other@example.org",
        other.pk,
        other.pk,
    )
    assert consent_switches.undo(contact=kept, lines=lines) == []
    assert consent_switches.undo(contact=other, lines=lines) == ["give_advice"]


@pytest.mark.parametrize("who", [0, 1])
def test_never_again_is_said_of_one_mailbox_and_lifted_from_there_only(
    who: int, pair: tuple[Contact, Contact]
) -> None:
    mine, theirs = pair[who], pair[1 - who]
    suppressions.never_again(mailbox=mine.mailbox or "")
    consent_switches.set_switches(contact=theirs, wanted={**NEWS, "champion_accord": True})
    for contact in pair:
        contact.refresh_from_db()
    assert (mine.never_again_at, theirs.never_again_at) == (NOON, None)
    consent_switches.set_switches(contact=mine, wanted={**NEWS, "champion_accord": True})
    mine.refresh_from_db()
    assert (mine.never_again_at, Suppression.objects.count()) == (None, 0)
