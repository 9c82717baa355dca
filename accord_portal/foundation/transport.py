"""Handing a message over, and what follows where that fails."""

import smtplib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import partial

import requests
from anymail.exceptions import AnymailAPIError, AnymailConfigurationError, AnymailError
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class Verdict(Enum):
    """What follows from a message that was not handed over."""

    LATER = "nothing arrived: try again later"
    QUOTA = "for now the server takes no more from us: try again in hours"
    PERSON_LATER = "this person was refused for now: the others go on"
    PERSON_NEVER = "this person was refused for good: the others go on"
    REFUSES_US = "the server refuses us, whoever it is for: staff must look"
    IN_DOUBT = "it may or may not have arrived"


ABOUT_THE_PERSON = (Verdict.PERSON_LATER, Verdict.PERSON_NEVER)


@dataclass(frozen=True, slots=True)
class Envelope:
    """One of many messages; the key says which. It is made when it is its turn, in the form asked for."""

    key: int
    sender: str
    recipient: str
    message: Callable[[], EmailMessage]
    content: Callable[[], bytes]  # as SMTP takes it before the final dot


class NotSent(Exception):
    """A message was not handed over, or nobody knows: what follows, and what was said."""

    def __init__(self, verdict: Verdict, said: str) -> None:
        super().__init__(said[:500])
        self.verdict = verdict


def open_connection(connection: BaseEmailBackend) -> None:
    """Connects and signs in. Raises NotSent: nothing can be in doubt yet."""
    try:
        connection.open()
    except NotSent:
        raise
    except Exception as error:
        verdict = _verdict(error)
        raise NotSent(Verdict.LATER if verdict is Verdict.IN_DOUBT else verdict, _said(error)) from error


def hand_over(connection: BaseEmailBackend, message: EmailMessage, intent: Callable[[], bool]) -> bool:
    """Hands one message over; False where `intent` said no, and nothing was sent.

    `intent` is asked at the last moment at which nothing has been handed over: it commits that somebody is
    about to. Raises NotSent.
    """
    step_by_step = getattr(connection, "hand_over", None)
    if step_by_step:
        return bool(step_by_step(message, intent))
    if not intent():
        return False
    try:
        connection.send_messages([message])
    except Exception as error:
        verdict = _verdict(error)
        if verdict is Verdict.IN_DOUBT:
            taken = took(connection, message.extra_headers.get("Message-ID", ""))
            if taken:
                return True
            verdict = Verdict.LATER if taken is False else verdict
        raise NotSent(verdict, _said(error)) from error
    return True


def hand_over_all(
    connection: BaseEmailBackend, envelopes: Iterable[Envelope], may_go: Callable[[Envelope], bool]
) -> Iterator[tuple[Envelope, NotSent | None]]:
    """Hands messages over one after the other and says of each what came of it.

    Ends early where the others are not to be tried on this connection. `may_go` is asked at the last moment
    at which nothing of that message has been handed over; where it says no, that is the end too.
    """
    many = getattr(connection, "hand_over_all", None)
    if many:
        yield from many(envelopes, may_go)
        return
    for envelope in envelopes:
        try:
            if not hand_over(connection, envelope.message(), partial(may_go, envelope)):
                return
        except NotSent as no:
            yield envelope, no
            if no.verdict not in ABOUT_THE_PERSON:
                return
        else:
            yield envelope, None


def took(connection: BaseEmailBackend, message_id: str) -> bool | None:
    """Whether the transport took this message; None where it cannot be asked."""
    has = getattr(connection, "has", None)
    return bool(has(message_id)) if has else None


def _verdict(error: Exception) -> Verdict:
    """What an error of a transport means that does not tell its steps apart: in doubt unless it says more."""
    match error:
        case NotSent():
            return error.verdict
        case smtplib.SMTPRecipientsRefused():
            code, _ = next(iter(error.recipients.values()))
            return Verdict.PERSON_LATER if code < 500 else Verdict.PERSON_NEVER
        case smtplib.SMTPDataError():
            return Verdict.PERSON_LATER if error.smtp_code < 500 else Verdict.PERSON_NEVER
        case smtplib.SMTPResponseException():
            return Verdict.LATER if error.smtp_code < 500 else Verdict.REFUSES_US
        case smtplib.SMTPNotSupportedError() | AnymailConfigurationError():
            return Verdict.REFUSES_US
        case AnymailAPIError():
            return _verdict_of_a_call(error)
        case AnymailError():  # found before the call: this message cannot be said to this provider
            return Verdict.PERSON_NEVER
        case ConnectionRefusedError() | smtplib.SMTPConnectError():
            return Verdict.LATER
    return Verdict.IN_DOUBT


def _verdict_of_a_call(error: AnymailAPIError) -> Verdict:
    """What a provider's answer means, or that there was none."""
    status = getattr(error, "status_code", None)
    if status in (401, 403):
        return Verdict.REFUSES_US
    if status == 429:
        return Verdict.LATER
    if status and 400 <= status < 500:
        return Verdict.PERSON_NEVER
    cause = error.__cause__
    if isinstance(cause, requests.ConnectTimeout):
        return Verdict.LATER
    if isinstance(cause, requests.ConnectionError) and "NewConnectionError" in repr(cause):
        return Verdict.LATER  # refused, or no such host: the call was never made
    return Verdict.IN_DOUBT


def _said(error: Exception) -> str:
    """The error in words; what a server answered as it answered it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return answer(code, said)
    if isinstance(error, smtplib.SMTPResponseException):
        return answer(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {error}"


def answer(code: int, said: bytes | str) -> str:
    """A server's answer, readable."""
    return f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
