"""An address that took no mail is tried again by staff with a reason, or by its reader who confirms it."""

import pytest
import time_machine

from accord_portal.foundation import clock as clocks
from accord_portal.foundation.acts import NotPossible
from responses.consent import switches
from responses.contacts import addresses, bounces
from responses.models import Activity, Contact, Suppression
from responses.people import suppressions
from tests.factories import ContactFactory, UserFactory, subscriber

pytestmark = pytest.mark.django_db


@pytest.fixture
def bounced(clock: time_machine.Traveller) -> Contact:
    """Somebody whose confirmed address takes no mail since a minute."""
    contact = subscriber(email="aroha@example.org")
    clock.shift(60)
    assert suppressions.takes_no_mail(mailbox="aroha@example.org")
    contact.refresh_from_db()
    return contact


def test_an_address_that_takes_no_mail_counts_as_confirmed_no_more(bounced: Contact) -> None:
    assert (bounced.email_confirmed_at, bounces.takes_no_mail(bounced)) == (None, True)
    assert suppressions.takes_no_mail(mailbox="aroha@example.org") is False


def test_staff_have_it_tried_again_as_it_was_before(bounced: Contact) -> None:
    before = Suppression.objects.get().confirmed_at
    bounces.restore(contact=bounced, by=UserFactory(), why="She rang: the server was down")
    bounced.refresh_from_db()
    assert (bounced.email_confirmed_at, bounces.takes_no_mail(bounced)) == (before, False)
    line = Activity.objects.get(contact=bounced, kind=Activity.Kind.RESTORED)
    assert (line.text, line.done_by is None) == ("She rang: the server was down", False)
    with pytest.raises(NotPossible, match="Nothing keeps mail"):
        bounces.restore(contact=bounced, by=UserFactory(), why="Again")


def test_an_address_that_was_never_confirmed_is_not_confirmed_by_staff() -> None:
    contact = ContactFactory(email="new@example.org", email_confirmed_at=None)
    suppressions.takes_no_mail(mailbox="new@example.org")
    bounces.restore(contact=contact, by=UserFactory(), why="They rang")
    contact.refresh_from_db()
    assert contact.email_confirmed_at is None


def test_who_confirms_from_the_mailbox_shows_that_it_takes_mail(bounced: Contact) -> None:
    switches.confirm(contact=bounced)
    bounced.refresh_from_db()
    assert (bounced.email_confirmed_at, bounces.takes_no_mail(bounced)) == (clocks.now(), False)


def test_a_new_address_that_answered_takes_mail_whatever_it_did_before(bounced: Contact) -> None:
    suppressions.takes_no_mail(mailbox="new@example.org")
    addresses.change(contact=bounced, address="new@example.org")
    bounced.refresh_from_db()
    assert (bounces.takes_no_mail(bounced), bounced.email_confirmed_at) == (False, clocks.now())
    assert Suppression.objects.for_mailbox("aroha@example.org", "bounced").exists()


def test_who_has_no_address_has_none_that_takes_no_mail() -> None:
    contact = ContactFactory(email="", telephone="04 123 4567")
    assert bounces.takes_no_mail(contact) is False
    with pytest.raises(NotPossible):
        bounces.restore(contact=contact, by=UserFactory(), why="They rang")


def test_what_bounced_is_remembered_without_a_contact() -> None:
    assert suppressions.takes_no_mail(mailbox="stranger@example.org") is True
    assert Suppression.objects.get().confirmed_at is None
