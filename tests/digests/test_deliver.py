"""Sending: each confirmed, consenting contact gets an issue once, whatever the mail server says."""

from collections.abc import Callable

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from pytest_django import Settings

from accord_portal.digests import deliver
from accord_portal.digests.models import Batch, Delivery, DigestIssue
from responses.consent import switches
from responses.models import Contact
from responses.people import suppressions
from tests.clock import NOON
from tests.digests.sending import counters, readers, send, states
from tests.factories import ContactFactory, DigestIssueFactory, InvolvementFactory, UserFactory, subscriber

pytestmark = pytest.mark.django_db

State = DigestIssue.State


def test_the_list_is_everybody_who_confirmed_a_yes_that_stands(issue: DigestIssue) -> None:
    readers("a", "b")
    subscriber("give_advice")
    subscriber("community_of_interest")
    InvolvementFactory(confirmed=True)  # an address nobody confirmed
    InvolvementFactory(contact=ContactFactory(confirmed=True))  # a Yes nobody confirmed
    InvolvementFactory(contact=ContactFactory(confirmed=True), confirmed=True, ended_at=NOON)
    batches = deliver.freeze(issue.pk)
    assert states(issue) == {"a": "pending", "b": "pending"}
    assert counters(issue) == {"batches": 1, "recipients": 2}
    assert batches == [Batch.objects.get().pk]
    assert issue.state == State.SENDING


def test_people_go_into_batches_in_order(issue: DigestIssue, settings: Settings) -> None:
    settings.DIGEST_BATCH_SIZE = 2
    readers(*"abcde")
    deliver.freeze(issue.pk)
    assert [
        [row.address[0] for row in batch.deliveries.order_by("pk")]
        for batch in Batch.objects.order_by("number")
    ] == [["a", "b"], ["c", "d"], ["e"]]
    assert list(Batch.objects.values_list("number", flat=True)) == [1, 2, 3]
    assert counters(issue) == {"batches": 3, "recipients": 5}


def test_drawing_up_the_list_again_adds_nobody(issue: DigestIssue) -> None:
    readers("a")
    first = deliver.freeze(issue.pk)
    readers("late")
    assert deliver.freeze(issue.pk) == first
    assert states(issue) == {"a": "pending"}


def test_the_list_names_the_address_under_a_keyed_hash(issue: DigestIssue) -> None:
    subscriber(email="Info@Tepūkenga.ac.nz")
    deliver.freeze(issue.pk)
    row = Delivery.objects.get()
    assert row.address == "Info@Tepūkenga.ac.nz"
    assert row.address_hash == deliver._hash("info@xn--tepkenga-szb.ac.nz")
    assert len(row.address_hash) == 64


def test_an_issue_nobody_wants_is_sent_at_once(issue: DigestIssue) -> None:
    assert deliver.freeze(issue.pk) == []
    assert counters(issue) == {}
    assert issue.state == State.SENT


@pytest.mark.parametrize("state", [State.DRAFT, State.CANCELLED])
def test_what_is_not_approved_has_no_list(state: str) -> None:
    readers("a")
    assert deliver.freeze(DigestIssueFactory(state=state).pk) == []
    assert Delivery.objects.count() == 0


def test_each_person_gets_it_once(
    issue: DigestIssue, mailoutbox: list[EmailMultiAlternatives], clock: time_machine.Traveller
) -> None:
    readers("a", "b", "c")
    for _ in range(3):
        send(issue)
    assert [message.to for message in mailoutbox] == [
        ["a@example.org"],
        ["b@example.org"],
        ["c@example.org"],
    ]
    assert counters(issue) == {"batches": 1, "recipients": 3, "accepted": 3}
    assert (issue.state, issue.sent_at, issue.outstanding) == (State.SENT, NOON, 0)
    assert set(Delivery.objects.values_list("state", "settled_at")) == {("accepted", NOON)}
    batch = Batch.objects.get()
    assert (batch.state, batch.attempts, batch.lease, batch.submitted_at) == ("done", 1, None, NOON)


def test_each_message_shows_one_address_only(
    issue: DigestIssue, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    readers("aroha", "hemi")
    send(issue)
    for message, own, other in [(mailoutbox[0], "aroha@", "hemi@"), (mailoutbox[1], "hemi@", "aroha@")]:
        whole = message.message().as_string()
        assert (f"To: {own}example.org" in whole, f"{other}example.org" in whole) == (True, False)


def test_the_issue_is_sent_only_when_its_last_batch_is(issue: DigestIssue, settings: Settings) -> None:
    settings.DIGEST_BATCH_SIZE = 1
    readers("a", "b")
    first, second = deliver.freeze(issue.pk)
    deliver.send_batch(second)
    assert (counters(issue)["accepted"], issue.state) == (1, State.SENDING)
    deliver.send_batch(first)
    assert (counters(issue)["accepted"], issue.state) == (2, State.SENT)


def unsubscribe(contact: Contact) -> None:
    switches.withdraw(contact=contact, purposes=["keep_informed"], source="one_click")


def change_address(contact: Contact) -> None:
    contact.email = "new@example.org"
    contact.save()


def lose_confirmation(contact: Contact) -> None:
    Contact.objects.filter(pk=contact.pk).update(email_confirmed_at=None)


def restrict(contact: Contact) -> None:
    Contact.objects.filter(pk=contact.pk).update(restricted_at=NOON, restricted_because="asked")


def never_again(contact: Contact) -> None:
    suppressions.never_again(mailbox=contact.mailbox)


def merge(contact: Contact) -> None:
    left_alone = ContactFactory(restricted_at=NOON, restricted_because="asked")
    Contact.objects.filter(pk=contact.pk).update(merged_into=left_alone)


KEPT_BACK = [unsubscribe, lose_confirmation, restrict, never_again, merge]


@pytest.mark.parametrize("change", KEPT_BACK)
def test_consent_is_asked_when_readers_are_counted_and_when_the_list_is_drawn_up(
    client: Client, change: Callable[[Contact], None]
) -> None:
    gone, _ = readers("gone", "stays")
    change(gone)
    draft = DigestIssueFactory()
    client.force_login(UserFactory(is_superuser=True))
    page = client.get(f"/staff/digests/digestissue/{draft.pk}/change/")
    assert page.context["readers"] == 1
    approved = DigestIssueFactory(approved=True)
    deliver.freeze(approved.pk)
    assert states(approved) == {"stays": "pending"}


@pytest.mark.parametrize("change", [*KEPT_BACK, change_address])
def test_consent_is_asked_at_the_moment_of_sending(
    issue: DigestIssue, mailoutbox: list[EmailMultiAlternatives], change: Callable[[Contact], None]
) -> None:
    gone, _ = readers("gone", "stays")
    deliver.freeze(issue.pk)
    change(gone)
    send(issue)
    assert [message.to for message in mailoutbox] == [["stays@example.org"]]
    assert states(issue) == {"gone": "skipped", "stays": "accepted"}
    assert counters(issue) == {"batches": 1, "recipients": 2, "accepted": 1, "skipped": 1}
    assert Delivery.objects.get(state="skipped").reason == "no longer wanted"
    assert issue.state == State.SENT


def test_what_is_due_is_found_from_the_rows(clock: time_machine.Traveller, settings: Settings) -> None:
    settings.DIGEST_BATCH_SIZE = 1
    issue = DigestIssueFactory(approved=True)
    DigestIssueFactory(audience="community_of_interest")
    readers("a", "b")
    assert deliver.issues_to_freeze() == [issue.pk]
    first, second = deliver.freeze(issue.pk)
    assert deliver.issues_to_freeze() == []
    assert deliver.batches_to_send(NOON) == [first, second]
    deliver.send_batch(first)
    assert deliver.batches_to_send(NOON) == [second]
    deliver.send_batch(second)
    assert deliver.batches_to_send(NOON) == []
