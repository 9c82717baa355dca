"""A line of the timeline knows the message that went with it, so that staff see what became of it."""

from collections.abc import Callable

import pytest

from accord_portal.foundation.models import OutgoingMail
from champions import enrolment
from champions.models import Champion
from responses.answers import confirming, intake
from responses.consent import switches
from responses.contacts import acts, addresses
from responses.models import Activity, Contact, Purpose
from responses.privacy import erasing
from tests.factories import ContactFactory, UserFactory, answers, received, subscriber

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def answered() -> Contact:
    return received("keep_informed").contact


def changed_answers() -> Contact:
    before = received("keep_informed")
    confirming.confirm(contact=before.contact, eoi=before)
    return intake.change(before=before, answers=answers("give_advice")).contact


def saved() -> Contact:
    contact = subscriber()
    switches.set_switches(contact=contact, wanted={Purpose.KEEP_INFORMED: False})
    return contact


def switched() -> Contact:
    contact = ContactFactory()
    by = UserFactory()
    switches.change_on_request(contact=contact, purpose="give_advice", yes=True, how="By telephone", by=by)
    return contact


def asked_for_a_new_address() -> Contact:
    contact = subscriber()
    addresses.ask_to_change(contact=contact, address="new@example.org")
    return contact


def changed_the_address() -> Contact:
    contact = subscriber()
    addresses.change(contact=contact, address="new@example.org")
    return contact


def given_an_address_by_staff() -> Contact:
    contact = received("keep_informed").contact
    acts.change_address(contact=contact, by=UserFactory(), email="new@example.org")
    return contact


def declined() -> Contact:
    contact = subscriber()
    erasing.ask(contact=contact)
    erasing.decline(erasure=contact.erasures.get(), because="The law", by=UserFactory())
    return contact


def registered() -> Contact:
    contact = subscriber()
    enrolment.enrol(contact=contact, by=UserFactory(), kind=Champion.Kind.INDIVIDUAL, name="Aroha Ngata")
    return contact


@pytest.mark.parametrize(
    ("act", "kind", "message"),
    [
        (answered, "answered", "acknowledgement"),
        (changed_answers, "changed_answers", "copy_of_answers"),
        (saved, "preferences", "preferences_saved"),
        (switched, "switched", "please_confirm"),
        (asked_for_a_new_address, "address_asked", "address_asked"),
        (changed_the_address, "address_changed", "address_changed"),
        (given_an_address_by_staff, "address_changed", "please_confirm"),
        (declined, "erasure_declined", "erasure_declined"),
        (registered, "enrolled", "asked_what_may_be_public"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_the_line_of_what_was_done_has_the_message_that_says_so(
    act: Callable[[], Contact], kind: str, message: str
) -> None:
    line = Activity.objects.get(contact=act(), kind=kind)
    assert line.mail == OutgoingMail.objects.filter(message=message).latest("pk")


def test_who_has_no_address_has_a_line_without_a_message() -> None:
    contact = received(email="", telephone="04 494 5718").contact
    assert Activity.objects.get(contact=contact).mail is None
