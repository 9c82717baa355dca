"""Handing messages over: one, one after another, or many in one call."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from anymail.backends.base import AnymailBaseBackend
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from .verdicts import ABOUT_THE_PERSON, NotSent, Verdict, said_by, verdict_of

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class Own:
    """What a message says to one reader only: plain text, by the mark it stands for."""

    to: str
    message_id: str
    list_unsubscribe: str
    by_mark: dict[str, str]

    @property
    def uuid(self) -> str:
        """Our own key of the message, which a provider gives back with each event about it."""
        return self.message_id.strip("<>").partition("@")[0]


@dataclass(frozen=True, slots=True)
class Envelope:
    """One of many messages; the key says which. It is made when it is its turn, in the form asked for."""

    key: int
    sender: str
    recipient: str
    message: Callable[[], EmailMessage]
    shared: Callable[[], EmailMessage]  # what all get alike, with marks where the reader's own words go
    own: Own
    content: Callable[[], bytes]  # as SMTP takes it before the final dot


def open_connection(connection: BaseEmailBackend) -> None:
    """Connects and signs in. Raises NotSent: nothing can be in doubt yet."""
    try:
        connection.open()
    except NotSent:
        raise
    except Exception as error:
        verdict = verdict_of(error)
        raise NotSent(Verdict.LATER if verdict is Verdict.IN_DOUBT else verdict, said_by(error)) from error


def hand_over(connection: BaseEmailBackend, message: EmailMessage, intent: Callable[[], bool]) -> bool:
    """Hands one message over; False where `intent` said no, and nothing was sent.

    `intent` is asked at the last moment at which nothing has been handed over: it commits that somebody is
    about to. Raises NotSent.
    """
    if no := not_allowed(connection, *message.recipients()):
        raise no
    step_by_step = getattr(connection, "hand_over", None)
    if step_by_step:
        return bool(step_by_step(message, intent))
    if not intent():
        return False
    try:
        connection.send_messages([message])
    except Exception as error:
        verdict = verdict_of(error)
        if verdict is Verdict.IN_DOUBT:
            taken = took(connection, message.extra_headers.get("Message-ID", ""))
            if taken:
                return True
            verdict = Verdict.LATER if taken is False else verdict
        raise NotSent(verdict, said_by(error)) from error
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
        refused: list[tuple[Envelope, NotSent | None]] = []
        yield from many(allowed(connection, envelopes, refused), may_go)
        yield from refused
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


def not_allowed(connection: BaseEmailBackend, *addresses: str) -> NotSent | None:
    """Outside production mail leaves the machine only for whom MAIL_ALLOWED names: else why it does not."""
    if settings.MAIL_ALLOWED is None or not _leaves_the_machine(connection):
        return None
    named = {one.strip().lower() for one in settings.MAIL_ALLOWED}
    for address in addresses:
        if not {address.lower(), "@" + address.lower().rpartition("@")[2]} & named:
            return NotSent(Verdict.PERSON_NEVER, "This portal writes only to whom MAIL_ALLOWED names.")
    return None


def _leaves_the_machine(connection: BaseEmailBackend) -> bool:
    """Whether it is a mail server or a provider elsewhere."""
    host = getattr(connection, "host", "") or urlsplit(getattr(connection, "api_url", "")).hostname
    is_elsewhere = bool(host) and host not in LOOPBACK
    return is_elsewhere or (not host and isinstance(connection, AnymailBaseBackend))


def allowed(
    connection: BaseEmailBackend,
    envelopes: Iterable[Envelope],
    refused: list[tuple[Envelope, NotSent | None]],
) -> Iterator[Envelope]:
    """Those whom mail may leave the machine for; the others are added to `refused`."""
    for envelope in envelopes:
        if no := not_allowed(connection, envelope.recipient):
            refused.append((envelope, no))
        else:
            yield envelope


def takes_many(connection: BaseEmailBackend) -> bool:
    """Whether the transport takes many messages in one call (`hand_over_at_once`)."""
    return hasattr(connection, "hand_over_at_once")


def took(connection: BaseEmailBackend, message_id: str) -> bool | None:
    """Whether the transport took this message; None where it cannot be asked."""
    has = getattr(connection, "has", None)
    return bool(has(message_id)) if has else None
