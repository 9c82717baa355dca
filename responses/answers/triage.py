"""Acts of triage: what staff do with an expression of interest.

Each act is told the version its actor was looking at. Where the record has changed since, nothing
is written and the act says who changed it.
"""

from typing import Any

from django.db import transaction
from django.db.models import F

from accord_portal.foundation import clock, mail
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.dates import instant_in_words
from accord_portal.staff.models import User
from responses.answers import emails
from responses.consent import switches
from responses.models import Activity, ExpressionOfInterest
from responses.people.timeline import tell

State = ExpressionOfInterest.State
CHANGES = [
    Activity.Kind.ACKNOWLEDGED,
    Activity.Kind.ASSIGNED,
    Activity.Kind.CLOSED,
    Activity.Kind.SPAM,
    Activity.Kind.REOPENED,
]


@transaction.atomic
def acknowledge(*, eoi: ExpressionOfInterest, seen: int, by: User, text: str) -> None:
    """A person has answered: by mail where there is an address, otherwise `text` says how they were told.

    Who wants to be left alone is mailed nothing.
    """
    _as_seen(eoi, seen)
    if eoi.acknowledged_at:
        raise NotPossible("This has already been acknowledged.")
    if eoi.state == State.SPAM:
        raise NotPossible("This is already spam.")
    state = State.IN_HAND if eoi.state == State.AWAITING_TRIAGE else eoi.state
    _change(eoi, state=state, acknowledged_at=clock.now(), acknowledged_by=by)
    _tell(eoi, Activity.Kind.ACKNOWLEDGED, by, text)
    to = emails.reached_at(eoi)
    if to and not eoi.contact.wants_to_be_left_alone:
        mail.owe(emails.reply, to=to, recipient=eoi.contact_id, eoi_id=eoi.pk, text=text)


@transaction.atomic
def assign(*, eoi: ExpressionOfInterest, seen: int, by: User, to: User) -> None:
    """Gives the expression of interest to one member of staff."""
    _as_seen(eoi, seen)
    _change(eoi, assigned_to=to)
    _tell(eoi, Activity.Kind.ASSIGNED, by, f"To {to}")


@transaction.atomic
def note(*, eoi: ExpressionOfInterest, by: User, text: str) -> None:
    """Adds a line to the timeline. Notes do not disturb each other, so no version is asked for."""
    _tell(eoi, Activity.Kind.NOTE, by, text)


@transaction.atomic
def close(*, eoi: ExpressionOfInterest, seen: int, by: User, outcome: str, text: str = "") -> None:
    """Ends the work on it with one of the outcomes."""
    _as_seen(eoi, seen)
    _open_only(eoi)
    _change(eoi, state=State.CLOSED, outcome=outcome, closed_at=clock.now(), closed_by=by)
    label = ExpressionOfInterest.Outcome(outcome).label
    _tell(eoi, Activity.Kind.CLOSED, by, f"{label}\n{text}".strip())


@transaction.atomic
def mark_as_spam(*, eoi: ExpressionOfInterest, seen: int, by: User) -> None:
    """Takes it out of the queue, and its Yeses that nobody confirmed out of the count. It is kept."""
    _as_seen(eoi, seen)
    _open_only(eoi)
    _change(eoi, state=State.SPAM, closed_at=clock.now(), closed_by=by)
    switches.disregard(eoi=eoi, by=by)
    _tell(eoi, Activity.Kind.SPAM, by, "")


@transaction.atomic
def reopen(*, eoi: ExpressionOfInterest, seen: int, by: User, text: str) -> None:
    """Takes it up again, from closed or from spam; who was never answered waits again."""
    _as_seen(eoi, seen)
    if eoi.is_open:
        raise NotPossible("This is already open.")
    state = State.IN_HAND if eoi.acknowledged_at else State.AWAITING_TRIAGE
    _change(eoi, state=state, outcome="", closed_at=None, closed_by=None)
    _tell(eoi, Activity.Kind.REOPENED, by, text)


def _open_only(eoi: ExpressionOfInterest) -> None:
    if not eoi.is_open:
        raise NotPossible(f"This is already {eoi.get_state_display().lower()}.")


def _as_seen(eoi: ExpressionOfInterest, seen: int) -> None:
    """Reads the record afresh. Raises NotPossible where it is not what the actor saw.

    Nobody works on an older version of the answers: the newer one is worked on.
    """
    eoi.refresh_from_db()  # no lock: what is written goes to this version only
    if eoi.version != seen:
        raise _changed_meanwhile(eoi)
    if eoi.state == State.REPLACED:
        raise NotPossible("A newer version has replaced this one: work on that one.")


def _change(eoi: ExpressionOfInterest, **changes: Any) -> None:
    """Writes the changes to the version that was seen, and to no other. Raises ChangedMeanwhile."""
    seen = ExpressionOfInterest.objects.filter(pk=eoi.pk, version=eoi.version)
    if not seen.update(version=F("version") + 1, **changes):
        raise _changed_meanwhile(eoi)
    eoi.refresh_from_db()


def _changed_meanwhile(eoi: ExpressionOfInterest) -> ChangedMeanwhile:
    last = eoi.activities.filter(kind__in=CHANGES).select_related("done_by").first()
    if not last:
        return ChangedMeanwhile("This was changed meanwhile.")
    return ChangedMeanwhile(
        f"{last.done_by or 'The portal'} changed this meanwhile: {last.get_kind_display()},"
        f" {instant_in_words(last.happened_at)}."
    )


def _tell(eoi: ExpressionOfInterest, kind: str, by: User, text: str) -> None:
    tell(eoi.contact, kind, text, by=by, eoi=eoi)
