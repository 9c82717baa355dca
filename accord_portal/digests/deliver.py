"""Acts of sending: each confirmed, consenting contact gets an issue once.

Each step is one short transaction, and none spans a call to the mail server. Before a message is
handed over, that intent is committed; a message whose fate is unknown after a crash is never sent
again by itself. A transport that can say whether it took a message settles the doubt; otherwise
staff do.
"""

import datetime as dt
import logging
import re
import smtplib
import uuid
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, transaction
from django.db.models import Exists, F, OuterRef, Value
from django.db.models.functions import Concat
from django.utils.crypto import salted_hmac

from accord_portal.foundation import clock, mail
from accord_portal.foundation.dates import instant_in_words
from accord_portal.staff.models import User
from responses.models import Involvement

from . import emails
from .models import Batch, Delivery, DigestIssue

log = logging.getLogger(__name__)

CHUNK = 10_000  # people a transaction of freezing
LEASE = dt.timedelta(seconds=60)  # renewed with each message
MOST_ATTEMPTS = 8
ENHANCED = re.compile(r"\b[45]\.(\d{1,3})\.\d{1,3}\b")  # an enhanced status code's subject
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
            .values_list("contact_id", "contact__email", "contact__mailbox")[:CHUNK]
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


def send_batch(batch_id: int) -> None:
    """Claims the batch, settles what a dead worker left in doubt, and sends what is pending."""
    lease = uuid.uuid4()
    batch = Batch.objects.select_related("issue").get(pk=batch_id)
    if batch.issue.state not in SENDABLE or not _claim(batch, lease):
        return
    connection = get_connection()
    try:
        _settle_doubts(batch, connection)
        connection.open()
        for delivery in _pending(batch):
            if not _send_one(batch, delivery, connection, lease):
                return  # somebody else has the batch now
    except (SystemicRefusal, smtplib.SMTPAuthenticationError) as refusal:
        _stop(batch, lease, str(refusal))
    except Exception as error:  # nothing is in doubt here: the batch rests and is tried again
        log.warning("batch %s: %s", batch, type(error).__name__)
        _put_off(batch, lease, f"{type(error).__name__}: {error}")
    else:
        _done_or_not(batch, lease)
    finally:
        connection.close()


def _done_or_not(batch: Batch, lease: uuid.UUID) -> None:
    """Ends the batch if nobody in it waits; somebody may who was refused for now, or whom staff put back."""
    mine = Batch.objects.filter(pk=batch.pk, lease=lease)
    if mine.exclude(deliveries__state=State.PENDING).update(
        state=Batch.State.DONE, lease=None, leased_until_at=None
    ):
        finish(batch.issue_id)
    else:
        _put_off(batch, lease, "Some recipients were refused for now.")


class NotAccepted(Exception):
    """The server said no for now: safe to try again later."""


class SystemicRefusal(Exception):
    """The server refuses us, not one address: staff must look."""


def _claim(batch: Batch, lease: uuid.UUID) -> bool:
    """One conditional UPDATE on the row itself: of two workers, one gets the batch."""
    now = clock.now()
    claimed = (
        Batch.objects.claimable(now)
        .filter(pk=batch.pk)
        .update(
            state=Batch.State.SUBMITTING,
            lease=lease,
            leased_until_at=now + LEASE,
            submitted_at=now,
            attempts=F("attempts") + 1,
        )
    )
    batch.attempts += 1
    return bool(claimed)


def _pending(batch: Batch) -> list[Delivery]:
    return list(batch.deliveries.filter(state=State.PENDING).select_related("contact").order_by("pk"))


def _send_one(batch: Batch, delivery: Delivery, connection: BaseEmailBackend, lease: uuid.UUID) -> bool:
    """Asks consent now, commits the intent, hands the message over, records; False if the lease is lost."""
    now = clock.now()
    with transaction.atomic():
        if not Batch.objects.filter(pk=batch.pk, lease=lease).update(leased_until_at=now + LEASE):
            return False
        yes = _consent(delivery, batch.issue.audience)
        if yes is None:
            _settle(delivery, State.SKIPPED, "no longer wanted")
            return True
        try:
            message = emails.issue_to(delivery, batch.issue, yes)
        except DatabaseError:
            raise
        except Exception as error:  # this one is to blame: staff see it, the others get theirs
            _settle(delivery, State.FAILED, f"The message could not be made: {type(error).__name__}")
            return True
        if not Delivery.objects.filter(pk=delivery.pk, state=State.PENDING).update(state=State.SUBMITTING):
            return True
    try:
        connection.send_messages([message])
    except smtplib.SMTPRecipientsRefused as refused:
        code, said = next(iter(refused.recipients.values()))
        _refused(delivery, code, _reply(code, said), batch)
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError, smtplib.SMTPConnectError) as refused:
        _back_to_pending(delivery)
        reply = _reply(refused.smtp_code, refused.smtp_error)
        raise (NotAccepted if 400 <= refused.smtp_code < 500 else SystemicRefusal)(reply) from refused
    except smtplib.SMTPAuthenticationError as refused:
        _back_to_pending(delivery)
        raise SystemicRefusal(_reply(refused.smtp_code, refused.smtp_error)) from refused
    except Exception as error:  # it may or may not have been taken
        if not _settle_doubt(delivery, connection):
            _hold(delivery, f"{type(error).__name__}: {error}")
        raise NotAccepted(f"{type(error).__name__}: {error}") from error
    else:
        _settle(delivery, State.ACCEPTED, "")
    return True


def _refused(delivery: Delivery, code: int, said: str, batch: Batch) -> None:
    """The server refuses this recipient: for good, for now, or because of us (RFC 3463: 5.7 is policy).

    One full mailbox holds up nobody else: it waits its turn, and is given up with the batch's last try.
    """
    enhanced = ENHANCED.search(said)
    if code >= 500 and enhanced and enhanced[1] not in ("1", "2"):
        _back_to_pending(delivery)
        raise SystemicRefusal(said)
    if code >= 500 or batch.attempts >= MOST_ATTEMPTS:
        _settle(delivery, State.FAILED, said)
    else:
        Delivery.objects.filter(pk=delivery.pk).update(state=State.PENDING, reason=said)


def _consent(delivery: Delivery, purpose: str) -> Involvement | None:
    """The Yes this message may go out on, at this moment and to this address; None where there is none."""
    permitting = Involvement.objects.permitting(purpose).select_related("consent", "contact")
    return permitting.filter(contact=delivery.contact_id, contact__email=delivery.address).first()


def _reply(code: int, said: bytes | str) -> str:
    return f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"[:500]


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
    has = getattr(connection, "has", None)
    if has is None:
        return False
    if has(mail.message_id(delivery.uuid)):
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


@transaction.atomic
def send_again(*, issue: DigestIssue, by: User) -> int:
    """Staff decided: everybody in doubt gets the issue again; how many. Some of them may have it twice."""
    held = _held(issue)
    Delivery.objects.filter(pk__in=held).update(state=State.PENDING, reason="")
    batches = Batch.objects.filter(pk__in=set(held.values()), state=Batch.State.DONE)
    batches.update(state=Batch.State.READY, not_before_at=clock.now(), attempts=0)
    if held:
        issues = DigestIssue.objects.filter(pk=issue.pk)
        issues.update(in_doubt=F("in_doubt") - len(held))
        issues.filter(state=DigestIssue.State.SENT).update(state=DigestIssue.State.SENDING, sent_at=None)
        _decided(issue, by, f"sent again to {len(held)} in doubt")
    return len(held)


@transaction.atomic
def treat_as_sent(*, issue: DigestIssue, by: User) -> int:
    """Staff decided: everybody in doubt is counted as having it; how many."""
    held = _held(issue)
    Delivery.objects.filter(pk__in=held).update(state=State.ACCEPTED, settled_at=clock.now())
    DigestIssue.objects.filter(pk=issue.pk).update(
        in_doubt=F("in_doubt") - len(held), accepted=F("accepted") + len(held)
    )
    if held:
        _decided(issue, by, f"counted {len(held)} in doubt as sent")
    return len(held)


def _decided(issue: DigestIssue, by: User, what: str) -> None:
    """One more line of what staff decided on the way."""
    line = f"{instant_in_words(clock.now())}: {by} {what}.\n"
    DigestIssue.objects.filter(pk=issue.pk).update(decisions=Concat("decisions", Value(line)))


def _held(issue: DigestIssue) -> dict[int, int]:
    """The deliveries in doubt, each with its batch, locked."""
    rows = issue.deliveries.select_for_update().filter(state=State.HELD)
    return dict(rows.values_list("pk", "batch_id"))


# --- trouble, and the end -------------------------------------------------------------------


def _put_off(batch: Batch, lease: uuid.UUID, error: str) -> None:
    """Lets the batch rest; after too many rests the issue needs attention."""
    if batch.attempts >= MOST_ATTEMPTS:
        _stop(batch, lease, error)
        return
    Batch.objects.filter(pk=batch.pk, lease=lease).update(
        state=Batch.State.READY,
        lease=None,
        leased_until_at=None,
        last_error=error,
        not_before_at=clock.now() + dt.timedelta(seconds=10 * 2**batch.attempts),
    )


@transaction.atomic
def _stop(batch: Batch, lease: uuid.UUID, error: str) -> None:
    stopped = Batch.objects.filter(pk=batch.pk, lease=lease).update(
        state=Batch.State.READY, lease=None, leased_until_at=None, last_error=error, attempts=0
    )
    if not stopped:
        return  # somebody else has the batch now
    log.error("digest issue %s needs attention: its page says why", batch.issue_id)
    DigestIssue.objects.filter(pk=batch.issue_id, state__in=SENDABLE).update(
        state=DigestIssue.State.NEEDS_ATTENTION, trouble=error
    )


@transaction.atomic
def resume(*, issue: DigestIssue, by: User) -> None:
    """Goes on with an issue once staff have put right what stopped it; an unfinished list goes on too."""
    stopped = DigestIssue.objects.filter(pk=issue.pk, state=DigestIssue.State.NEEDS_ATTENTION)
    if stopped.update(state=DigestIssue.State.FREEZING, trouble=""):
        _decided(issue, by, "went on sending")


def finish(issue_id: int) -> None:
    """Marks the issue sent once no batch is left to do, in one statement; doubts may remain."""
    unfinished = Batch.objects.filter(issue_id=OuterRef("pk")).exclude(state=Batch.State.DONE)
    DigestIssue.objects.filter(~Exists(unfinished), pk=issue_id, state=DigestIssue.State.SENDING).update(
        state=DigestIssue.State.SENT, sent_at=clock.now()
    )


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
