"""The one place where messages are made, owed and sent.

An act calls `owe` inside its transaction; the worker calls `deliver_due`. A message that cannot be
sent is tried again for two days and then shown to staff; one that was refused for good at once. What
may have arrived, since no answer came, is sent once more under the same Message-ID and never a third time.
"""

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from email.utils import parseaddr
from functools import cache, partial
from typing import Any, NamedTuple, Protocol, TypeVar

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, SafeMIMEMultipart, SafeMIMEText, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Model, QuerySet
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string

from . import clock, office, pace, rate_limit, rows, transport
from .addresses import ascii_address
from .flowed import flowed
from .models import OutgoingMail
from .verdicts import NotSent, Verdict

log = logging.getLogger(__name__)

State = OutgoingMail.State
OVER = [State.SENT, State.FAILED, State.HELD, State.IN_DOUBT, State.CANCELLED]
REST = dt.timedelta(minutes=15)  # where the server refuses us
RETRY_AFTER_MINUTES = [1, 5, 15, 60, 240, 720, 1440]


class Message(EmailMultiAlternatives):
    """One message; `recipient` is the key of the contact it is for, where that was not known before."""

    recipient: int | None = None
    metadata: dict[str, str]  # what a provider gives back with each event about it

    def message(self) -> SafeMIMEText | SafeMIMEMultipart:
        """The whole as MIME, its text part flowed."""
        text, self.body = self.body, flowed(str(self.body))
        try:
            made = super().message()
        finally:
            self.body = text
        plain = next(part for part in made.walk() if part.get_content_type() == "text/plain")
        plain.set_param("format", "flowed")
        return made


class NoLongerWanted(Exception):
    """Raised by what makes a message, where there is no more need for it: then it is not sent."""


class NothingToKeep(NoLongerWanted):
    """The same, where nothing is to be kept of the wish for it either: nobody has the address, say."""


class HeldBack(Exception):
    """Strangers have caused as many messages to this mailbox today as they can."""


Make = TypeVar("Make", bound=Callable[..., EmailMultiAlternatives])
kinds: dict[str, "Kind"] = {}  # by name; each room declares its own, in its modules named emails
_names: dict[Callable[..., EmailMultiAlternatives], str] = {}


class Kind(NamedTuple):
    """One kind of message: what makes it, and how many a day a mailbox gets where others can cause it."""

    make: Callable[..., EmailMultiAlternatives]
    a_day: int | None


def kind(name: str, *, a_day: int | None = None) -> Callable[[Make], Make]:
    """Declares what makes a message, under the name by which it is owed; the name outlives any move.

    `a_day` is for what somebody else than its reader can cause: it goes out only while fewer than so many
    of all such messages, whatever kind they are, went to that mailbox today. See docs/mail-bounds.md.
    """

    def declared(make: Make) -> Make:
        if name in kinds:
            raise ValueError(f"Two messages are called {name}.")
        kinds[name] = Kind(make, a_day)
        _names[make] = name
        return make

    return declared


class Outcome(Protocol):
    """What is told when a message reached its server; None where it is known not to have, or never will."""

    def __call__(self, owed: OutgoingMail, *, arrived_at: dt.datetime | None) -> None: ...


_told: list[Outcome] = []


def on_outcome(tell: Outcome) -> Outcome:
    """Declares what is told of each outcome, in its transaction, before the message itself is locked."""
    _told.append(tell)
    return tell


def name_of(make: Callable[..., EmailMultiAlternatives]) -> str:
    """The name of the kind of message that this makes. Raises KeyError where it is not declared."""
    return _names[make]


def made(owed: OutgoingMail) -> EmailMultiAlternatives:
    """The message that is owed, as it would go out now. Raises NoLongerWanted where it would not."""
    return kinds[owed.message].make(**owed.facts)


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


def bodies(template: str, context: Mapping[str, object]) -> tuple[str, str]:
    """The text and the HTML of `emails/<template>.txt` and `.html`, the latter with its styles inlined."""
    text = render_to_string(f"emails/{template}.txt", {"office": office.details(), **context})
    return text.strip() + "\n", html_body(template, context)


def html_body(template: str, context: Mapping[str, object]) -> str:
    """The HTML of `emails/<template>.html`, with its styles inlined."""
    context = {"office": office.details(), **context}
    return _inliner().inline(render_to_string(f"emails/{template}.html", context))


def message_id(uuid: object) -> str:
    """The Message-ID of the message with this uuid: the same each time it is tried."""
    return f"<{uuid}@{_domain(settings.DEFAULT_FROM_EMAIL)}>"


@cache
def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2]


def compose(
    template: str,
    context: Mapping[str, object],
    *,
    to: str,
    subject: str,
    headers: dict[str, str] | None = None,
) -> Message:
    """One message to one person, in answer to something that person did (RFC 3834: auto-replied).

    It is made of plain values. Raises TypeError for a record, all of whose text a template could show.
    """
    if records := [name for name, value in context.items() if isinstance(value, Model)]:
        raise TypeError(f"{template} is given a record ({', '.join(records)}): choose what it may say.")
    text, html = bodies(template, {"subject": subject, **context})
    headers = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All", **(headers or {})}
    sender = settings.DEFAULT_FROM_EMAIL
    return addressed(to, sender=sender, subject=subject, text=text, html=html, headers=headers)


def addressed(
    to: str, *, sender: str, subject: str, text: str, html: str, headers: dict[str, str]
) -> Message:
    """The message that every transport is handed: to one address, whose domain is in ASCII already."""
    message = Message(
        subject=subject,
        body=text,
        from_email=sender,
        to=[ascii_address(to)],
        reply_to=[settings.REPLY_TO_EMAIL],
        headers=headers,
    )
    message.attach_alternative(html, "text/html")
    return message


def owe(
    make: Callable[..., EmailMultiAlternatives], *, to: str, recipient: int | None = None, **facts: int | str
) -> OutgoingMail:
    """Writes down that `make(**facts)` is owed to this address; call it inside the act's transaction.

    `recipient` is the key of the contact it is for, where it is for one.
    """
    owed = rows.new(OutgoingMail, message=name_of(make), to=to, recipient=recipient, facts=facts)
    rows.add(owed)
    return owed


def deliver_due(limit: int = 200) -> int:
    """Sends what is owed and due, one message after another; how many were tried."""
    now = clock.now()
    OutgoingMail.objects.abandoned(now).update(state=State.QUEUED)
    keys = list(
        OutgoingMail.objects.due(now).order_by("not_before_at", "pk").values_list("pk", flat=True)[:limit]
    )
    return sum(_deliver(key) for key in keys)


def _deliver(key: int) -> bool:
    """Claims one message, sends it and records what came of it; False where it is not to be had now."""
    now = clock.now()
    due = OutgoingMail.objects.due(now).filter(pk=key)
    if not due.update(state=State.SENDING, claimed_at=now, attempts=F("attempts") + 1):
        return False
    mail = OutgoingMail.objects.get(pk=key)
    connection = get_connection()
    try:
        outcome = _sent_or_not(mail, connection)
        if outcome:
            _record(mail, outcome)
    except NothingToKeep:
        OutgoingMail.objects.filter(pk=key).delete()
    finally:
        with suppress(Exception):  # what was recorded stands, however the server says goodbye
            connection.close()
    return True


@transaction.atomic
def _record(mail: OutgoingMail, outcome: dict[str, Any]) -> None:
    """Writes down what came of it, unless it is not ours any more, and tells who must know."""
    if outcome["state"] in OVER:
        _tell_all(mail, arrived_at=outcome.get("sent_at"))
    if not _still_ours(mail).update(**outcome):
        transaction.set_rollback(True)


def _tell_all(mail: OutgoingMail, *, arrived_at: dt.datetime | None) -> None:
    for tell in _told:
        tell(mail, arrived_at=arrived_at)


def _still_ours(mail: OutgoingMail) -> QuerySet[OutgoingMail]:
    """The claimed message, unless it was cancelled or erased on its way, or somebody else has it by now."""
    return OutgoingMail.objects.filter(pk=mail.pk, state=State.SENDING, claimed_at=mail.claimed_at)


def _sent_or_not(mail: OutgoingMail, connection: BaseEmailBackend) -> dict[str, object]:
    """Tries to hand the message over: what is to be recorded of it; nothing where it is not ours any more."""
    told: dict[str, object] = {"last_error": "", "doubts": mail.doubts}
    try:
        message = _made(mail)
        told["subject"] = message.subject[:200]
        taken = transport.took(connection, message_id(mail.uuid)) if mail.doubts else False
        if taken is False and mail.doubts:
            told["doubts"] = mail.doubts = 0
            _still_ours(mail).update(doubts=0)
        if taken is None and not _may_go_again(mail, message):
            return {**told, "state": State.IN_DOUBT, "last_error": mail.last_error or "No answer came."}
        if not taken and not transport.hand_over(connection, message, partial(_intend, mail)):
            return {}
    except NothingToKeep:
        raise
    except HeldBack as held:
        return {"state": State.HELD, "last_error": str(held)}
    except NoLongerWanted:
        return {"state": State.CANCELLED, "last_error": ""}
    except NotSent as no:
        log.warning("mail %s, attempt %s: %s", mail.uuid, mail.attempts, no.verdict.value)
        return {**told, "last_error": str(no), **_put_off(mail, message, no)}
    except Exception as error:  # whatever stopped it is kept, tried again and shown to staff
        log.warning("mail %s, attempt %s: %s", mail.uuid, mail.attempts, type(error).__name__)
        return {"last_error": f"{type(error).__name__}: {error}"[:2000], **_later(mail)}
    return {**told, "state": State.SENT, "sent_at": clock.now()}


def _intend(mail: OutgoingMail) -> bool:
    """Commits that the message is about to be handed over, and renews the claim for as long as that may take.

    Until the server has answered, and if it never does, this counts as a doubt.
    """
    now = clock.now()
    ours = _still_ours(mail).filter(doubts__lt=OutgoingMail.MAX_DOUBTS)
    meant = ours.update(doubts=F("doubts") + 1, claimed_at=now)
    mail.claimed_at = now
    if meant:
        pace.spend(1)
    return bool(meant)


def _may_go_again(mail: OutgoingMail, message: EmailMultiAlternatives) -> bool:
    """Whether what may have arrived is sent once more: a lost confirmation is worse than a second copy.

    What answers nothing that its reader did (RFC 3834: auto-generated) goes out once at most.
    """
    answers = message.extra_headers.get("Auto-Submitted") != "auto-generated"
    return answers and mail.doubts < OutgoingMail.MAX_DOUBTS


def _made(mail: OutgoingMail) -> EmailMultiAlternatives:
    """The message as it goes out now. Raises NoLongerWanted, or HeldBack; it is counted when first made."""
    message = made(mail)
    message.extra_headers["Message-ID"] = message_id(mail.uuid)
    message.metadata = {"uuid": str(mail.uuid)}  # type: ignore[attr-defined]
    if isinstance(message, Message) and message.recipient:
        OutgoingMail.objects.filter(pk=mail.pk).update(recipient=message.recipient, to=message.to[0])
    a_day = kinds[mail.message].a_day
    if a_day and (mail.attempts == 1 or not mail.subject):  # without a subject it was never made before
        if not rate_limit.may_have_more(message.to[0], a_day=a_day):
            raise HeldBack(f"{a_day} messages that anybody can cause went to this mailbox today.")
        _still_ours(mail).update(subject=message.subject[:200])
    return message


def _put_off(mail: OutgoingMail, message: EmailMultiAlternatives, no: NotSent) -> dict[str, object]:
    """What becomes of a message that was not handed over, or of which nobody knows."""
    match no.verdict:
        case Verdict.PERSON_NEVER:
            return {"state": State.FAILED}
        case Verdict.REFUSES_US:
            return _rest(mail)
        case Verdict.IN_DOUBT:
            mail.doubts += 1
            later = _later(mail) if _may_go_again(mail, message) else {"state": State.FAILED}
            gone = {"state": State.IN_DOUBT} if later["state"] == State.FAILED else later
            return {**gone, "doubts": mail.doubts}
    return _later(mail)


def _rest(mail: OutgoingMail) -> dict[str, object]:
    """The server refuses us: all mail that is due waits, and no try is counted against this message."""
    log.error("The mail server refuses us; all mail rests for %s.", REST)
    until = clock.now() + REST
    OutgoingMail.objects.due(clock.now()).update(not_before_at=until)
    return {"state": State.QUEUED, "not_before_at": until, "attempts": max(1, mail.attempts - 1)}


def _later(mail: OutgoingMail) -> dict[str, object]:
    """When a message that could not be sent is tried again, or that it is given up."""
    if mail.attempts > len(RETRY_AFTER_MINUTES):
        return {"state": State.FAILED}
    wait = dt.timedelta(minutes=RETRY_AFTER_MINUTES[mail.attempts - 1])
    return {"state": State.QUEUED, "not_before_at": clock.now() + wait}


def try_again(mails: QuerySet[OutgoingMail]) -> int:
    """Queues afresh what failed, was held back or is in doubt; how many."""
    return mails.filter(state__in=[State.FAILED, State.HELD, State.IN_DOUBT]).update(
        state=State.QUEUED, attempts=0, doubts=0, not_before_at=clock.now()
    )


@transaction.atomic
def treat_as_sent(mails: QuerySet[OutgoingMail]) -> int:
    """Staff decided: what is in doubt counts as sent when it was last handed over; how many."""
    doubtful = mails.filter(state=State.IN_DOUBT)
    for mail in doubtful:
        _tell_all(mail, arrived_at=mail.claimed_at or mail.queued_at)
    return doubtful.update(state=State.SENT, sent_at=Coalesce("claimed_at", "queued_at"))


@transaction.atomic
def came_back(mails: QuerySet[OutgoingMail]) -> int:
    """Messages that a server took and returned: nobody has them; how many."""
    returned = mails.filter(state=State.SENT)
    for mail in returned:
        _tell_all(mail, arrived_at=None)
    return returned.update(state=State.FAILED, sent_at=None, last_error="It came back to us.")


@transaction.atomic
def cancel(mails: QuerySet[OutgoingMail]) -> int:
    """Whatever was not sent of these never is; how many."""
    unsent = mails.exclude(state=State.SENT)
    for mail in unsent.filter(state__in=[State.QUEUED, State.SENDING]):
        _tell_all(mail, arrived_at=None)
    return unsent.update(state=State.CANCELLED)
