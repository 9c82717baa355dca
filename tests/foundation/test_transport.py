"""What each transport's errors mean, and what is kept of them."""

import smtplib
from pathlib import Path
from typing import Any

import pytest
import requests
import time_machine
from anymail.exceptions import AnymailConfigurationError, AnymailRequestsAPIError, AnymailUnsupportedFeature
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from accord_portal.foundation import eml_backend, mail, transport
from accord_portal.foundation.models import OutgoingMail
from accord_portal.foundation.transport import Verdict
from tests.clock import NOON
from tests.foundation.outbox import answering, owed, stands

pytestmark = pytest.mark.django_db

State = OutgoingMail.State


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
