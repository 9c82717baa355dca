"""What staff write down at somebody's request: a No counts at once, a Yes waits for the mailbox."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.consent import audit
from responses.consent import switches as consent_switches
from responses.models import Activity, Contact
from tests.clock import NOON
from tests.factories import ContactFactory
from tests.responses.consent.readers import everything, evidence, gave, reader, switches, timeline, waits

pytestmark = pytest.mark.django_db

BEFORE = NOON - dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _the_lines_add_up(clock: time_machine.Traveller, db: None) -> Iterator[None]:
    """Whatever happened, in the end the involvements are what the lines say."""
    yield
    assert list(audit.disagreements()) == []


def test_a_no_on_request_is_said_of_every_record_of_the_person(
    pair: tuple[Contact, Contact], mere: User
) -> None:
    kept, other = pair
    stranger = reader("give_advice")
    how = {"purpose": "give_advice", "how": "Rang", "by": mere}
    consent_switches.change_on_request(contact=kept, yes=False, **how)
    assert other.consents.get(recorded_at=NOON).message == f"As asked of contact {kept.pk}"
    assert switches(stranger) == {"give_advice": (BEFORE, BEFORE, None)}
    assert (switches(other), "give_advice" in switches(kept)) == (
        {"give_advice": (BEFORE, None, NOON)},
        False,
    )
    with pytest.raises(NotPossible, match="already off"):
        consent_switches.change_on_request(contact=kept, yes=False, **how)
    consent_switches.change_on_request(contact=kept, yes=True, **how)
    assert (switches(other)["give_advice"], switches(kept)["give_advice"]) == (
        (BEFORE, None, NOON),
        (NOON, None, None),
    )


def test_a_yes_on_request_waits_for_the_mailbox_and_asks_it(mere: User) -> None:
    contact = reader()
    consent_switches.change_on_request(
        contact=contact, purpose="give_advice", yes=True, how="Rang at noon", by=mere
    )
    assert switches(contact)["give_advice"] == (NOON, None, None)
    line = gave(contact, "give_advice")
    assert (line.decision, line.source, line.message, line.recorded_by) == (
        "given",
        "on_request",
        "Rang at noon",
        mere,
    )
    assert timeline(contact) == [("switched", "Yes to Give advice. How they asked: Rang at noon")]
    assert Activity.objects.get().done_by == mere
    assert OutgoingMail.objects.values("message", "to", "recipient", "facts").get() == {
        "message": "please_confirm",
        "to": contact.email,
        "recipient": contact.pk,
        "facts": {"contact_id": contact.pk},
    }


@pytest.mark.parametrize(
    "kept_from",
    [
        {"never_again_at": BEFORE},
        {"restricted_at": BEFORE, "restricted_because": "asked"},
        {"restricted_at": BEFORE, "restricted_because": "erasure"},
    ],
)
def test_a_yes_on_request_mails_nobody_who_is_not_to_be_written_to(
    mere: User, kept_from: dict[str, object]
) -> None:
    contact = reader(**kept_from)
    consent_switches.change_on_request(contact=contact, purpose="give_advice", yes=True, how="Rang", by=mere)
    assert switches(contact)["give_advice"] == (NOON, None, None)
    assert OutgoingMail.objects.count() == 0


def test_a_no_on_request_counts_at_once_and_sends_nothing(mere: User) -> None:
    contact = reader()
    consent_switches.change_on_request(
        contact=contact, purpose="keep_informed", yes=False, how="By letter", by=mere
    )
    assert switches(contact) == {"keep_informed": (BEFORE, None, NOON)}
    assert evidence(contact) == [("keep_informed", "withdrawn", "on_request")]
    assert contact.consents.get(recorded_at=NOON).message == "By letter"
    assert timeline(contact) == [("switched", "No to Keep informed. How they asked: By letter")]
    assert OutgoingMail.objects.count() == 0


def test_somebody_without_an_address_can_ask_too(mere: User) -> None:
    contact = waits(email="", telephone="04 494 5718")
    consent_switches.change_on_request(contact=contact, purpose="give_advice", yes=True, how="Rang", by=mere)
    assert switches(contact) == {"give_advice": (NOON, None, None)}
    assert OutgoingMail.objects.count() == 0


@pytest.mark.parametrize(("yes", "said"), [(True, "on"), (False, "off")])
def test_a_switch_that_stands_so_already_is_not_changed(mere: User, yes: bool, said: str) -> None:
    contact = reader() if yes else ContactFactory()
    before = everything()
    with pytest.raises(NotPossible, match=rf"^Keep informed is already {said}\.$"):
        consent_switches.change_on_request(
            contact=contact, purpose="keep_informed", yes=yes, how="Rang", by=mere
        )
    assert everything() == before
