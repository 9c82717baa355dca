"""The outbox and a mail server that fails at each step: what arrived, how often, and what is recorded."""

import datetime as dt
import smtplib
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import time_machine
from anymail.exceptions import (
    AnymailConfigurationError,
    AnymailRequestsAPIError,
    AnymailUnsupportedFeature,
)
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.test import Client
from pytest_django import Settings

from accord_portal.foundation import eml_backend, mail, smtp_backend, transport
from accord_portal.foundation.models import OutgoingMail
from accord_portal.foundation.transport import Verdict
from responses.models import Call
from tests.clock import NOON
from tests.digests.servers import Killed
from tests.digests.smtp_server import STEPS, SmtpServer, serving
from tests.factories import OutgoingMailFactory, UserFactory, received

pytestmark = pytest.mark.django_db
State = OutgoingMail.State


@mail.kind("answering")
def answering(name: str) -> EmailMultiAlternatives:
    return EmailMultiAlternatives("Kia ora", "Kia ora\n.\nNgā mihi", to=["aroha@example.org"])


@mail.kind("unasked")
def unasked(name: str) -> EmailMultiAlternatives:
    message = answering(name)
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    return message


@pytest.fixture
def server(settings: Settings) -> Iterator[SmtpServer]:
    with serving() as running:
        settings.EMAIL_BACKEND = "accord_portal.foundation.smtp_backend.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", running.port, 0.3
        yield running


def owed(make: Any = answering) -> OutgoingMail:
    return OutgoingMailFactory(message=mail.name_of(make))


def stands(owed: OutgoingMail) -> tuple[str, int, int]:
    """Its state, how many tries were counted, how many doubts."""
    owed.refresh_from_db()
    return owed.state, owed.attempts, owed.doubts


WAITS, RESTS = dt.timedelta(minutes=1), mail.REST
AGAIN = (State.QUEUED, 1, 0)
FAILED = (State.FAILED, 1, 0)
SENT = (State.SENT, 1, 0)
DOUBT = (State.QUEUED, 1, 1)
PERSON = ("rcpt", "data", "dot")
TABLE = [
    *((step, said, AGAIN, WAITS) for step in ("connect", "mail") for said in ("421 bye", "451 later")),
    *((step, "554 not you", AGAIN, RESTS) for step in ("connect", "mail")),
    *((step, how, AGAIN, WAITS) for step in STEPS[:5] for how in ("close", "silence")),
    *((step, said, AGAIN, WAITS) for step in PERSON for said in ("421 bye", "451 4.2.2 full")),
    *((step, said, FAILED, None) for step in PERSON for said in ("550 5.1.1 who", "554 5.7.1 no")),
    *(("dot", how, DOUBT, WAITS) for how in ("close", "silence", "999 what")),
    *(("quit", how, SENT, None) for how in ("close", "silence", "421 bye", "500 what")),
    ("dot", "slow 0.5 250 ok", SENT, None),  # later than the time-out of a step
    ("none", "", SENT, None),
]  # fmt: skip


@pytest.mark.parametrize(("step", "said", "expected", "rest"), TABLE)
def test_the_step_decides(
    server: SmtpServer,
    clock: time_machine.Traveller,
    step: str,
    said: str,
    expected: tuple[str, int, int],
    rest: dt.timedelta | None,
) -> None:
    server.script[step] = said
    message = owed()
    assert mail.deliver_due() == 1
    assert stands(message) == expected
    assert len(server.taken) == (expected == SENT)
    if rest:
        assert message.not_before_at - NOON == rest
    if said[:1] in "45" and expected != SENT:
        assert message.last_error == said


@pytest.mark.parametrize("how", ["close", "silence"])
def test_what_may_have_arrived_goes_once_more_and_never_a_third_time(
    server: SmtpServer, clock: time_machine.Traveller, how: str
) -> None:
    server.script["dot"] = how
    message = owed()
    for _ in range(20):
        mail.deliver_due()
        clock.shift(dt.timedelta(days=1))
    assert stands(message) == (State.IN_DOUBT, 2, 2)
    assert server.got == [("aroha@example.org", mail.message_id(message.uuid))] * 2
    assert list(OutgoingMail.objects.in_doubt()) == [message]


def test_what_went_once_more_and_was_answered_says_that_it_may_have_arrived_twice(
    server: SmtpServer, clock: time_machine.Traveller
) -> None:
    server.script["dot"] = "close"
    message = owed()
    mail.deliver_due()
    del server.script["dot"]
    clock.shift(60)
    mail.deliver_due()
    assert (stands(message), len(server.got)) == ((State.SENT, 2, 1), 2)


def test_what_answers_nobody_goes_once_at_most(server: SmtpServer, clock: time_machine.Traveller) -> None:
    server.script["dot"] = "silence"
    message = owed(unasked)
    for _ in range(3):
        mail.deliver_due()
        clock.shift(dt.timedelta(days=1))
    assert (stands(message), len(server.got)) == ((State.IN_DOUBT, 1, 1), 1)


def test_a_refusal_between_two_doubts_is_no_doubt(server: SmtpServer, clock: time_machine.Traveller) -> None:
    message = owed()
    for said in ["close", "451 later", "close", "250 never asked"]:
        server.script["dot"] = said
        mail.deliver_due()
        clock.shift(dt.timedelta(days=1))
    assert (stands(message), len(server.got), server.taken) == ((State.IN_DOUBT, 3, 2), 3, [])


@pytest.mark.parametrize(("decide", "copies"), [(mail.try_again, 3), (mail.treat_as_sent, 2)])
def test_staff_decide_what_becomes_of_it_then(
    server: SmtpServer, clock: time_machine.Traveller, decide: Any, copies: int
) -> None:
    server.script["dot"] = "close"
    message = owed()
    for _ in range(2):
        mail.deliver_due()
        clock.shift(60)
    del server.script["dot"]
    assert decide(OutgoingMail.objects.all()) == 1
    mail.deliver_due()
    assert (stands(message)[0], len(server.got)) == (State.SENT, copies)
    assert decide(OutgoingMail.objects.all()) == 0


def test_while_the_server_refuses_us_all_mail_rests_and_no_try_is_counted(
    server: SmtpServer, clock: time_machine.Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    server.script["mail"] = "550 5.7.1 not from you"
    messages = [owed() for _ in range(3)]
    for _ in range(20):
        mail.deliver_due()
        assert mail.deliver_due() == 0
        clock.shift(mail.REST)
    assert server.sessions == 20
    assert {stands(message)[0] for message in messages} == {State.QUEUED}
    assert max(stands(message)[1] for message in messages) == 1
    assert "The mail server refuses us" in caplog.text
    assert "aroha" not in caplog.text
    assert OutgoingMail.objects.waiting_after_trouble().count() >= 1
    del server.script["mail"]
    mail.deliver_due()
    assert {stands(message)[0] for message in messages} == {State.SENT}


@pytest.mark.parametrize("address", ["a\r\nRCPT TO:<b@example.org>@example.org", "<>", "nobody"])
def test_an_address_that_cannot_be_said_holds_up_nobody(
    server: SmtpServer, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    def broken(name: str) -> EmailMultiAlternatives:
        return EmailMultiAlternatives("Kia ora", "Kia ora", to=[address])

    monkeypatch.setitem(mail.kinds, "unasked", mail.Kind(broken, None))
    owed(unasked), owed()
    mail.deliver_due()
    assert ("aroha@example.org" in [to for to, _ in server.taken], len(server.got)) in [(True, 1), (True, 2)]
    assert "b@example.org" not in [to for to, _ in server.got]


def test_dots_and_line_ends_arrive_as_they_were(server: SmtpServer, clock: time_machine.Traveller) -> None:
    owed()
    mail.deliver_due()
    assert len(server.taken) == 1  # the line with one dot did not end the message


# --- a worker that dies, or is slow ----------------------------------------------------------


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


# --- transports that do not tell their steps apart -------------------------------------------


def no_answer(cause: Exception) -> AnymailRequestsAPIError:
    error = AnymailRequestsAPIError("Error posting to the provider")
    error.__cause__ = cause
    return error


def answered(status: int) -> AnymailRequestsAPIError:
    response = requests.Response()
    response.status_code = status
    return AnymailRequestsAPIError("The provider said no", response=response)


NEVER_MADE = requests.ConnectionError("NewConnectionError: refused")


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (answered(400), Verdict.PERSON_NEVER),
        (answered(422), Verdict.PERSON_NEVER),
        (answered(401), Verdict.REFUSES_US),
        (answered(403), Verdict.REFUSES_US),
        (answered(429), Verdict.LATER),
        (answered(500), Verdict.IN_DOUBT),
        (answered(503), Verdict.IN_DOUBT),
        (no_answer(requests.ConnectTimeout()), Verdict.LATER),
        (no_answer(NEVER_MADE), Verdict.LATER),
        (no_answer(requests.ReadTimeout()), Verdict.IN_DOUBT),
        (no_answer(requests.ConnectionError("reset by peer")), Verdict.IN_DOUBT),
        (AnymailConfigurationError("no key"), Verdict.REFUSES_US),
        (AnymailUnsupportedFeature("no such header"), Verdict.PERSON_NEVER),
        (smtplib.SMTPRecipientsRefused({"a@example.org": (450, b"later")}), Verdict.PERSON_LATER),
        (smtplib.SMTPRecipientsRefused({"a@example.org": (550, b"no")}), Verdict.PERSON_NEVER),
        (smtplib.SMTPAuthenticationError(535, b"no"), Verdict.REFUSES_US),
        (smtplib.SMTPAuthenticationError(454, b"later"), Verdict.LATER),
        (ConnectionRefusedError(), Verdict.LATER),
        (TimeoutError(), Verdict.IN_DOUBT),
        (ZeroDivisionError(), Verdict.IN_DOUBT),
    ],
)
def test_what_another_transports_error_means(error: Exception, verdict: Verdict) -> None:
    class Transport(BaseEmailBackend):
        def open(self) -> bool:
            raise error

        def send_messages(self, messages: list[EmailMultiAlternatives]) -> int:
            raise error

    asked: list[bool] = []
    with pytest.raises(transport.NotSent) as no:
        transport.hand_over(Transport(), answering("Aroha"), lambda: not asked.append(True))
    assert (no.value.verdict, asked) == (verdict, [True])
    with pytest.raises(transport.NotSent) as no:
        transport.open_connection(Transport())
    assert no.value.verdict == (Verdict.LATER if verdict is Verdict.IN_DOUBT else verdict)


@pytest.mark.parametrize("written", [True, False])
def test_our_own_files_can_always_be_asked(
    mail_folder: Path, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, written: bool
) -> None:
    """A worker that dies over a file, and an error after it is written, leave nothing in doubt."""
    write = eml_backend.EmailBackend.send_messages

    def fail(self: Any, messages: list[EmailMultiAlternatives]) -> int:
        if written:
            write(self, messages)
        raise OSError("the disk is full")

    message = owed()
    with monkeypatch.context() as patch:
        patch.setattr(eml_backend.EmailBackend, "send_messages", fail)
        mail.deliver_due()
    assert stands(message) == ((State.SENT if written else State.QUEUED), 1, 0)
    if written:
        OutgoingMail.objects.update(state=State.SENDING, claimed_at=NOON, sent_at=None, doubts=2)
        clock.shift(OutgoingMail.CLAIM_LASTS)
    clock.shift(60)
    mail.deliver_due()
    assert (stands(message)[0], len(list(mail_folder.iterdir()))) == (State.SENT, 1)


def test_what_is_said_aloud_is_no_longer_than_its_column() -> None:
    assert len(str(transport.NotSent(Verdict.LATER, "x" * 9999))) == 500


# --- what staff see --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.FAILED, "Our mail did not arrive"),
        (State.IN_DOUBT, "Our mail may not have arrived"),
        (State.SENT, ""),
        (State.QUEUED, ""),
    ],
)
def test_who_was_not_reached_is_shown_on_their_pages(
    client: Client, call: Call, state: str, said: str
) -> None:
    eoi = received()
    sent_at = NOON if state == State.SENT else None
    OutgoingMail.objects.filter(recipient=eoi.contact_id).update(state=state, sent_at=sent_at)
    client.force_login(UserFactory(is_superuser=True))
    for address in (eoi.get_absolute_url(), eoi.contact.get_absolute_url()):
        page = client.get(address).content.decode()
        assert ("Our mail" in page, said in page) == (bool(said), True)


def test_a_later_message_that_arrives_ends_the_warning() -> None:
    for hours, state in ((1, State.FAILED), (2, State.QUEUED)):
        OutgoingMailFactory(recipient=7, state=state, queued_at=NOON + dt.timedelta(hours=hours))
    assert OutgoingMail.objects.not_arrived([7]).count() == 1
    late = NOON + dt.timedelta(hours=3)
    OutgoingMailFactory(recipient=7, state=State.SENT, sent_at=late, queued_at=late)
    assert OutgoingMail.objects.not_arrived([7]).count() == 0
    assert OutgoingMail.objects.not_arrived([8]).count() == 0


@pytest.mark.parametrize(("button", "state"), [("try_again", State.QUEUED), ("treat_as_sent", State.SENT)])
def test_staff_decide_on_the_page_of_a_message_in_doubt(client: Client, button: str, state: str) -> None:
    message = OutgoingMailFactory(state=State.IN_DOUBT, doubts=2, claimed_at=NOON, subject="Kia ora")
    client.force_login(UserFactory(is_superuser=True))
    address = f"/staff/foundation/outgoingmail/{message.pk}"
    page = client.get(f"{address}/change/").content.decode()
    assert "2 times, after we handed it over: it may have arrived twice." in " ".join(page.split())
    assert "Send it again" in page
    assert "Treat it as sent" in page
    assert "Kia ora" in client.get("/staff/").content.decode()
    client.post(f"{address}/act/{button}/")
    message.refresh_from_db()
    assert (message.state, message.sent_at) == (state, NOON if state == State.SENT else None)


def test_many_at_once_never_repeats_what_is_in_doubt(client: Client) -> None:
    doubtful, failed = (
        OutgoingMailFactory(state=State.IN_DOUBT, doubts=2),
        OutgoingMailFactory(state=State.FAILED),
    )
    client.force_login(UserFactory(is_superuser=True))
    chosen = {"action": "try_these_again", "_selected_action": [doubtful.pk, failed.pk]}
    client.post("/staff/foundation/outgoingmail/", chosen)
    assert (stands(doubtful)[0], stands(failed)[0]) == (State.IN_DOUBT, State.QUEUED)


def test_the_dashboard_counts_mail_that_waits_after_trouble(client: Client) -> None:
    OutgoingMailFactory(), OutgoingMailFactory(last_error="535 who are you?")
    client.force_login(UserFactory(is_superuser=True))
    page = client.get("/staff/")
    assert (page.context["waiting_mail"], "Waiting after a refusal" in page.content.decode()) == ("1", True)
