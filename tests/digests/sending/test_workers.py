"""Several workers at one issue: each person still gets it once."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from accord_portal.digests import compose
from accord_portal.digests.models import Batch, Delivery, DigestIssue
from accord_portal.digests.sending import deliver, freezing, ledger, windows
from accord_portal.digests.sending.emails import Edition
from accord_portal.digests.sending.journal import Journal
from accord_portal.digests.sending.windows import Window
from accord_portal.digests.tasks import send_issue
from tests.clock import NOON
from tests.digests.drive import counters, readers, states
from tests.digests.servers import Server
from tests.factories import (
    UpdateFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

State = DigestIssue.State


def test_a_batch_another_worker_has_is_left_alone(issue: DigestIssue, server: type[Server]) -> None:
    readers("a")
    (batch,) = freezing.freeze(issue.pk)
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
    (key,) = freezing.freeze(issue.pk)
    batch = Batch.objects.get(pk=key)
    mine, theirs = uuid.uuid4(), uuid.uuid4()
    journal = Journal(mine)
    Batch.objects.update(state="submitting", lease=mine, leased_until_at=NOON)
    window = windows.after(Window(batch, journal, Edition(issue), 500, False), mine)
    assert window
    assert states(issue) == {"a": "submitting"}
    Batch.objects.update(lease=theirs)
    turn = deliver.Turn(batch, mine, Server(), journal)
    assert deliver._send_all(turn) is False
    assert windows.record(window, mine) is False
    journal.close(is_recorded=True)
    assert (server.taken, states(issue)) == ([], {"a": "submitting"})  # whoever has the batch settles it


def test_what_was_answered_counts_whoever_has_the_batch(issue: DigestIssue, server: type[Server]) -> None:
    readers("a", "b")
    (key,) = freezing.freeze(issue.pk)
    mine = uuid.uuid4()
    journal = Journal(mine)
    Batch.objects.update(state="submitting", lease=mine, leased_until_at=NOON)
    window = windows.after(Window(Batch.objects.get(pk=key), journal, Edition(issue), 500, False), mine)
    assert window
    a, b = window.envelopes()
    for envelope in (a, b):
        assert window.may_go(envelope)
        window.note(envelope, None)
    ledger.hold([window.people[b.key]], "no answer")
    Batch.objects.update(lease=uuid.uuid4())
    assert windows.after(window, mine) is None
    journal.close(is_recorded=True)
    assert counters(issue) == {"batches": 1, "recipients": 2, "accepted": 2}


def test_a_worker_that_slept_through_its_lease_lets_nothing_leave(
    issue: DigestIssue, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers("a")
    (key,) = freezing.freeze(issue.pk)
    mine = uuid.uuid4()
    journal = Journal(mine)
    Batch.objects.update(state="submitting", lease=mine, leased_until_at=NOON)
    window = windows.after(Window(Batch.objects.get(pk=key), journal, Edition(issue), 500, False), mine)
    assert window
    (envelope,) = window.envelopes()
    window.committed_at -= windows.CLAIM_LASTS.total_seconds()
    assert window.may_go(envelope) is False
    assert list(window.envelopes()) == []
    windows.record(window, mine)
    journal.close(is_recorded=True)
    assert states(issue) == {"a": "pending"}


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_batch_send_it_once(issue: DigestIssue, server: type[Server]) -> None:
    people = [f"p{number}" for number in range(10)]
    readers(*people)
    (batch,) = freezing.freeze(issue.pk)
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
            freezing.freeze(issue.pk)
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
    issue = compose.compose_issue(audience="keep_informed", by=UserFactory())
    compose.approve(issue=issue, by=UserFactory())
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
