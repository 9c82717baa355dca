"""What follows from a message that was not handed over, read from what went wrong."""

import datetime as dt
import smtplib
import ssl
from enum import Enum

import requests
from anymail.exceptions import AnymailAPIError, AnymailConfigurationError, AnymailError
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError


class Verdict(Enum):
    """What follows from a message that was not handed over."""

    LATER = "nothing arrived: try again later"
    QUOTA = "for now the server takes no more from us: try again in hours"
    PERSON_LATER = "this person was refused for now: the others go on"
    PERSON_NEVER = "this person was refused for good: the others go on"
    SOMEBODY = "somebody among these was refused, and nobody has it: try fewer at a time"
    REFUSES_US = "the server refuses us, whoever it is for: staff must look"
    IN_DOUBT = "it may or may not have arrived"


ABOUT_THE_PERSON = (Verdict.PERSON_LATER, Verdict.PERSON_NEVER)
NOT_CONNECTED = (NewConnectionError, ConnectTimeoutError, ssl.SSLCertVerificationError)


class NotSent(Exception):
    """A message was not handed over, or nobody knows: what follows, what was said, and when to ask again."""

    def __init__(self, verdict: Verdict, said: str, *, rest: dt.timedelta = dt.timedelta()) -> None:
        super().__init__(said[:500])
        self.verdict = verdict
        self.rest = rest  # at least; the server asked for it


def verdict_of(error: BaseException) -> Verdict:
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
        case requests.RequestException():
            return Verdict.LATER if _never_connected(error) else Verdict.IN_DOUBT
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
    return verdict_of(cause) if isinstance(cause, requests.RequestException) else Verdict.IN_DOUBT


def _never_connected(error: requests.RequestException) -> bool:
    """Whether the call was never made: refused, no such host, no answer, or not who it should be."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    inner = error.args[0] if error.args else None
    reason = getattr(inner, "reason", inner)
    causes = (reason, *getattr(reason, "args", ()))
    return any(isinstance(cause, NOT_CONNECTED) for cause in causes)


def said_by(error: Exception) -> str:
    """The error in words; what a server answered as it answered it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return answer(code, words)
    if isinstance(error, smtplib.SMTPResponseException):
        return answer(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {error}"


def answer(code: int, said: bytes | str) -> str:
    """A server's answer, readable."""
    return f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
