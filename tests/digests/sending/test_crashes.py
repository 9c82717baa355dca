"""A worker killed at each step: whoever goes on sends to nobody twice and forgets nobody."""

import datetime as dt
import smtplib
import uuid
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from pytest_django import Settings

from accord_portal.digests import settling
from accord_portal.digests.models import Batch, Delivery, DigestIssue
from accord_portal.digests.sending import claims, deliver, ending, freezing, journal, ledger
from tests.clock import NOON
from tests.digests.drive import counters, readers, send, states
from tests.digests.servers import Files, Killed, Server
from tests.factories import DigestIssueFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
State = DigestIssue.State
DONE = {"batches": 1, "recipients": 3, "accepted": 3}


@pytest.fixture
def server(settings: Settings) -> Iterator[type[Server]]:
    settings.EMAIL_BACKEND = "tests.digests.servers.Server"
    Server.forget()
    yield Server
    Server.forget()


@pytest.fixture
def files(settings: Settings, mail_folder: Path) -> Iterator[type[Files]]:
    settings.EMAIL_BACKEND = "tests.digests.servers.Files"
    Files.forget()
    yield Files
    Files.forget()


@pytest.fixture
def issue(db: None) -> DigestIssue:
    readers("a", "b", "c")
    return DigestIssueFactory(approved=True)


def killed(issue: DigestIssue) -> None:
    """A round that its worker does not survive."""
    with pytest.raises(Killed):
        send(issue)


def test_without_a_journal_to_believe_the_whole_window_is_in_doubt(
    issue: DigestIssue, server: type[Server], clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.before = {"b@example.org": Killed()}
    killed(issue)
    server.before = {}
    monkeypatch.setattr(journal, "_this_run", lambda: "after a power cut")
    after_the_lease(clock)
    send(issue)
    assert states(issue) == dict.fromkeys("abc", "held")
    assert server.taken == ["a@example.org"]
    assert counters(issue) == {"batches": 1, "recipients": 3, "in_doubt": 3}


def after_the_lease(clock: time_machine.Traveller) -> None:
    clock.shift(claims.CLAIM_LASTS + dt.timedelta(seconds=1))


# --- freeze ----------------------------------------------------------------------------------


def test_after_a_chunk_of_the_list(
    issue: DigestIssue, server: type[Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freezing, "MAX_FROZEN_AT_ONCE", 2)
    assert freezing._freeze_chunk(issue.pk) is True
    assert (states(issue), counters(issue)) == (
        {"a": "pending", "b": "pending"},
        {"batches": 1, "recipients": 2},
    )
    assert issue.state == State.FREEZING
    assert freezing.issues_to_freeze() == [issue.pk]
    send(issue)
    assert server.taken == ["a@example.org", "b@example.org", "c@example.org"]
    assert counters(issue) == {"batches": 2, "recipients": 3, "accepted": 3}


def test_within_a_chunk_of_the_list(
    issue: DigestIssue, server: type[Server], monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.DIGEST_BATCH_SIZE = 2
    freeze_batch = freezing._freeze_batch

    def half(issue: DigestIssue, *whom: Any) -> int:
        if issue.batches == 2:
            raise Killed
        return freeze_batch(issue, *whom)

    monkeypatch.setattr(freezing, "_freeze_batch", half)
    killed(issue)
    assert (states(issue), counters(issue), Batch.objects.count()) == ({}, {}, 0)
    monkeypatch.setattr(freezing, "_freeze_batch", freeze_batch)
    send(issue)
    assert server.taken == ["a@example.org", "b@example.org", "c@example.org"]


def test_a_batch_is_not_sent_before_its_list_is_complete_and_the_issue_not_finished(
    issue: DigestIssue, server: type[Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freezing, "MAX_FROZEN_AT_ONCE", 2)
    freezing._freeze_chunk(issue.pk)
    deliver.send_batch(Batch.objects.get().pk)
    issue.refresh_from_db()
    assert issue.state == State.FREEZING
    send(issue)
    assert (sorted(server.taken), issue.state) == (
        ["a@example.org", "b@example.org", "c@example.org"],
        State.SENT,
    )


# --- claim -----------------------------------------------------------------------------------


def test_after_the_claim(issue: DigestIssue, server: type[Server], clock: time_machine.Traveller) -> None:
    (key,) = freezing.freeze(issue.pk)
    batch = Batch.objects.get(pk=key)
    assert claims.claim(batch, uuid.uuid4()) is True
    assert claims.claim(batch, uuid.uuid4()) is False
    send(issue)
    assert server.taken == []
    after_the_lease(clock)
    assert claims.batches_to_send(NOON + claims.CLAIM_LASTS * 2) == [key]
    send(issue)
    assert server.taken == ["a@example.org", "b@example.org", "c@example.org"]
    assert counters(issue) == DONE


# --- intent and call -------------------------------------------------------------------------


def test_after_the_intent_a_transport_that_can_be_asked_says_it_was_not_taken(
    issue: DigestIssue, files: type[Files], clock: time_machine.Traveller
) -> None:
    files.before = {"b@example.org"}
    killed(issue)
    assert states(issue) == dict.fromkeys("abc", "submitting")
    files.before = set()
    after_the_lease(clock)
    send(issue)
    assert files.written == ["a@example.org", "b@example.org", "c@example.org"]
    assert (counters(issue), issue.state) == (DONE, State.SENT)


def test_after_the_call_a_transport_that_can_be_asked_says_it_was_taken(
    issue: DigestIssue, files: type[Files], clock: time_machine.Traveller, mail_folder: Path
) -> None:
    files.after = {"b@example.org"}
    killed(issue)
    assert states(issue) == dict.fromkeys("abc", "submitting")
    files.after = set()
    after_the_lease(clock)
    send(issue)
    assert files.written == ["a@example.org", "b@example.org", "c@example.org"]
    assert (counters(issue), issue.state) == (DONE, State.SENT)
    assert sorted(path.stem for path in mail_folder.iterdir()) == sorted(
        str(row.uuid) for row in issue.deliveries.all()
    )
    assert issue.deliveries.get(address="b@example.org").reason == "found with the transport"


@pytest.mark.parametrize(
    ("moment", "taken"), [("before", ["a", "c"]), ("after", ["a", "b", "c"])], ids=["intent", "call"]
)
@pytest.mark.parametrize("decide", [settling.send_again, settling.treat_as_sent])
def test_after_the_intent_a_transport_that_cannot_be_asked_leaves_it_to_staff(
    issue: DigestIssue,
    server: type[Server],
    clock: time_machine.Traveller,
    moment: str,
    taken: list[str],
    decide: Callable[..., int],
) -> None:
    setattr(server, moment, {"b@example.org": Killed()})
    killed(issue)
    assert states(issue) == dict.fromkeys("abc", "submitting")
    server.before, server.after = {}, {}
    after_the_lease(clock)
    send(issue)
    assert states(issue) == {"a": "accepted", "b": "held", "c": "accepted"}
    assert counters(issue) == {"batches": 1, "recipients": 3, "accepted": 2, "in_doubt": 1}
    assert issue.deliveries.get(state="held").reason == "The worker stopped while handing this over."
    assert [address.partition("@")[0] for address in server.taken] == taken
    assert decide(issue=issue, by=UserFactory(), sentence="They say so.") == 1
    send(issue)
    again = ["b"] if decide is settling.send_again else []
    assert [address.partition("@")[0] for address in server.taken] == taken + again
    assert counters(issue) == DONE


def test_a_worker_within_its_lease_is_not_taken_for_dead(issue: DigestIssue, server: type[Server]) -> None:
    server.before = {"b@example.org": Killed()}
    killed(issue)
    server.before = {}
    send(issue)
    assert server.taken == ["a@example.org"]
    assert states(issue) == dict.fromkeys("abc", "submitting")


# --- record ----------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["accept", "back_to_waiting"])
def test_while_the_window_is_recorded(
    issue: DigestIssue,
    server: type[Server],
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
) -> None:
    """What was answered stands in the journal: nobody is in doubt, and nobody gets it twice."""
    full = smtplib.SMTPRecipientsRefused({"b@example.org": (452, b"4.2.2 full")})
    server.before = {"b@example.org": full} if moment == "back_to_waiting" else {}

    def die(*args: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(ledger, moment, die)
        killed(issue)
    assert (states(issue), counters(issue).get("accepted")) == (dict.fromkeys("abc", "submitting"), None)
    server.before = {}
    after_the_lease(clock)
    send(issue)
    assert sorted(server.taken) == ["a@example.org", "b@example.org", "c@example.org"]
    assert (counters(issue), issue.state) == (DONE, State.SENT)


def test_between_two_windows(
    issue: DigestIssue, server: type[Server], clock: time_machine.Traveller, settings: Settings
) -> None:
    settings.DIGEST_WINDOW = 2
    server.before = {"c@example.org": Killed()}
    killed(issue)
    assert states(issue) == {"a": "accepted", "b": "accepted", "c": "submitting"}
    server.before = {}
    after_the_lease(clock)
    send(issue)
    assert server.taken == ["a@example.org", "b@example.org"]
    assert states(issue) == {"a": "accepted", "b": "accepted", "c": "held"}


def test_after_the_last_record(
    issue: DigestIssue, server: type[Server], clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(issue_id: int) -> None:
        raise Killed

    freezing.freeze(issue.pk)
    monkeypatch.setattr(deliver, "finish", die)
    with pytest.raises(Killed):
        deliver.send_batch(Batch.objects.get().pk)
    assert counters(issue) == DONE
    assert issue.state == State.SENDING
    assert ending.issues_to_finish() == [issue.pk]
    ending.finish(issue.pk)
    assert (counters(issue), issue.state) == (DONE, State.SENT)
    assert len(server.taken) == 3


# --- whoever takes over ----------------------------------------------------------------------


def test_a_second_death_before_the_first_is_settled_sends_to_nobody_twice(
    issue: DigestIssue, server: type[Server], clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.after = {"c@example.org": Killed()}
    killed(issue)
    server.after = {}

    def dies(delivery: Delivery, reason: str) -> None:
        raise Killed

    after_the_lease(clock)
    with monkeypatch.context() as second:
        second.setattr(ledger, "hold", dies)
        killed(issue)
    after_the_lease(clock)
    send(issue)
    assert server.taken == ["a@example.org", "b@example.org", "c@example.org"]
    assert states(issue) == {"a": "accepted", "b": "accepted", "c": "held"}


@pytest.mark.parametrize("times", [1, 2])
def test_a_database_that_is_busy_when_answers_are_recorded_forgets_none(
    issue: DigestIssue,
    server: type[Server],
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
    times: int,
) -> None:
    accept, left = ledger.accept, iter(range(times))

    def busy(issue: DigestIssue, deliveries: Collection[Delivery]) -> None:
        if next(left, None) is not None:
            raise OperationalError("database is locked")
        accept(issue, deliveries)

    monkeypatch.setattr(ledger, "accept", busy)
    send(issue)
    assert states(issue) == dict.fromkeys("abc", "accepted" if times == 1 else "submitting")
    after_the_lease(clock)
    send(issue)
    assert server.taken == ["a@example.org", "b@example.org", "c@example.org"]
    assert (states(issue), counters(issue)) == (dict.fromkeys("abc", "accepted"), DONE)
