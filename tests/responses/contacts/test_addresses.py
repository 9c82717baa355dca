"""A person changes the address we write to: the new one is asked, the old one is told."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.core import mail as django_mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accord_portal.foundation import mail, signed_links
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.mail import Message
from accord_portal.foundation.models import OutgoingMail
from responses.answers import emails
from responses.contacts import addresses
from responses.models import Activity, Contact, Duplicate, Involvement
from responses.people import links, suppressions
from tests.database import everything
from tests.factories import ContactFactory, UserFactory, received, subscriber
from tests.html import Element, read

pytestmark = pytest.mark.django_db
NEW = "aroha@example.com"


@pytest.fixture(autouse=True)
def _one_instant() -> Iterator[None]:
    """Links carry when they were made: in a test they are all of one second."""
    with time_machine.travel("2026-11-16T12:00:00+00:00", tick=False):
        yield


@pytest.fixture
def contact() -> Contact:
    """Somebody who wants to be written to elsewhere."""
    return subscriber(name="Aroha Ngata", email="aroha@example.org", duplicates_sought_at=timezone.now())


def own(contact: Contact) -> str:
    token = signed_links.token("preferences", contact.pk, contact.mailbox_mark)
    return reverse("preferences-address", args=[token])


def link(contact: Contact, address: str = NEW) -> str:
    """The path that the new address is mailed."""
    return links.link("address", contact, address).removeprefix("http://testserver")


def letters() -> list[Message]:
    """What is owed, as it is sent."""
    return [mail.made(row) for row in OutgoingMail.objects.order_by("pk")]


def heading(page: Element) -> str:
    return page.one("h1").text


# --- asking ----------------------------------------------------------------------------------


def test_asking_changes_nothing_and_mails_the_new_address(client: Client, contact: Contact) -> None:
    page = read(client.post(own(contact), {"email": f" {NEW} "}))
    assert heading(page) == "Look in your new mailbox"
    contact.refresh_from_db()
    assert contact.email == "aroha@example.org"
    assert [(row.to, row.recipient) for row in OutgoingMail.objects.all()] == [(NEW, contact.pk)]
    (letter,) = letters()
    assert letter.to == [NEW]
    assert link(contact) in letter.body
    assert "Aroha" not in letter.body
    assert list(Activity.objects.values_list("kind", "text")) == [("address_asked", "")]


def test_the_answer_does_not_tell_whether_somebody_has_the_address(client: Client, contact: Contact) -> None:
    ContactFactory(email="known@example.org")
    pages = [read(client.post(own(contact), {"email": to})) for to in ("known@example.org", NEW)]
    assert pages[0].one("main").text == pages[1].one("main").text
    assert [row.to for row in OutgoingMail.objects.order_by("pk")] == ["known@example.org", NEW]


def test_an_address_of_their_own_is_refused(client: Client, contact: Contact) -> None:
    for typed in ("Aroha@example.org", "aroha@EXAMPLE.org"):
        page = read(client.post(own(contact), {"email": typed}))
        assert page.one("title").text.startswith("Error: Change your email address")
        said = [li.text for li in page.one(class_="error-summary").all("li")]
        assert said == ["We already have this address for you."]
        assert page.one("input", type="email")["value"] == typed
    assert OutgoingMail.objects.count() == 0


def test_no_more_than_three_addresses_are_asked_within_the_hour(contact: Contact) -> None:
    with time_machine.travel("2026-11-16T12:00:00+00:00", tick=False) as clock:
        for number in range(3):
            addresses.ask_to_change(contact=contact, address=f"aroha{number}@example.com")
        with pytest.raises(NotPossible, match="Wait an hour"):
            addresses.ask_to_change(contact=contact, address=NEW)
        clock.shift(dt.timedelta(hours=1))
        addresses.ask_to_change(contact=contact, address=NEW)
    assert OutgoingMail.objects.count() == 4


def test_the_limit_does_not_tell_who_asked_never_to_be_written_to(contact: Contact) -> None:
    suppressions.never_again(mailbox=NEW)
    for _ in range(3):
        addresses.ask_to_change(contact=contact, address=NEW)
    with pytest.raises(NotPossible, match="Wait an hour"):
        addresses.ask_to_change(contact=contact, address=NEW)
    mail.deliver_due()
    assert (OutgoingMail.objects.count(), django_mail.outbox) == (0, [])


def test_who_asked_never_to_be_written_to_is_not(client: Client, contact: Contact) -> None:
    suppressions.never_again(mailbox=NEW)
    assert heading(read(client.post(own(contact), {"email": NEW}))) == "Look in your new mailbox"
    mail.deliver_due()
    assert (OutgoingMail.objects.count(), django_mail.outbox) == (0, [])


# --- the button ------------------------------------------------------------------------------


def test_looking_changes_nothing(client: Client, contact: Contact) -> None:
    before = everything()
    for look in (client.get, client.head, client.options):
        look(link(contact))
    page = read(client.get(link(contact)))
    assert everything() == before
    assert (heading(page), [b.text for b in page.one("main").all("button")]) == (
        "Use this address",
        ["Use this address"],
    )


def test_the_button_makes_it_the_address_we_write_to(client: Client, contact: Contact) -> None:
    page = read(client.post(link(contact)))
    assert heading(page) == "Your address is changed"
    contact.refresh_from_db()
    assert (contact.email, contact.mailbox, contact.email_confirmed_at) == (NEW, NEW, timezone.now())
    assert contact.duplicates_sought_at is None
    assert [yes.contact for yes in Involvement.objects.permitting("keep_informed")] == [contact]
    assert list(Activity.objects.values_list("kind", "text")) == [("address_changed", "")]


def test_the_old_address_is_told_and_can_open_nothing(client: Client, contact: Contact) -> None:
    old_link = own(contact)
    client.post(link(contact))
    (letter,) = letters()
    assert (letter.to, letter.subject) == (["aroha@example.org"], "We have changed your email address")
    assert NEW not in letter.body
    assert [word for word in letter.body.split() if "://" in word] == ["http://testserver/contact/"]
    assert client.get(old_link).status_code == 404


def test_pressing_twice_is_the_same_as_once(client: Client, contact: Contact) -> None:
    url = link(contact)
    client.post(url)
    before = everything()
    assert heading(read(client.post(url))) == heading(read(client.get(url))) == "Your address is changed"
    assert everything() == before


def test_a_link_of_an_address_before_the_last_is_stale(client: Client, contact: Contact) -> None:
    first, second = link(contact), link(contact, "third@example.org")
    client.post(second)
    for method in (client.get, client.post):
        assert method(first).status_code == 404
    contact.refresh_from_db()
    assert contact.email == "third@example.org"


@pytest.mark.parametrize(("days", "status"), [(7, 200), (8, 404)])
def test_the_link_lasts_a_week(client: Client, contact: Contact, days: int, status: int) -> None:
    with time_machine.travel("2026-11-16T12:00:00+00:00", tick=False) as clock:
        url = link(contact)
        clock.shift(dt.timedelta(days=days))
        assert client.get(url).status_code == status


def test_the_link_survives_a_rotated_key(client: Client, contact: Contact, settings: Settings) -> None:
    url = link(contact)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the new key"
    assert heading(read(client.post(url))) == "Your address is changed"


def test_the_button_needs_the_pages_own_token(strict_client: Client, contact: Contact) -> None:
    assert strict_client.post(link(contact)).status_code == 403
    contact.refresh_from_db()
    assert contact.email == "aroha@example.org"


@pytest.mark.parametrize("facts", [None, [], [0, "x"]], ids=str)
def test_a_link_that_is_none_is_stale(client: Client, facts: list[int | str] | None) -> None:
    token = "rubbish" if facts is None else signed_links.token("address", *facts)
    response = client.post(reverse("address", args=[token]))
    assert (response.status_code, heading(read(response))) == (404, "This link no longer works")


def test_an_address_of_another_contact_goes_to_staff(client: Client, contact: Contact) -> None:
    other = subscriber(name="A. Ngata", email=NEW)
    url = link(contact)
    page = read(client.get(url)).one("main")
    assert page.one("p", class_="lead").text == "We already know this address, so we cannot simply change it."
    assert [b.text for b in page.all("button")] == ["Both addresses are mine"]
    assert Duplicate.objects.count() == 0
    assert heading(read(client.post(url))) == "Our staff will look at this"
    pair = Duplicate.objects.get()
    assert (pair.first, pair.second, pair.reason) == (contact, other, "address")
    contact.refresh_from_db()
    assert contact.email == "aroha@example.org"
    before = everything()
    client.post(url)
    assert everything() == before


def test_two_who_were_found_to_be_two_come_before_staff_again(client: Client, contact: Contact) -> None:
    other = ContactFactory(email=NEW)
    staff, now = UserFactory(), timezone.now()
    pair = Duplicate.objects.create(
        first=contact, second=other, reason="name", settled_at=now, settled_by=staff
    )
    client.post(link(contact))
    pair.refresh_from_db()
    assert (pair.settled_at, pair.settled_by, pair.reason) == (None, None, "name")


def test_a_merged_mailbox_changes_its_own_address_only(client: Client, contact: Contact) -> None:
    merged = ContactFactory(email="old@example.org", merged_into=contact)
    client.post(own(merged), {"email": NEW})
    assert link(merged) in letters()[0].body
    client.post(link(merged))
    contact.refresh_from_db()
    merged.refresh_from_db()
    assert (contact.email, merged.email) == ("aroha@example.org", NEW)


def test_that_another_record_of_the_person_has_an_address_is_not_told(
    client: Client, contact: Contact
) -> None:
    merged = ContactFactory(email="old@example.org", merged_into=contact)
    pages = [read(client.post(own(merged), {"email": to})) for to in ("aroha@example.org", NEW)]
    assert pages[0].one("main").text == pages[1].one("main").text


# --- what was owed to the old address --------------------------------------------------------


def test_a_message_that_is_sent_after_the_change_goes_to_the_new_address() -> None:
    eoi = received("keep_informed")
    addresses.change(contact=eoi.contact, address=NEW)
    assert emails.acknowledgement(eoi.pk).to == [NEW]
    assert emails.reply(eoi.pk, "Kia ora").to == [NEW]


def test_a_message_to_an_address_that_somebody_else_has_by_now_does_not_go_there() -> None:
    with time_machine.travel("2026-11-16T12:00:00+00:00", tick=False) as clock:
        eoi = received("keep_informed")
        clock.shift(60)
        addresses.change(contact=eoi.contact, address=NEW)
        received("keep_informed", name="Somebody else")
        assert emails.reply(eoi.pk, "Kia ora").to == [NEW]


def test_a_message_to_the_merged_goes_where_the_form_came_from() -> None:
    kept = subscriber(email="kept@example.org")
    eoi = received("keep_informed")
    eoi.contact.merged_into = kept
    eoi.contact.save()
    assert emails.reply(eoi.pk, "Kia ora").to == ["aroha@example.org"]
