"""Sending: each confirmed, consenting contact gets an issue once, whatever the mail server says."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accord_portal.digests.models import Batch, Delivery, DigestIssue
from accord_portal.digests.sending import claims, deliver, emails, freezing
from responses.consent import switches, wordings
from responses.models import Consent, ConsentWording, Contact
from responses.people import suppressions
from tests.clock import NOON
from tests.digests.drive import counters, readers, send, states
from tests.digests.servers import Server
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
    batches = freezing.freeze(issue.pk)
    assert states(issue) == {"a": "pending", "b": "pending"}
    assert counters(issue) == {"batches": 1, "recipients": 2}
    assert batches == [Batch.objects.get().pk]
    assert issue.state == State.SENDING


def test_people_go_into_batches_in_order(issue: DigestIssue, settings: Settings) -> None:
    settings.DIGEST_BATCH_SIZE = 2
    readers(*"abcde")
    freezing.freeze(issue.pk)
    assert [
        [row.address[0] for row in batch.deliveries.order_by("pk")]
        for batch in Batch.objects.order_by("number")
    ] == [["a", "b"], ["c", "d"], ["e"]]
    assert list(Batch.objects.values_list("number", flat=True)) == [1, 2, 3]
    assert counters(issue) == {"batches": 3, "recipients": 5}


def test_drawing_up_the_list_again_adds_nobody(issue: DigestIssue) -> None:
    readers("a")
    first = freezing.freeze(issue.pk)
    readers("late")
    assert freezing.freeze(issue.pk) == first
    assert states(issue) == {"a": "pending"}


def test_the_list_names_the_address_under_a_keyed_hash(issue: DigestIssue) -> None:
    subscriber(email="Info@Tepūkenga.ac.nz")
    freezing.freeze(issue.pk)
    row = Delivery.objects.get()
    assert row.address == "Info@Tepūkenga.ac.nz"
    assert row.address_hash == freezing.hashed("info@xn--tepkenga-szb.ac.nz")
    assert len(row.address_hash) == 64


def test_an_issue_nobody_wants_is_sent_at_once(issue: DigestIssue) -> None:
    assert freezing.freeze(issue.pk) == []
    assert counters(issue) == {}
    assert issue.state == State.SENT


@pytest.mark.parametrize("state", [State.DRAFT, State.CANCELLED])
def test_what_is_not_approved_has_no_list(state: str) -> None:
    readers("a")
    assert freezing.freeze(DigestIssueFactory(state=state).pk) == []
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
    first, second = freezing.freeze(issue.pk)
    deliver.send_batch(second)
    assert (counters(issue)["accepted"], issue.state) == (1, State.SENDING)
    deliver.send_batch(first)
    assert (counters(issue)["accepted"], issue.state) == (2, State.SENT)


def unsubscribe(contact: Contact) -> None:
    switches.withdraw(contact=contact, purposes=["keep_informed"], source="one_click")


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
    page = client.get(f"/staff/digests/digestissue/{draft.pk}/approval/")
    assert page.context["readers"] == 1
    approved = DigestIssueFactory(approved=True)
    freezing.freeze(approved.pk)
    assert states(approved) == {"stays": "pending"}


@pytest.mark.parametrize("change", KEPT_BACK)
def test_consent_is_asked_at_the_moment_of_sending(
    issue: DigestIssue, mailoutbox: list[EmailMultiAlternatives], change: Callable[[Contact], None]
) -> None:
    gone, _ = readers("gone", "stays")
    freezing.freeze(issue.pk)
    change(gone)
    send(issue)
    assert [message.to for message in mailoutbox] == [["stays@example.org"]]
    assert states(issue) == {"gone": "skipped", "stays": "accepted"}
    assert counters(issue) == {"batches": 1, "recipients": 2, "accepted": 1, "skipped": 1}
    assert Delivery.objects.get(state="skipped").reason == "no longer wanted"
    assert issue.state == State.SENT


def test_who_changed_their_address_since_the_list_gets_it_at_the_one_confirmed_now(
    issue: DigestIssue, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    moved, other_case, taken_over = readers("moved", "case", "z")
    freezing.freeze(issue.pk)
    Contact.objects.filter(pk=taken_over.pk).update(email="y@example.org", mailbox="y@example.org")
    Contact.objects.filter(pk=moved.pk).update(email="z@example.org", mailbox="z@example.org")
    Contact.objects.filter(pk=other_case.pk).update(email="Case@example.org")
    send(issue)
    assert [message.to[0][0] for message in mailoutbox] == ["z", "C", "y"]
    assert states(issue) == {"z": "accepted", "Case": "accepted", "y": "accepted"}
    hashes = Delivery.objects.order_by("pk").values_list("address_hash", flat=True)
    assert list(hashes) == [freezing.hashed(f"{name}@example.org") for name in ("z", "case", "y")]


def test_a_mailbox_that_has_the_issue_does_not_get_it_by_moving(
    issue: DigestIssue, mailoutbox: list[EmailMultiAlternatives], settings: Settings
) -> None:
    settings.DIGEST_BATCH_SIZE = 1
    had_it, moves = readers("a", "b")
    first, second = freezing.freeze(issue.pk)
    deliver.send_batch(first)
    Contact.objects.filter(pk=had_it.pk).update(email="c@example.org", mailbox="c@example.org")
    Contact.objects.filter(pk=moves.pk).update(email="a@example.org", mailbox="a@example.org")
    deliver.send_batch(second)
    assert [message.to for message in mailoutbox] == [["a@example.org"]]
    assert Delivery.objects.get(state="skipped").reason == "This mailbox has the issue already."


def test_a_person_of_whom_no_message_can_be_made_holds_up_nobody(
    issue: DigestIssue, mailoutbox: list[EmailMultiAlternatives], monkeypatch: pytest.MonkeyPatch
) -> None:
    readers("a", "b", "c")
    make = emails.Edition.to

    def broken(edition: Any, delivery: Delivery, *rest: Any) -> Any:
        if delivery.address.startswith("b"):
            raise ValueError(delivery.address)
        return make(edition, delivery, *rest)

    monkeypatch.setattr(emails.Edition, "to", broken)
    send(issue)
    assert states(issue) == {"a": "accepted", "b": "failed", "c": "accepted"}
    assert Delivery.objects.get(state="failed").reason == "The message could not be made: ValueError"


def test_a_small_window_sends_to_everybody_all_the_same(
    issue: DigestIssue, mailoutbox: list[EmailMultiAlternatives], settings: Settings
) -> None:
    settings.DIGEST_WINDOW = 2
    readers(*"abcde")
    send(issue)
    assert [message.to[0][0] for message in mailoutbox] == [*"abcde"]
    assert counters(issue) == {"batches": 1, "recipients": 5, "accepted": 5}


def test_a_window_that_nobody_wants_any_more_holds_up_nobody(settings: Settings) -> None:
    settings.DIGEST_WINDOW = 2
    people = readers("a", "b", "c", "d")
    issue = DigestIssueFactory(approved=True)
    freezing.freeze(issue.pk)
    for person in people[:2]:
        switches.withdraw(contact=person, purposes=[issue.audience], source=Consent.Source.UNSUBSCRIBE_PAGE)
    send(issue)
    issue.refresh_from_db()
    assert (issue.state, states(issue)) == (
        "sent",
        {"a": "skipped", "b": "skipped", "c": "accepted", "d": "accepted"},
    )


def test_a_long_batch_lets_other_work_go_first(
    issue: DigestIssue,
    mailoutbox: list[EmailMultiAlternatives],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.DIGEST_WINDOW = 2
    readers(*"abc")
    (batch,) = freezing.freeze(issue.pk)
    monkeypatch.setattr(deliver, "TURN_LASTS", -1.0)
    deliver.send_batch(batch)
    assert states(issue) == {"a": "accepted", "b": "accepted", "c": "pending"}
    assert claims.batches_to_send(timezone.now()) == [batch]
    for _ in range(3):
        deliver.send_batch(batch)
    monkeypatch.undo()
    deliver.send_batch(batch)
    assert [message.to[0][0] for message in mailoutbox] == [*"abc"]
    assert (counters(issue)["accepted"], issue.state) == (3, State.SENT)


def test_where_the_clock_is_put_back_nothing_waits_for_it(issue: DigestIssue) -> None:
    readers("a")
    with time_machine.travel(NOON, tick=False):
        freezing.freeze(issue.pk)
    before = NOON - dt.timedelta(days=30)
    with time_machine.travel(before, tick=False):
        (batch,) = claims.batches_to_send(before)
        Batch.objects.update(state="submitting", lease=uuid.uuid4(), leased_until_at=NOON)
        assert claims.shorten_leases(before) == 1
        assert claims.batches_to_send(before) == []
    later = before + claims.CLAIM_LASTS + dt.timedelta(seconds=1)
    with time_machine.travel(later, tick=False):
        assert claims.shorten_leases(later) == 0
        assert claims.batches_to_send(later) == [batch]
        DigestIssue.objects.update(rests_until_at=NOON)
        assert claims.batches_to_send(later) == [batch]
        DigestIssue.objects.update(rests_until_at=later + DigestIssue.LONGEST_REST)
        assert claims.batches_to_send(later) == []


def test_what_is_due_is_found_from_the_rows(clock: time_machine.Traveller, settings: Settings) -> None:
    settings.DIGEST_BATCH_SIZE = 1
    issue = DigestIssueFactory(approved=True)
    DigestIssueFactory(audience="community_of_interest")
    readers("a", "b")
    assert freezing.issues_to_freeze() == [issue.pk]
    first, second = freezing.freeze(issue.pk)
    assert freezing.issues_to_freeze() == []
    assert claims.batches_to_send(NOON) == [first, second]
    deliver.send_batch(first)
    assert claims.batches_to_send(NOON) == [second]
    deliver.send_batch(second)
    assert claims.batches_to_send(NOON) == []


@pytest.mark.parametrize("people", [1, 3])
def test_a_window_costs_the_same_queries_however_many_are_in_it(
    issue: DigestIssue, people: int, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    readers(*"abc"[:people])
    (batch,) = freezing.freeze(issue.pk)
    wordings.text_of(ConsentWording.objects.get(version=1, purpose="keep_informed").pk)
    with CaptureQueriesContext(connection) as queries:
        deliver.send_batch(batch)
    asked = [query["sql"] for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert (len(mailoutbox), len(asked)) == (people, 22)


def test_a_quota_of_ours_rests_the_issue_and_it_goes_on_by_itself(
    issue: DigestIssue, server: type[Server], settings: Settings, clock: time_machine.Traveller
) -> None:
    settings.MAIL_PER_DAY, settings.DIGEST_WINDOW = 2, 1
    readers("a", "b")
    send(issue)
    assert (len(server.taken), issue.rests, issue.state) == (1, 1, "sending")
    for _ in range(12):
        clock.shift(dt.timedelta(hours=3))
        send(issue)
    assert (len(server.taken), issue.state) == (2, "sent")
