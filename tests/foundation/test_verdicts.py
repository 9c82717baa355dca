"""What each transport's errors mean, and what is kept of them."""

import smtplib
import ssl

import pytest
import requests
from anymail.exceptions import AnymailConfigurationError, AnymailRequestsAPIError, AnymailUnsupportedFeature
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from urllib3 import HTTPSConnectionPool
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import MaxRetryError, NameResolutionError, NewConnectionError, ProtocolError, SSLError

from accord_portal.foundation import transport
from accord_portal.foundation.verdicts import NotSent, Verdict
from tests.foundation.outbox import answering


def no_answer(cause: Exception) -> AnymailRequestsAPIError:
    error = AnymailRequestsAPIError("Error posting to the provider")
    error.__cause__ = cause
    return error


def answered(status: int) -> AnymailRequestsAPIError:
    response = requests.Response()
    response.status_code = status
    return AnymailRequestsAPIError("The provider said no", response=response)


def never_made(reason: Exception) -> requests.ConnectionError:
    return requests.ConnectionError(MaxRetryError(HTTPSConnectionPool("example.org"), "/", reason))


WRONG_CERTIFICATE = SSLError(ssl.SSLCertVerificationError("self-signed"))


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
        (no_answer(never_made(NewConnectionError(HTTPSConnection("example.org"), "no"))), Verdict.LATER),
        (no_answer(never_made(NameResolutionError("h", HTTPSConnection("h"), OSError()))), Verdict.LATER),
        (no_answer(never_made(WRONG_CERTIFICATE)), Verdict.LATER),
        (no_answer(never_made(ProtocolError("Connection aborted."))), Verdict.IN_DOUBT),
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
    with pytest.raises(NotSent) as no:
        transport.hand_over(Transport(), answering("Aroha"), lambda: not asked.append(True))
    assert (no.value.verdict, asked) == (verdict, [True])
    with pytest.raises(NotSent) as no:
        transport.open_connection(Transport())
    assert no.value.verdict == (Verdict.LATER if verdict is Verdict.IN_DOUBT else verdict)


def test_what_is_said_aloud_is_no_longer_than_its_column() -> None:
    assert len(str(NotSent(Verdict.LATER, "x" * 9999))) == 500
