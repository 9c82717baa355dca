"""Acts on letters: somebody writes to us on Contact us, and staff answer by the promised day.

Each act but a note is told how many things had been done with the letter, notes among them, when its
actor looked at it. Where more has been done since, nothing is written and the act says who did it.
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac

from accord_portal.foundation import clock, mail
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.dates import instant_in_words
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import emails
from responses.answers.intake import PRIVACY_NOTICE_VERSION
from responses.models import Contact, Letter, LetterLine, Suppression, Undertaking
from responses.undertakings import days

State, Kind = Letter.State, LetterLine.Kind
AN_HOUR = dt.timedelta(hours=1)


@transaction.atomic
def receive(*, name: str, email: str, telephone: str, message: str) -> Letter:
    """Keeps what somebody wrote, and owes them word of it by mail where they gave an address.

    The same letter again within the hour (a double press, a reload) is the same letter. Whoever asked
    never to be written to is mailed nothing: anybody can write with their address.
    """
    now = clock.now()
    keys = [_same_letter_key(when, name, email, telephone, message) for when in (now - AN_HOUR, now)]
    before = Letter.objects.filter(same_letter_key=keys[0]).first()
    if before:
        return before
    letter, is_new = Letter.objects.get_or_create(
        same_letter_key=keys[1],
        defaults={
            "name": name,
            "email": email,
            "telephone": telephone,
            "message": message,
            "privacy_notice_version": PRIVACY_NOTICE_VERSION,
            "received_at": now,
            "due_on": days.due_on(Undertaking.Kind.ACKNOWLEDGE, now),
        },
    )
    if is_new and may_be_mailed(letter):
        mail.owe(emails.letter_received, to=email, letter_id=letter.pk)
    return letter


def may_be_mailed(letter: Letter) -> bool:
    """Whether there is an address, and nobody there has asked to be left alone."""
    return may_be_mailed_at(letter.mailbox)


def may_be_mailed_at(mailbox: str) -> bool:
    """The same of a mailbox that somebody wrote to us with."""
    if not mailbox:
        return False
    if Suppression.objects.for_mailbox(mailbox, Suppression.Scope.NEVER_AGAIN).exists():
        return False
    contact = Contact.objects.filter(mailbox=mailbox).select_related("merged_into").first()
    return contact is None or not contact.kept_record.wants_to_be_left_alone


@transaction.atomic
def answer(*, letter: Letter, seen: int, by: User, text: str) -> OutgoingMail | None:
    """A person has answered: by mail where that may be, otherwise `text` says how they were told."""
    row = _as_seen(letter, seen, open_only=True)
    _change(
        row,
        state=State.IN_HAND,
        answered_at=row.answered_at or clock.now(),
        answered_by=row.answered_by or by,
    )
    owed = None
    if may_be_mailed(row):
        owed = mail.owe(emails.letter_answer, to=row.email, letter_id=row.pk, text=text)
    _tell(row, Kind.ANSWERED, by, text, mail=owed)
    return owed


@transaction.atomic
def assign(*, letter: Letter, seen: int, by: User, to: User) -> None:
    """Gives the letter to one member of staff."""
    row = _as_seen(letter, seen)
    _change(row, assigned_to=to)
    _tell(row, Kind.ASSIGNED, by, f"To {to}")


@transaction.atomic
def note(*, letter: Letter, by: User, text: str) -> None:
    """Adds a line to what was done with it."""
    _tell(_locked(letter), Kind.NOTE, by, text)


@transaction.atomic
def close(*, letter: Letter, seen: int, by: User, text: str) -> None:
    """Ends the work on it; `text` says how it ended."""
    row = _as_seen(letter, seen, open_only=True)
    _change(row, state=State.CLOSED, closed_at=clock.now(), closed_by=by)
    _tell(row, Kind.CLOSED, by, text)


@transaction.atomic
def mark_as_spam(*, letter: Letter, seen: int, by: User) -> None:
    """Takes it out of the queue. It is kept."""
    row = _as_seen(letter, seen, open_only=True)
    _change(row, state=State.SPAM, closed_at=clock.now(), closed_by=by)
    _tell(row, Kind.SPAM, by, "")


@transaction.atomic
def reopen(*, letter: Letter, seen: int, by: User, text: str) -> None:
    """Takes it up again, from closed or from spam; who was never answered waits again."""
    row = _as_seen(letter, seen)
    if row.is_open:
        raise NotPossible("This is already open.")
    _change(row, state=State.IN_HAND if row.answered_at else State.AWAITING, closed_at=None, closed_by=None)
    _tell(row, Kind.REOPENED, by, text)


def _locked(letter: Letter) -> Letter:
    """The letter as it is now, for this transaction. Raises NotPossible where its writer was erased."""
    row = Letter.objects.select_for_update().get(pk=letter.pk)
    if row.erased_at:
        raise NotPossible("The person who wrote this was erased.")
    return row


def _as_seen(letter: Letter, seen: int, *, open_only: bool = False) -> Letter:
    """The same, for an act that rests on what its actor saw. Raises ChangedMeanwhile where that is past."""
    row = _locked(letter)
    if open_only and not row.is_open:
        raise NotPossible(f"This is already {row.get_state_display().lower()}.")
    done = row.lines.select_related("done_by")
    if len(done) != seen:
        raise ChangedMeanwhile(
            f"{done[0].done_by} changed this meanwhile: {done[0].get_kind_display()},"
            f" {instant_in_words(done[0].happened_at)}."
            if done
            else "This was changed meanwhile."
        )
    return row


def _change(row: Letter, **changes: Any) -> None:
    """Writes the changes to the letter as it was read, and to no other. Raises ChangedMeanwhile."""
    read = Letter.objects.filter(
        pk=row.pk, state=row.state, assigned_to=row.assigned_to, answered_at=row.answered_at
    )
    if not read.update(**changes):
        raise ChangedMeanwhile("This was changed meanwhile.")


def _tell(row: Letter, kind: str, by: User, text: str, *, mail: OutgoingMail | None = None) -> None:
    LetterLine.objects.create(letter=row, kind=kind, text=text, done_by=by, mail=mail)


def _same_letter_key(at: dt.datetime, *typed: str) -> str:
    """A keyed hash of everything written and of the hour: unique in the database."""
    hour = int(at.timestamp() // AN_HOUR.total_seconds())
    return salted_hmac("same-letter", "\x1f".join([str(hour), *typed]), algorithm="sha256").hexdigest()
