"""Workers that are killed, slow or late: a claim on a message keeps it from going out twice."""

import datetime as dt
import threading
import time
from typing import Any

import pytest
import time_machine
from django.db import connection
from pytest_django import Settings

from accord_portal.foundation import mail, smtp_backend
from accord_portal.foundation.models import OutgoingMail
from tests.clock import NOON
from tests.digests.servers import Killed
from tests.digests.smtp_server import SmtpServer
from tests.foundation.outbox import DOUBT, owed, stands

pytestmark = pytest.mark.django_db

State = OutgoingMail.State


@pytest.mark.parametrize(
    ("killed_at", "copies", "doubts"), [("DATA", 1, 0), (".", 2, 1)], ids=["before the dot", "after the dot"]
)
def test_a_worker_killed(
    server: SmtpServer,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
    killed_at: str,
    copies: int,
    doubts: int,
) -> None:
    message, say = owed(), smtp_backend.EmailBackend._say

    def die(self: Any, command: str, **options: Any) -> None:
        say(self, command, **options)
        if command == killed_at:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(smtp_backend.EmailBackend, "_say", die)
        with pytest.raises(Killed):
            mail.deliver_due()
    assert stands(message) == (State.SENDING, 1, doubts)
    assert mail.deliver_due() == 0
    clock.shift(OutgoingMail.CLAIM_LASTS + dt.timedelta(seconds=1))
    assert mail.deliver_due() == 1
    assert stands(message) == (State.SENT, 2, doubts)
    assert server.got == [("aroha@example.org", mail.message_id(message.uuid))] * copies


def test_a_worker_killed_after_the_dot_twice_is_enough(
    server: SmtpServer, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    message, say = owed(), smtp_backend.EmailBackend._say

    def die(self: Any, command: str, **options: Any) -> None:
        say(self, command, **options)
        if command == ".":
            raise Killed

    monkeypatch.setattr(smtp_backend.EmailBackend, "_say", die)
    for _ in range(2):
        with pytest.raises(Killed):
            mail.deliver_due()
        clock.shift(OutgoingMail.CLAIM_LASTS + dt.timedelta(seconds=1))
    mail.deliver_due()
    assert (stands(message)[0], len(server.got)) == (State.IN_DOUBT, 2)


def in_a_thread(key: int) -> threading.Thread:
    def work() -> None:
        try:
            mail._deliver(key)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_a_worker_whose_claim_ran_out_before_the_dot_sends_nothing(
    server: SmtpServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_TIMEOUT = 5
    monkeypatch.setattr(OutgoingMail, "CLAIM_LASTS", dt.timedelta(0))
    server.script["rcpt"] = "slow 1.5 250 ok"
    message = owed()
    slow = in_a_thread(message.pk)
    while not server.sessions:
        time.sleep(0.01)
    time.sleep(0.2)
    del server.script["rcpt"]
    assert mail.deliver_due() == 1  # it has not been heard of: somebody else takes it on
    slow.join()
    assert (stands(message), len(server.got), server.sessions) == ((State.SENT, 2, 0), 1, 2)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_waits_for_the_answer_keeps_its_claim(server: SmtpServer, settings: Settings) -> None:
    settings.EMAIL_TIMEOUT = 1
    server.script["dot"] = "slow 1.5 250 ok"
    message = owed()
    slow = in_a_thread(message.pk)
    while not server.sessions:
        time.sleep(0.01)
    while not server.got:
        assert mail.deliver_due() == 0
        time.sleep(0.05)
    assert mail.deliver_due() == 0
    slow.join()
    assert (stands(message), len(server.got)) == ((State.SENT, 1, 0), 1)


def test_a_claim_outlives_the_longest_answer(settings: Settings) -> None:
    assert dt.timedelta(seconds=3 * settings.EMAIL_TIMEOUT) < OutgoingMail.CLAIM_LASTS


def test_a_server_that_answers_a_letter_at_a_time_is_waited_for_no_longer(
    server: SmtpServer, clock: time_machine.Traveller, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dribble(session: Any, to: str) -> None:
        while not session.server.over.is_set():
            session.wfile.write(b"2")
            time.sleep(0.1)

    monkeypatch.setattr("tests.digests.smtp_server.Session.take", dribble)
    settings.EMAIL_TIMEOUT = 0.2
    message, began = owed(), time.monotonic()
    mail.deliver_due()
    assert stands(message) == DOUBT
    assert time.monotonic() - began < 5


def test_where_the_clock_is_put_back_nothing_waits_for_it() -> None:
    new, tried, left_behind, at_it = owed(), owed(), owed(), owed()
    rows = OutgoingMail.objects
    rows.update(queued_at=NOON, not_before_at=NOON)
    rows.filter(pk=tried.pk).update(attempts=7, not_before_at=NOON + OutgoingMail.MAX_TURN_WAIT)
    rows.filter(pk__in=[left_behind.pk, at_it.pk]).update(state=State.SENDING, claimed_at=NOON)
    before = NOON - dt.timedelta(hours=2)
    rows.filter(pk=at_it.pk).update(claimed_at=before + OutgoingMail.CLAIM_LASTS)
    assert list(rows.due(before).order_by("pk")) == [new, tried]
    assert list(rows.abandoned(before)) == [left_behind]
    assert list(rows.due(NOON)) == [new]
