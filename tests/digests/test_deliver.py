"""Sending: each confirmed, consenting contact gets an issue once, whatever the mail server says."""

import datetime as dt
import smtplib
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import time_machine
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import connection
from django.test import Client
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from accord_portal.digests import compose, decisions, deliver
from accord_portal.digests.models import Batch, Delivery, DigestIssue
from accord_portal.digests.tasks import send_issue
from responses.consent import switches
from responses.models import Contact
from responses.people import suppressions
from tests.clock import NOON
from tests.digests.servers import Server
from tests.factories import (
    ContactFactory,
    DigestIssueFactory,
    InvolvementFactory,
    UpdateFactory,
    UserFactory,
    subscriber,
)

pytestmark = pytest.mark.django_db
State = DigestIssue.State


@pytest.fixture
def server(settings: Settings) -> Iterator[type[Server]]:
    settings.EMAIL_BACKEND = "tests.digests.servers.Server"
    Server.forget()
    yield Server
    Server.forget()


@pytest.fixture
def issue(db: None) -> DigestIssue:
    return DigestIssueFactory(approved=True)


def readers(*names: str) -> list[Contact]:
    return [subscriber(email=f"{name}@example.org") for name in names]


def send(issue: DigestIssue) -> DigestIssue:
    """The issue after one round of everything that is due."""
    deliver.freeze(issue.pk)
    for batch in Batch.objects.filter(issue=issue).order_by("number"):
        deliver.send_batch(batch.pk)
    issue.refresh_from_db()
    return issue


def counters(issue: DigestIssue) -> dict[str, int]:
    issue.refresh_from_db()
    names = ["batches", "recipients", "accepted", "skipped", "failed", "in_doubt"]
    return {name: getattr(issue, name) for name in names if getattr(issue, name)}


def states(issue: DigestIssue) -> dict[str, str]:
    """What became of each delivery, by the name before the @."""
    rows = issue.deliveries.order_by("pk").values_list("address", "state")
    return {address.partition("@")[0]: state for address, state in rows}


# --- who gets it -----------------------------------------------------------------------------


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


# --- sending ---------------------------------------------------------------------------------


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


def test_a_batch_another_worker_has_is_left_alone(issue: DigestIssue, server: type[Server]) -> None:
    readers("a")
    (batch,) = deliver.freeze(issue.pk)
    with time_machine.travel(NOON + dt.timedelta(days=9000), tick=False):
        deliver.send_batch(batch)
        Batch.objects.filter(pk=batch).update(
            state="submitting",
            lease="00000000-0000-0000-0000-000000000001",
            leased_until_at=NOON + dt.timedelta(days=9000, seconds=30),
        )
        Delivery.objects.update(state="pending")
        deliver.send_batch(batch)
    assert server.taken == ["a@example.org"]


def test_a_worker_that_lost_its_lease_sends_nothing_more(issue: DigestIssue, server: type[Server]) -> None:
    readers("a")
    (key,) = deliver.freeze(issue.pk)
    batch, delivery = Batch.objects.get(pk=key), Delivery.objects.get()
    mine, theirs = uuid.uuid4(), uuid.uuid4()
    Batch.objects.update(state="submitting", lease=theirs, leased_until_at=NOON)
    assert deliver._send_one(deliver.Turn(batch, mine, Server()), delivery) is False
    assert (server.taken, states(issue)) == ([], {"a": "pending"})


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_batch_send_it_once(issue: DigestIssue, server: type[Server]) -> None:
    people = [f"p{number}" for number in range(10)]
    readers(*people)
    (batch,) = deliver.freeze(issue.pk)
    barrier = Barrier(3)

    def work(_: int) -> None:
        try:
            barrier.wait(timeout=10)
            deliver.send_batch(batch)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    assert sorted(server.taken) == [f"{name}@example.org" for name in people]
    assert counters(issue) == {"batches": 1, "recipients": 10, "accepted": 10}
    assert Batch.objects.get().attempts == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_draw_up_one_list(issue: DigestIssue, settings: Settings) -> None:
    settings.DIGEST_BATCH_SIZE = 2
    readers(*"abcde")
    barrier = Barrier(2)

    def work(_: int) -> None:
        try:
            barrier.wait(timeout=10)
            deliver.freeze(issue.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    assert states(issue) == dict.fromkeys("abcde", "pending")
    assert counters(issue) == {"batches": 3, "recipients": 5}


@pytest.mark.django_db(transaction=True)
def test_an_approved_issue_is_sent_by_the_worker(
    mailoutbox: list[EmailMultiAlternatives], settings: Settings
) -> None:
    settings.DIGEST_BATCH_SIZE = 2
    readers("a", "b", "c")
    UpdateFactory(published=True)
    user = UserFactory()
    issue = compose.compose_issue(audience="keep_informed", by=user)
    compose.approve(issue=issue, by=user)
    send_issue.enqueue(issue.pk)  # a bell rung twice
    Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="test",
        excluded_queue_names=[],
    ).run()
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL"}
    assert sorted(message.to[0] for message in mailoutbox) == [
        "a@example.org",
        "b@example.org",
        "c@example.org",
    ]
    assert counters(issue) == {"batches": 2, "recipients": 3, "accepted": 3}
    assert issue.state == State.SENT


# --- the server says no ----------------------------------------------------------------------


def refused(code: int, said: str = "no") -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({"b@example.org": (code, said.encode())})


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (refused(550, "no such mailbox"), "550 no such mailbox"),
        (refused(550, "5.1.1 no such mailbox"), "550 5.1.1 no such mailbox"),
        (refused(552, "5.2.2 mailbox full"), "552 5.2.2 mailbox full"),
        (refused(552, "[192.0.2.5] 5.2.2"), "552 [192.0.2.5] 5.2.2"),
        (refused(550, "5.7.1 not you"), "550 5.7.1 not you"),
        (refused(554, "5.0.0 not you"), "554 5.0.0 not you"),
        (refused(552, "5.3.4 not you"), "552 5.3.4 not you"),
        (smtplib.SMTPDataError(554, b"not this"), "554 not this"),
    ],
)
def test_an_address_refused_for_good_fails_and_the_others_get_it(
    issue: DigestIssue, server: type[Server], error: Exception, reason: str
) -> None:
    readers("a", "b", "c")
    server.before = {"b@example.org": error}
    send(issue)
    assert server.taken == ["a@example.org", "c@example.org"]
    assert states(issue) == {"a": "accepted", "b": "failed", "c": "accepted"}
    assert counters(issue) == {"batches": 1, "recipients": 3, "accepted": 2, "failed": 1}
    assert (Delivery.objects.get(state="failed").reason, issue.state) == (reason, State.SENT)


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPSenderRefused(451, b"later", "news@example.org"),
        smtplib.SMTPHeloError(451, b"later"),
        smtplib.SMTPConnectError(421, b"busy"),
    ],
)
def test_no_for_now_is_tried_again_later_and_nobody_gets_it_twice(
    issue: DigestIssue, server: type[Server], error: Exception, clock: time_machine.Traveller
) -> None:
    readers("a", "b", "c")
    server.before = {"b@example.org": error}
    send(issue)
    assert states(issue) == {"a": "accepted", "b": "pending", "c": "pending"}
    batch = Batch.objects.get()
    assert (batch.state, batch.not_before_at - NOON) == ("ready", dt.timedelta(seconds=20))
    send(issue)  # too soon
    assert server.taken == ["a@example.org"]
    server.before = {}
    clock.shift(20)
    send(issue)
    assert server.taken == ["a@example.org", "b@example.org", "c@example.org"]
    assert counters(issue) == {"batches": 1, "recipients": 3, "accepted": 3}
    assert issue.state == State.SENT


def test_full_mailboxes_hold_up_nobody(
    issue: DigestIssue, server: type[Server], clock: time_machine.Traveller
) -> None:
    readers("a", "b", "c", "d")
    server.before = {
        f"{name}@example.org": smtplib.SMTPRecipientsRefused({f"{name}@example.org": (452, b"4.2.2 full")})
        for name in "ac"
    }
    send(issue)
    assert server.taken == ["b@example.org", "d@example.org"]
    assert states(issue) == {"a": "pending", "b": "accepted", "c": "pending", "d": "accepted"}
    batch = Batch.objects.get()
    assert (batch.state, batch.last_error, batch.lease) == (
        "ready",
        "Some recipients were refused for now.",
        None,
    )
    assert (batch.not_before_at - NOON, issue.state) == (dt.timedelta(seconds=20), State.SENDING)
    del server.before["a@example.org"]
    clock.shift(20)
    send(issue)
    assert server.taken == ["b@example.org", "d@example.org", "a@example.org"]
    assert counters(issue) == {"batches": 1, "recipients": 4, "accepted": 3}


def test_a_mailbox_that_stays_full_is_given_up_with_the_last_try(
    issue: DigestIssue, server: type[Server], clock: time_machine.Traveller
) -> None:
    readers("a", "b")
    server.before = {"b@example.org": refused(452, "4.2.2 full")}
    for _ in range(7):
        send(issue)
        clock.shift(dt.timedelta(hours=2))
    assert (states(issue), issue.state) == ({"a": "accepted", "b": "pending"}, State.SENDING)
    send(issue)
    assert (states(issue), issue.state) == ({"a": "accepted", "b": "failed"}, State.SENT)
    assert counters(issue) == {"batches": 1, "recipients": 2, "accepted": 1, "failed": 1}
    assert Delivery.objects.get(state="failed").reason == "452 4.2.2 full"
    assert server.taken == ["a@example.org"]


def test_a_server_that_cannot_be_reached_leaves_nothing_in_doubt(
    issue: DigestIssue, server: type[Server], clock: time_machine.Traveller
) -> None:
    readers("a")
    server.at_open = ConnectionRefusedError("down")
    waits = []
    for _ in range(7):
        send(issue)
        batch = Batch.objects.get()
        waits.append((batch.not_before_at - NOON).total_seconds())
        clock.move_to(batch.not_before_at)
    steps = [round(later - earlier) for earlier, later in zip([0, *waits], waits, strict=False)]
    assert steps == [20, 40, 80, 160, 320, 640, 1280]
    assert states(issue) == {"a": "pending"}
    assert batch.last_error == "ConnectionRefusedError: down"
    assert issue.state == State.SENDING


def test_after_too_many_tries_staff_must_look_and_can_go_on(
    issue: DigestIssue, server: type[Server], clock: time_machine.Traveller
) -> None:
    readers("a")
    server.at_open = ConnectionRefusedError("down")
    for _ in range(8):
        send(issue)
        clock.shift(dt.timedelta(hours=2))
    assert (issue.state, issue.trouble) == (State.NEEDS_ATTENTION, "ConnectionRefusedError: down")
    assert deliver.batches_to_send(NOON + dt.timedelta(days=2)) == []
    server.at_open = None
    send(issue)
    assert server.taken == []
    decisions.resume(issue=issue, by=UserFactory())
    send(issue)
    assert (server.taken, issue.state, issue.trouble) == (["a@example.org"], State.SENT, "")


@pytest.mark.parametrize(
    ("where", "error"),
    [
        ("message", smtplib.SMTPSenderRefused(553, b"not you", "news@example.org")),
        ("message", smtplib.SMTPConnectError(554, b"not you")),
        ("open", smtplib.SMTPAuthenticationError(535, b"not you")),
        ("message", smtplib.SMTPAuthenticationError(535, b"not you")),
    ],
)
def test_a_server_that_refuses_us_stops_the_issue(
    issue: DigestIssue, server: type[Server], where: str, error: Exception
) -> None:
    readers("a", "b")
    server.at_open = error if where == "open" else None
    server.before = {} if where == "open" else {"a@example.org": error}
    send(issue)
    assert (server.taken, states(issue)) == ([], {"a": "pending", "b": "pending"})
    assert issue.state == State.NEEDS_ATTENTION
    assert "not you" in issue.trouble
    assert list(DigestIssue.objects.needing_attention()) == [issue]
    server.forget()
    decisions.resume(issue=issue, by=UserFactory())
    send(issue)
    assert counters(issue) == {"batches": 1, "recipients": 2, "accepted": 2}


# --- nobody knows ----------------------------------------------------------------------------

UNKNOWN = [TimeoutError("read"), smtplib.SMTPServerDisconnected("gone"), ConnectionResetError()]


@pytest.fixture(params=UNKNOWN, ids=lambda error: type(error).__name__)
def doubtful(request: pytest.FixtureRequest, issue: DigestIssue, server: type[Server]) -> DigestIssue:
    """An issue of which nobody knows whether b has it; a has, and c waits."""
    with time_machine.travel(NOON, tick=False):
        readers("a", "b", "c")
        server.after = {"b@example.org": request.param}
        return send(issue)


def test_what_may_have_arrived_is_held_and_never_sent_again_by_itself(
    doubtful: DigestIssue, server: type[Server]
) -> None:
    assert states(doubtful) == {"a": "accepted", "b": "held", "c": "pending"}
    with time_machine.travel(NOON + dt.timedelta(hours=1), tick=False) as clock:
        for _ in range(3):
            send(doubtful)
            clock.shift(dt.timedelta(hours=1))
    assert server.taken == ["a@example.org", "b@example.org", "c@example.org"]
    assert states(doubtful) == {"a": "accepted", "b": "held", "c": "accepted"}
    assert counters(doubtful) == {"batches": 1, "recipients": 3, "accepted": 2, "in_doubt": 1}
    assert (doubtful.state, doubtful.outstanding) == (State.SENT, 0)
    assert list(DigestIssue.objects.needing_attention()) == [doubtful]


def test_staff_may_treat_what_is_held_as_sent(doubtful: DigestIssue, server: type[Server]) -> None:
    with time_machine.travel(NOON + dt.timedelta(hours=1)):
        send(doubtful)
        assert decisions.treat_as_sent(issue=doubtful, by=UserFactory()) == 1
        send(doubtful)
    assert states(doubtful) == dict.fromkeys("abc", "accepted")
    assert counters(doubtful) == {"batches": 1, "recipients": 3, "accepted": 3}
    assert server.taken.count("b@example.org") == 1
    assert list(DigestIssue.objects.needing_attention()) == []


def test_staff_may_have_it_sent_again(doubtful: DigestIssue, server: type[Server]) -> None:
    with time_machine.travel(NOON + dt.timedelta(hours=1)):
        send(doubtful)
        server.after = {}
        assert decisions.send_again(issue=doubtful, by=UserFactory()) == 1
        doubtful.refresh_from_db()
        assert (doubtful.state, doubtful.sent_at) == (State.SENDING, None)
        send(doubtful)
    assert states(doubtful) == dict.fromkeys("abc", "accepted")
    assert counters(doubtful) == {"batches": 1, "recipients": 3, "accepted": 3}
    assert server.taken.count("b@example.org") == 2
    assert doubtful.state == State.SENT


def test_whoever_is_sent_it_again_while_the_batch_runs_is_not_lost(
    issue: DigestIssue, server: type[Server], clock: time_machine.Traveller
) -> None:
    readers("a", "b", "c")
    server.after = {"b@example.org": TimeoutError("read")}
    send(issue)
    assert states(issue) == {"a": "accepted", "b": "held", "c": "pending"}
    server.after = {}
    clock.shift(60)

    class Deciding(Server):
        """Staff press the button while c is handed over: the worker has its list already."""

        def send_messages(self, messages: list[EmailMessage]) -> int:
            if messages[0].to == ["c@example.org"]:
                assert decisions.send_again(issue=issue, by=UserFactory()) == 1
            return super().send_messages(messages)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deliver, "get_connection", Deciding)
        send(issue)
    assert server.taken == ["a@example.org", "b@example.org", "c@example.org"]
    assert states(issue) == {"a": "accepted", "b": "pending", "c": "accepted"}
    assert (Batch.objects.get().state, issue.state) == ("ready", State.SENDING)
    clock.shift(60)
    send(issue)
    assert server.taken == ["a@example.org", "b@example.org", "c@example.org", "b@example.org"]
    assert counters(issue) == {"batches": 1, "recipients": 3, "accepted": 3}
    assert (Batch.objects.get().state, issue.state) == ("done", State.SENT)


@pytest.mark.parametrize("decide", [decisions.send_again, decisions.treat_as_sent])
def test_deciding_twice_is_the_same_as_once(doubtful: DigestIssue, decide: Callable[..., int]) -> None:
    officer = UserFactory(name="Mere")
    assert decide(issue=doubtful, by=officer) == 1
    doubtful.refresh_from_db()
    before = counters(doubtful), doubtful.state, doubtful.decisions
    assert decide(issue=doubtful, by=officer) == 0
    doubtful.refresh_from_db()
    assert (counters(doubtful), doubtful.state, doubtful.decisions) == before
    said = "sent again to 1 in doubt" if decide is decisions.send_again else "counted 1 in doubt as sent"
    assert doubtful.decisions.endswith(f": Mere {said}.\n")


def test_a_late_answer_settles_a_doubt(doubtful: DigestIssue) -> None:
    held = doubtful.deliveries.get(state="held")
    deliver._settle(held, "accepted", "found later")
    assert counters(doubtful) == {"batches": 1, "recipients": 3, "accepted": 2}
    deliver._settle(held, "failed", "too late")
    assert counters(doubtful) == {"batches": 1, "recipients": 3, "accepted": 2}


# --- what is due -----------------------------------------------------------------------------


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
