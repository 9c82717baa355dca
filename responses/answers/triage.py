"""Acts of triage: what staff do with an expression of interest.

Each act is told the version its actor was looking at. Where the record has changed since, nothing
is written and the act says who changed it.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from accord_portal.foundation import clock, mail, tallies
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import counting, emails
from responses.answers.versions import (
    NEWER_VERSION,
    as_seen,
    change,
    read_what_was_said,
    take_back_what_was_asked,
)
from responses.consent import switches
from responses.models import Activity, Decision, ExpressionOfInterest, Undertaking
from responses.people.person import lock
from responses.people.timeline import tell
from responses.undertakings import keeping, moving
from responses.undertakings.initiatives import initiatives_in
from responses.undertakings.owing import settle

State, Kind = ExpressionOfInterest.State, Undertaking.Kind
NOTHING_OWED = "Nothing is owed here any more."
REFERRAL_FIRST = "The person has not said whether this may be passed on: wait, or take the question back."
ANSWER_FIRST = "Acknowledge this and reply in full first: it closes once the person has both."


@transaction.atomic
def acknowledge(
    *,
    eoi: ExpressionOfInterest,
    seen: int,
    by: User,
    text: str,
    is_full: bool = False,
    reply_on: dt.date | None = None,
) -> OutgoingMail | None:
    """A person has answered: by mail where there is an address, otherwise `text` says how they were told.

    Either this is the full answer, or `reply_on` is the day by which it comes: that day is said, and owed.
    Raises NotPossible where a reply is owed and it is neither, or both. Who wants to be left alone is mailed
    nothing.
    """
    as_seen(eoi, seen)
    if eoi.acknowledged_at:
        raise NotPossible("This has already been acknowledged.")
    if eoi.state == State.SPAM:
        raise NotPossible("This is already spam.")
    kinds = [Kind.ACKNOWLEDGE]
    if eoi.undertakings.open().filter(kind=Kind.REPLY).exists():
        if is_full == bool(reply_on):
            raise NotPossible("Say that this is the full answer, or choose the day by which it comes.")
        if is_full:
            kinds.append(Kind.REPLY)
    change(eoi, state=State.IN_HAND if eoi.state == State.AWAITING_TRIAGE else eoi.state)
    if reply_on:
        moving.name_day(eoi=eoi, day=reply_on)
    return _answer(eoi, kinds, Activity.Kind.ACKNOWLEDGED, by, text, reply_on=reply_on)


@transaction.atomic
def reply(*, eoi: ExpressionOfInterest, seen: int, by: User, text: str) -> OutgoingMail | None:
    """The full answer, where the acknowledgement was not: told as that was."""
    as_seen(eoi, seen)
    if not eoi.acknowledged_at:
        raise NotPossible("Acknowledge this first: you can say that it is the full answer.")
    change(eoi)
    return _answer(eoi, [Kind.REPLY], Activity.Kind.REPLIED, by, text)


@transaction.atomic
def decide(
    *, eoi: ExpressionOfInterest, seen: int, by: User, number: int, outcome: str, text: str = ""
) -> OutgoingMail | None:
    """What becomes of one initiative (its number in the form); the person is told, with the reason."""
    as_seen(eoi, seen)
    initiatives = initiatives_in(eoi.initiatives)
    if not 1 <= number <= len(initiatives):
        raise NotPossible("There is no such initiative in this form.")
    if eoi.decisions.filter(number=number).exists():
        raise NotPossible("This has already been decided.")
    change(eoi)
    read_what_was_said(eoi, by)
    decision = Decision.objects.create(eoi=eoi, number=number, outcome=outcome, reason=text, decided_by=by)
    label = Decision.Outcome(outcome).label
    owed = None
    if to := emails.mailed_to(eoi):
        facts = {"decision_id": decision.pk, **emails.greeting(eoi)}
        owed = mail.owe(emails.decision, to=to, recipient=eoi.contact_id, **facts)
    said = f"{initiatives[number - 1]}\n{label}\n{text}".strip()
    line = _tell(eoi, Activity.Kind.DECIDED, by, said, mail=owed)
    proof = keeping.by_line(line, f"{label}, noted on the timeline")
    if owed:
        proof = keeping.by_mail(owed, f"{label}, told by email")
    if not keeping.keep(keeping.owed_about(eoi, number), by=by, proof=proof):
        raise NotPossible(NOTHING_OWED)
    return owed


@transaction.atomic
def assign(*, eoi: ExpressionOfInterest, seen: int, by: User, to: User) -> None:
    """Gives the expression of interest to one member of staff."""
    as_seen(eoi, seen)
    change(eoi, assigned_to=to)
    moving.give(eoi.undertakings.open(), to=to)
    _tell(eoi, Activity.Kind.ASSIGNED, by, f"To {to}")


@transaction.atomic
def note(*, eoi: ExpressionOfInterest, by: User, text: str) -> None:
    """Adds a line to the timeline. Notes do not disturb each other, so no version is asked for."""
    _tell(eoi, Activity.Kind.NOTE, by, text)


@transaction.atomic
def close(*, eoi: ExpressionOfInterest, seen: int, by: User, outcome: str, text: str) -> OutgoingMail | None:
    """Ends the work on it with one of the outcomes; the person is told it, with the reason in `text`.

    Raises NotPossible while the form itself is owed an answer. What is owed for a Yes, or a decision,
    goes on.
    """
    as_seen(eoi, seen)
    _open_only(eoi)
    label = ExpressionOfInterest.Outcome(outcome).label
    change(eoi, state=State.CLOSED, outcome=outcome, closed_at=clock.now(), closed_by=by)
    if eoi.undertakings.open().filter(kind__in=[Kind.ACKNOWLEDGE, Kind.REPLY]).exists():
        raise NotPossible(ANSWER_FIRST)
    if eoi.referrals.waiting().exists():
        raise NotPossible(REFERRAL_FIRST)
    read_what_was_said(eoi, by)
    facts: dict[str, Any] = {"eoi_id": eoi.pk, "outcome": label, "text": text, **emails.greeting(eoi)}
    to = emails.mailed_to(eoi)
    owed = mail.owe(emails.closed, to=to, recipient=eoi.contact_id, **facts) if to else None
    _tell(eoi, Activity.Kind.CLOSED, by, f"{label}\n{text}", mail=owed)
    return owed


@transaction.atomic
def mark_as_spam(*, eoi: ExpressionOfInterest, seen: int, by: User) -> None:
    """Takes it out of the queue, and its Yeses that nobody confirmed out of the count. It is kept.

    What we asked to pass on is taken back.
    """
    as_seen(eoi, seen)
    _open_only(eoi)
    change(eoi, state=State.SPAM, closed_at=clock.now(), closed_by=by)
    tallies.add({counting.part_of(eoi): -1})
    switches.disregard(eoi=eoi, by=by)
    settle(lock(pk=eoi.contact_id))
    take_back_what_was_asked(eoi, by)
    _tell(eoi, Activity.Kind.SPAM, by, "")


@transaction.atomic
def reopen(*, eoi: ExpressionOfInterest, seen: int, by: User, text: str) -> None:
    """Takes it up again, from closed or from spam; who was never answered waits again."""
    as_seen(eoi, seen)
    if eoi.is_open:
        raise NotPossible("This is already open.")
    if ExpressionOfInterest.objects.filter(replaces=eoi).exists():
        raise NotPossible(NEWER_VERSION)
    was_spam = eoi.state == State.SPAM
    state = State.IN_HAND if eoi.acknowledged_at else State.AWAITING_TRIAGE
    change(eoi, state=state, outcome="", closed_at=None, closed_by=None)
    if was_spam:
        tallies.add({counting.part_of(eoi): 1})
    settle(lock(pk=eoi.contact_id))
    _tell(eoi, Activity.Kind.REOPENED, by, text)


def _open_only(eoi: ExpressionOfInterest) -> None:
    if not eoi.is_open:
        raise NotPossible(f"This is already {eoi.get_state_display().lower()}.")


def _answer(
    eoi: ExpressionOfInterest,
    kinds: Sequence[str],
    line: str,
    by: User,
    text: str,
    *,
    reply_on: dt.date | None = None,
) -> OutgoingMail | None:
    """Tells the person, and keeps what that keeps: by the message, or by the line that says how."""
    read_what_was_said(eoi, by)
    owed = None
    if to := emails.mailed_to(eoi):
        facts: dict[str, Any] = {"eoi_id": eoi.pk, "text": text, **emails.greeting(eoi)}
        if reply_on:
            facts["reply_on"] = reply_on.isoformat()
        owed = mail.owe(emails.reply, to=to, recipient=eoi.contact_id, **facts)
    told = _tell(eoi, line, by, text, mail=owed)
    proof = keeping.by_line(told, f"{told.get_kind_display()}, as noted on the timeline")
    if owed:
        proof = keeping.by_mail(owed, f"{told.get_kind_display()} by email")
    if not keeping.keep(eoi.undertakings.filter(kind__in=kinds), by=by, proof=proof):
        raise NotPossible(NOTHING_OWED)
    eoi.refresh_from_db()
    return owed


def _tell(
    eoi: ExpressionOfInterest, kind: str, by: User, text: str, *, mail: OutgoingMail | None = None
) -> Activity:
    return tell(eoi.contact, kind, text, by=by, eoi=eoi, mail=mail)
