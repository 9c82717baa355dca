"""The outbox and a mail server that fails at each step: what arrived, how often, and what is recorded."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives

from accord_portal.foundation import mail
from accord_portal.foundation.models import OutgoingMail
from tests.clock import NOON
from tests.digests.smtp_server import STEPS, SmtpServer
from tests.foundation.outbox import DOUBT, answering, owed, stands

pytestmark = pytest.mark.django_db

State = OutgoingMail.State


@mail.kind("unasked")
def unasked(name: str) -> EmailMultiAlternatives:
    message = answering(name)
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    return message


WAITS, RESTS = dt.timedelta(minutes=1), mail.REST

AGAIN = (State.QUEUED, 1, 0)

FAILED = (State.FAILED, 1, 0)

SENT = (State.SENT, 1, 0)

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
