"""Acts of recommending: somebody is suggested, staff decide, one invitation goes out, the person answers.

Who is recommended is no contact before they send the form. An address is invited once, for ever. The
recommender learns nothing of what came of it.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accord_portal.foundation import chores, clock, keyed_hash, mail, working_days
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.addresses import mailbox
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import emails
from responses.models import (
    Activity,
    Call,
    Contact,
    ExpressionOfInterest,
    FollowUp,
    Recommendation,
    Suppression,
)
from responses.people import suppressions
from responses.people.person import lock
from responses.people.timeline import tell

EXPIRES_AFTER_WORKING_DAYS = 20  # working days after somebody was recommended, the time staff take included
MAX_A_DAY = 5  # people a recommender and day
A_DAY = dt.timedelta(days=1)
State = Recommendation.State


@dataclass(frozen=True, kw_only=True)
class Suggested:
    """One person, as the recommender described them."""

    name: str
    email: str
    why: str
    has_told: bool


# --- by the recommender ---------------------------------------------------------------------


@transaction.atomic
def recommend(
    *,
    recommender: Contact,
    people: Sequence[Suggested],
    may_be_named: bool,
    receipt: ExpressionOfInterest | None = None,
) -> None:
    """Keeps these people for staff to look at; the same one again within a day, or while open, adds nothing.

    `receipt` is the form from whose receipt it comes, not from a mailed link: until the mailbox confirms that
    form it is the form's and not the person's. Of an address that is known, was invited, said never again or
    was erased, a hash is kept and nothing else. Raises NotPossible beyond five people a day.
    """
    recommender = lock(pk=recommender.pk)
    a_day_ago = clock.now() - A_DAY
    is_certain = receipt is None or receipt.confirmed_at is not None
    made = Recommendation.objects.all()
    theirs = made.made_by([recommender.pk]) if is_certain else made.filter(receipt=receipt)
    lately = theirs.filter(recommended_at__gt=a_day_ago)
    before = lately.count()
    for suggested in people:
        box = mailbox(suggested.email)
        if (theirs.open() | lately).for_mailbox(box).exists():
            continue
        row = Recommendation(
            recommender=recommender,
            mailbox_hash=keyed_hash.hashed("mailbox", box),
            has_told=suggested.has_told,
            may_be_named=may_be_named,
            by_mailed_link=receipt is None,
            receipt=receipt,
            expires_on=working_days.add_working_days(_today(), EXPIRES_AFTER_WORKING_DAYS),
        )
        if _is_known(box):
            row.state = State.NOT_SENT
        else:
            row.name, row.email, row.why = suggested.name, suggested.email, suggested.why
        row.save()
    added = lately.count() - before
    if before + added > MAX_A_DAY:
        raise NotPossible(f"You can recommend {MAX_A_DAY} people a day. Please come back tomorrow.")
    if added and is_certain:
        text = Recommendation.said_of(added)
        tell(recommender, Activity.Kind.RECOMMENDED, text)


# --- by staff -------------------------------------------------------------------------------


@transaction.atomic
def approve(*, recommendation: Recommendation, by: User) -> None:
    """Sends the one invitation this address ever gets; nothing where it is known or had its own already."""
    row = _awaiting(recommendation)
    if not Call.objects.open_on(_today()).exists():
        raise NotPossible("No call is open: there is no form to invite anybody to.")
    row.decided_at, row.decided_by = clock.now(), by
    box = mailbox(row.email)
    if _is_known(box) or not suppressions.suppress(box, Suppression.Scope.INVITED):
        _end(row, State.NOT_SENT)
        return
    row.state = State.INVITED
    row.invitation = mail.owe(emails.invitation, to=row.email, recommendation_id=row.pk)
    row.save()
    others = Recommendation.objects.awaiting_approval().for_mailbox(box)
    for other in others.select_for_update(skip_locked=True):  # who holds a lock finds it out by itself
        _end(other, State.NOT_SENT)


@transaction.atomic
def decline(*, recommendation: Recommendation, because: str, by: User) -> None:
    """Nobody is written to; the reason is kept, the person is not."""
    row = _awaiting(recommendation)
    row.decided_at, row.decided_by, row.declined_because = clock.now(), by, because
    _end(row, State.DECLINED)


# --- by the person, from the invitation -----------------------------------------------------


@transaction.atomic
def say_yes(*, recommendation: Recommendation) -> None:
    """The person wants to see the form. On no list until it is sent; what is over stays over."""
    row = _locked(recommendation)
    if row.state == State.INVITED:
        row.state, row.answered_at = State.YES, clock.now()
        row.save()


@transaction.atomic
def say_no_thanks(*, recommendation: Recommendation) -> None:
    """The person is forgotten, unless they sent the form meanwhile."""
    row = _locked(recommendation)
    if row.state in (State.INVITED, State.YES) and not row.eoi_id:
        row.answered_at = clock.now()
        _end(row, State.NO_THANKS)


@transaction.atomic
def say_never_again(*, recommendation: Recommendation) -> None:
    """The person is forgotten but for the hash by which the address is left alone for ever; at any time."""
    row = _locked(recommendation)
    if row.email:
        suppressions.never_again(mailbox=mailbox(row.email))
    else:
        Suppression.objects.get_or_create(mailbox_hash=row.mailbox_hash, scope=Suppression.Scope.NEVER_AGAIN)
    if row.state != State.NEVER_AGAIN:
        row.answered_at = clock.now()
        _end(row, State.NEVER_AGAIN)


@transaction.atomic
def record_origin(*, recommendation: Recommendation, eoi: ExpressionOfInterest) -> None:
    """The first form that came of the person's yes; from here on the invitation's mail is that contact's."""
    row = _locked(recommendation)
    said_yes = row.answered_at and row.state in (State.YES, State.EXPIRED)
    if said_yes and not row.eoi_id and not Recommendation.objects.filter(eoi=eoi).exists():
        row.state, row.eoi = State.YES, eoi
        row.save()
        _mail(row).update(recipient=eoi.contact_id)


# --- by time --------------------------------------------------------------------------------


def expire(*, today: dt.date) -> int:
    """Forgets whom nobody approved, who did not answer, and who said yes but sent no form; how many."""
    late = Recommendation.objects.expired(today).values_list("pk", flat=True)
    chore = "Forgetting whom nobody invited or who did not answer"
    return chores.for_each(chore, Recommendation, late, lambda key: _expire(key, today))


@transaction.atomic
def _expire(key: int, today: dt.date) -> bool:
    row = Recommendation.objects.expired(today).select_for_update().filter(pk=key).first()
    if row:
        _end(row, State.EXPIRED)
    return row is not None


# --- what they share ------------------------------------------------------------------------


def _today() -> dt.date:
    return timezone.localdate(clock.now())


def _is_known(box: str) -> bool:
    """Whether nobody may be invited at this mailbox: a contact's, or invited, suppressed or erased before."""
    # Both are asked, so that the time does not tell.
    suppressed = Suppression.objects.for_mailbox(box).exists()
    return Contact.objects.filter(mailbox=box).exists() or suppressed


def _locked(recommendation: Recommendation) -> Recommendation:
    return Recommendation.objects.select_for_update().get(pk=recommendation.pk)


def _awaiting(recommendation: Recommendation) -> Recommendation:
    row = _locked(recommendation)
    if row.state != State.AWAITING:
        raise NotPossible(f"This is already decided: {row.get_state_display()}.")
    return row


def _end(row: Recommendation, state: str) -> None:
    """The matter is over: the person goes, from here and from the mail that was owed."""
    row.state = state
    row.name = row.email = row.why = ""
    row.save()
    FollowUp.objects.about(row).update(what="", result="")
    _mail(row).exclude(state=OutgoingMail.State.SENT).update(state=OutgoingMail.State.CANCELLED)
    _mail(row).update(to="", last_error="")


def _mail(row: Recommendation) -> QuerySet[OutgoingMail]:
    """The message that carried the invitation; nothing where there was none."""
    return OutgoingMail.objects.filter(pk__in=[row.invitation_id])
