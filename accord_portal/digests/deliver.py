"""Acts of sending: each confirmed, consenting contact gets an issue once.

Each step is one short transaction, and none spans a call to the mail server. Before the final
dot of a message, that intent is committed; one whose fate is unknown after that is never sent again
by itself. A transport that can say whether it took a message settles the doubt; otherwise
staff do.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, transaction
from django.db.models import Exists, F, OuterRef
from django.utils.crypto import salted_hmac

from accord_portal.foundation import clock, mail, transport
from accord_portal.foundation.models import OutgoingMail
from accord_portal.foundation.transport import NotSent, Verdict
from responses.models import Involvement

from . import emails, promises
from .models import Batch, Delivery, DigestIssue

log = logging.getLogger(__name__)

MAX_FROZEN_AT_ONCE = 10_000  # people a transaction of freezing
CLAIM_LASTS = OutgoingMail.CLAIM_LASTS  # renewed with each message
MAX_ATTEMPTS = 8
MAX_ALIKE = 5  # people in a row who are refused in the same words: then it is about us
QUOTA_RESTS = dt.timedelta(hours=1)
NO_LONGER_WANTED = "no longer wanted"
State = Delivery.State
SENDABLE = {DigestIssue.State.FREEZING, DigestIssue.State.SENDING}
UNSETTLED = {State.PENDING, State.SUBMITTING, State.HELD}
COUNTER: dict[str, str] = {State.ACCEPTED: "accepted", State.SKIPPED: "skipped", State.FAILED: "failed"}


# --- freeze: who gets it --------------------------------------------------------------------


def freeze(issue_id: int) -> list[int]:
    """Writes one delivery for each eligible contact, in chunks by key; the batches to send.

    A crash resumes where it was.
    """
    while _freeze_chunk(issue_id):
        pass
    finish(issue_id)
    return _unfinished_batches(issue_id)


def _freeze_chunk(issue_id: int) -> bool:
    """The next chunk of people with its batches and the cursor in one transaction; False when all are in."""
    with transaction.atomic():
        issue = DigestIssue.objects.select_for_update().get(pk=issue_id)
        if issue.state not in (DigestIssue.State.APPROVED, DigestIssue.State.FREEZING):
            return False
        people = list(
            Involvement.objects.permitting(issue.audience)
            .filter(contact__gt=issue.frozen_up_to)
            .order_by("contact_id")
            .values_list("contact_id", "contact__email", "contact__mailbox")[:MAX_FROZEN_AT_ONCE]
        )
        if not people:
            issue.state = DigestIssue.State.SENDING
            issue.save(update_fields=["state"])
            return False
        size = settings.DIGEST_BATCH_SIZE
        for start in range(0, len(people), size):
            issue.batches += 1
            issue.recipients += _freeze_batch(issue, people[start : start + size])
        issue.state, issue.frozen_up_to = DigestIssue.State.FREEZING, people[-1][0]
        issue.save(update_fields=["state", "frozen_up_to", "batches", "recipients"])
        return True


def _freeze_batch(issue: DigestIssue, people: Sequence[tuple[int, str, str | None]]) -> int:
    batch = Batch.objects.create(issue=issue, number=issue.batches, not_before_at=clock.now())
    Delivery.objects.bulk_create(
        (
            Delivery(
                issue=issue, batch=batch, contact_id=key, address=email, address_hash=_hash(box or email)
            )
            for key, email, box in people
        ),
        ignore_conflicts=True,
    )
    return batch.deliveries.count()


def _hash(mailbox: str) -> str:
    return salted_hmac("address", mailbox, algorithm="sha256").hexdigest()


# --- send: one batch, one message after another ---------------------------------------------


@dataclass
class Turn:
    """One worker's turn at one batch."""

    batch: Batch
    lease: uuid.UUID
    connection: BaseEmailBackend
    refused_alike: list[Delivery] = field(default_factory=list)  # one after another, in the same words
    has_sent: bool = False


def send_batch(batch_id: int) -> None:
    """Claims the batch, settles what a dead worker left in doubt, and sends what is pending."""
    batch = Batch.objects.select_related("issue").get(pk=batch_id)
    turn = Turn(batch, uuid.uuid4(), get_connection())
    if batch.issue.state not in SENDABLE or not _claim(batch, turn.lease):
        return
    try:
        _settle_doubts(batch, turn.connection)
        transport.open_connection(turn.connection)
        for delivery in _pending(batch):
            if not _send_one(turn, delivery):
                return  # somebody else has the batch now
    except NotSent as no:
        (_stop if no.verdict is Verdict.REFUSES_US else _put_off)(turn, str(no))
    except Exception as error:  # nothing is in doubt here: the batch rests and is tried again
        log.warning("batch %s: %s", batch, type(error).__name__)
        _put_off(turn, f"{type(error).__name__}: {error}")
    else:
        _done_or_not(turn)
    finally:
        with suppress(Exception):  # what was recorded stands, however the server says goodbye
            turn.connection.close()


def _done_or_not(turn: Turn) -> None:
    """Ends the batch if nobody in it waits; somebody may who was refused for now, or whom staff put back."""
    mine = Batch.objects.filter(pk=turn.batch.pk, lease=turn.lease)
    if mine.exclude(deliveries__state=State.PENDING).update(
        state=Batch.State.DONE, lease=None, leased_until_at=None
    ):
        finish(turn.batch.issue_id)
    else:
        _put_off(turn, "Some recipients were refused for now.", has_sent=False)


def _claim(batch: Batch, lease: uuid.UUID) -> bool:
    """One conditional UPDATE on the row itself: of two workers, one gets the batch."""
    now = clock.now()
    claimed = (
        Batch.objects.claimable(now)
        .filter(pk=batch.pk)
        .update(
            state=Batch.State.SUBMITTING,
            lease=lease,
            leased_until_at=now + CLAIM_LASTS,
            submitted_at=now,
            attempts=F("attempts") + 1,
        )
    )
    batch.attempts += 1
    return bool(claimed)


def _pending(batch: Batch) -> list[Delivery]:
    return list(batch.deliveries.filter(state=State.PENDING).select_related("contact").order_by("pk"))


def _send_one(turn: Turn, delivery: Delivery) -> bool:
    """Asks consent now, hands the message over and records what came of it; False if the lease is lost.

    Raises NotSent where no other message is to be tried after it in this turn.
    """
    yes = _consent(delivery, turn.batch.issue.audience)
    if yes is None:
        _settle(delivery, State.SKIPPED, NO_LONGER_WANTED)
        return True
    try:
        message = emails.issue_to(delivery, turn.batch.issue, yes)
    except DatabaseError:
        raise
    except Exception as error:  # this one is to blame: staff see it, the others get theirs
        _settle(delivery, State.FAILED, f"The message could not be made: {type(error).__name__}")
        return True
    try:
        if not transport.hand_over(turn.connection, message, partial(_intend, turn, delivery)):
            return Batch.objects.filter(pk=turn.batch.pk, lease=turn.lease).exists()
    except NotSent as no:
        _not_sent(turn, delivery, no)
    else:
        turn.has_sent, turn.refused_alike = True, []
        _settle(delivery, State.ACCEPTED, "")
    return True


@transaction.atomic
def _intend(turn: Turn, delivery: Delivery) -> bool:
    """Commits that this message is about to be handed over; only if the batch is ours and the Yes stands."""
    until = clock.now() + CLAIM_LASTS
    if not Batch.objects.filter(pk=turn.batch.pk, lease=turn.lease).update(leased_until_at=until):
        return False
    if _consent(delivery, turn.batch.issue.audience) is None:
        _settle(delivery, State.SKIPPED, NO_LONGER_WANTED)
        return False
    pending = Delivery.objects.filter(pk=delivery.pk, state=State.PENDING)
    return bool(pending.update(state=State.SUBMITTING))


def _not_sent(turn: Turn, delivery: Delivery, no: NotSent) -> None:
    """Records a message that was not handed over. Raises NotSent again unless it is about this person."""
    if no.verdict is Verdict.IN_DOUBT:
        _hold(delivery, str(no))
        raise no
    if no.verdict in (Verdict.LATER, Verdict.REFUSES_US):
        _back_to_pending(delivery)
        raise no
    before = delivery.reason
    if no.verdict is Verdict.PERSON_NEVER or turn.batch.attempts >= MAX_ATTEMPTS:
        _settle(delivery, State.FAILED, str(no))
    else:
        _back_to_pending(delivery)
        Delivery.objects.filter(pk=delivery.pk).update(reason=str(no))
    if no.verdict is Verdict.PERSON_LATER or before != str(
        no
    ):  # else staff have said: go on, it is the person
        _compare(turn, delivery, no)


def _compare(turn: Turn, delivery: Delivery, no: NotSent) -> None:
    """The same words for several people in a row are about us: they wait, and the batch with them."""
    words = str(no).replace(delivery.address, "")
    delivery.reason = str(no)
    last = turn.refused_alike[-1:]
    if last and last[0].reason.replace(last[0].address, "") != words:
        turn.refused_alike = []
    turn.refused_alike.append(delivery)
    if len(turn.refused_alike) < MAX_ALIKE:
        return
    for refused in turn.refused_alike:
        _unfail(refused)
    whom = ", ".join(str(refused.contact_id) for refused in turn.refused_alike)
    for_good = no.verdict is Verdict.PERSON_NEVER
    verdict = Verdict.REFUSES_US if for_good else Verdict.LATER
    raise NotSent(verdict, f"{words} (said of the contacts {whom}, one after another)") from no


@transaction.atomic
def _unfail(delivery: Delivery) -> None:
    """Lets a refused person wait again."""
    failed = Delivery.objects.filter(pk=delivery.pk, state=State.FAILED)
    if failed.update(state=State.PENDING, settled_at=None):
        DigestIssue.objects.filter(pk=delivery.issue_id).update(failed=F("failed") - 1)


def _consent(delivery: Delivery, purpose: str) -> Involvement | None:
    """The Yes this message may go out on, at this moment and to this address; None where there is none."""
    permitting = Involvement.objects.permitting(purpose).select_related("consent", "contact")
    return permitting.filter(contact=delivery.contact_id, contact__email=delivery.address).first()


def _back_to_pending(delivery: Delivery) -> None:
    Delivery.objects.filter(pk=delivery.pk, state=State.SUBMITTING).update(state=State.PENDING)


@transaction.atomic
def _settle(delivery: Delivery, state: str, reason: str) -> None:
    """Records what became of a delivery and counts it, once; a late answer settles a doubt too."""
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if row.state not in UNSETTLED:
        return
    counts = {COUNTER[state]: F(COUNTER[state]) + 1}
    if row.state == State.HELD:
        counts["in_doubt"] = F("in_doubt") - 1
    row.state, row.reason, row.settled_at = state, reason[:500], clock.now()
    row.save(update_fields=["state", "reason", "settled_at"])
    DigestIssue.objects.filter(pk=row.issue_id).update(**counts)


# --- doubt ----------------------------------------------------------------------------------


def _settle_doubts(batch: Batch, connection: BaseEmailBackend) -> None:
    """What a dead worker had handed over, or was about to: asked of the transport, else held for staff."""
    for delivery in batch.deliveries.filter(state=State.SUBMITTING):
        if not _settle_doubt(delivery, connection):
            _hold(delivery, "The worker stopped while handing this over.")


def _settle_doubt(delivery: Delivery, connection: BaseEmailBackend) -> bool:
    """Whether the transport could say what became of it; what it did not take is pending again."""
    taken = transport.took(connection, mail.message_id(delivery.uuid))
    if taken is None:
        return False
    if taken:
        _settle(delivery, State.ACCEPTED, "found with the transport")
    else:
        _back_to_pending(delivery)
    return True


@transaction.atomic
def _hold(delivery: Delivery, reason: str) -> None:
    """Nobody knows whether it arrived: it is never sent again by itself, and staff are shown it."""
    if Delivery.objects.filter(pk=delivery.pk, state=State.SUBMITTING).update(
        state=State.HELD, reason=reason[:500]
    ):
        DigestIssue.objects.filter(pk=delivery.issue_id).update(in_doubt=F("in_doubt") + 1)


# --- trouble, and the end -------------------------------------------------------------------


def _put_off(turn: Turn, error: str, has_sent: bool | None = None) -> None:
    """Lets the batch rest; after too many rests without a message sent the issue needs attention."""
    batch, sent = turn.batch, turn.has_sent if has_sent is None else has_sent
    attempts = 1 if sent else batch.attempts
    if attempts >= MAX_ATTEMPTS:
        _stop(turn, error)
        return
    is_quota = len(turn.refused_alike) >= MAX_ALIKE
    rest = QUOTA_RESTS if is_quota else dt.timedelta(seconds=10 * 2**attempts)
    Batch.objects.filter(pk=batch.pk, lease=turn.lease).update(
        state=Batch.State.READY,
        lease=None,
        leased_until_at=None,
        last_error=error,
        attempts=attempts,
        not_before_at=clock.now() + rest,
    )


@transaction.atomic
def _stop(turn: Turn, error: str) -> None:
    stopped = Batch.objects.filter(pk=turn.batch.pk, lease=turn.lease).update(
        state=Batch.State.READY, lease=None, leased_until_at=None, last_error=error, attempts=0
    )
    if not stopped:
        return  # somebody else has the batch now
    log.error("digest issue %s needs attention: its page says why", turn.batch.issue_id)
    DigestIssue.objects.filter(pk=turn.batch.issue_id, state__in=SENDABLE).update(
        state=DigestIssue.State.NEEDS_ATTENTION, trouble=error
    )


@transaction.atomic
def finish(issue_id: int) -> None:
    """Marks the issue sent once no batch is left to do, and keeps what it keeps; doubts may remain."""
    unfinished = Batch.objects.filter(issue_id=OuterRef("pk")).exclude(state=Batch.State.DONE)
    done = DigestIssue.objects.filter(~Exists(unfinished), pk=issue_id, state=DigestIssue.State.SENDING)
    if done.update(state=DigestIssue.State.SENT, sent_at=clock.now()):
        promises.keep_by(DigestIssue.objects.select_related("approved_by").get(pk=issue_id))


def _unfinished_batches(issue_id: int) -> list[int]:
    rows = Batch.objects.filter(issue_id=issue_id).exclude(state=Batch.State.DONE)
    return list(rows.order_by("number").values_list("pk", flat=True))


def issues_to_freeze() -> list[int]:
    """Approved issues whose list is not drawn up."""
    states = [DigestIssue.State.APPROVED, DigestIssue.State.FREEZING]
    return list(DigestIssue.objects.filter(state__in=states).values_list("pk", flat=True))


def issues_to_finish() -> list[int]:
    """Issues whose worker may have stopped between its last batch and the end."""
    return list(DigestIssue.objects.filter(state=DigestIssue.State.SENDING).values_list("pk", flat=True))


def batches_to_send(now: dt.datetime, limit: int = 100) -> list[int]:
    """Batches that are due and have nobody at them."""
    rows = Batch.objects.claimable(now).filter(issue__state=DigestIssue.State.SENDING)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
