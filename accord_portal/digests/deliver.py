"""Acts of sending: each confirmed, consenting contact gets an issue once.

Each step is one short transaction, and none spans a call to the mail server. What is about to be handed over
is committed before; what may have arrived is never sent again by itself. A transport that can say whether it
took a message settles the doubt; otherwise staff do.
"""

import datetime as dt
import itertools
import logging
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, transaction
from django.db.models import F

from accord_portal.foundation import clock, mail, transport
from accord_portal.foundation.transport import Envelope, NotSent, Verdict

from . import ledger, windows
from .alike import Alike
from .emails import Edition
from .ending import finish
from .journal import Found, Journal, Left
from .models import Batch, Delivery, DigestIssue
from .windows import CLAIM_LASTS, Window

log = logging.getLogger(__name__)

MAX_RESTS = {Verdict.LATER: 8, Verdict.QUOTA: 16}  # in a row, without a message sent: then staff must look
TURN_LASTS = 20.0  # seconds: then acknowledgements and the like go first
State = Delivery.State
T = TypeVar("T")


@dataclass
class Turn:
    """One worker's turn at one batch."""

    batch: Batch
    lease: uuid.UUID
    connection: BaseEmailBackend
    journal: Journal
    alike: Alike = field(default_factory=Alike)
    has_sent: bool = False  # on this connection
    is_recorded: bool = True  # whether the rows say what was answered, and of nobody that they may have it
    began: float = field(default_factory=time.monotonic)

    @property
    def is_over(self) -> bool:
        """Whether others have waited for this worker long enough."""
        return time.monotonic() - self.began > TURN_LASTS


def send_batch(batch_id: int) -> None:
    """Claims the batch, settles what a dead worker left in doubt, and sends what is pending."""
    batch = Batch.objects.select_related("issue").get(pk=batch_id)
    lease, connection = uuid.uuid4(), get_connection()
    sendable = DigestIssue.objects.to_be_sent(clock.now()).filter(pk=batch.issue_id)
    if not sendable.exists() or not _take_over(batch, lease, connection):
        return
    turn = Turn(batch, lease, connection, Journal(lease), Alike(batch.issue.resumed))
    try:
        _take_turn(turn)
    finally:
        turn.journal.close(is_recorded=turn.is_recorded)
        with suppress(Exception):  # what was recorded stands, however the server says goodbye
            turn.connection.close()


def _take_turn(turn: Turn) -> None:
    """Sends what is pending, and lets go of the batch unless somebody else has it by now."""
    try:
        if _send_all(turn):
            _done_or_not(turn)
        elif turn.is_over:
            _give_back(turn, "", attempts=turn.batch.attempts - 1)
    except NotSent as no:
        (_stop if no.verdict is Verdict.REFUSES_US else _rest)(turn, no)
    except Exception as error:
        log.warning("batch %s: %s", turn.batch, type(error).__name__)
        if turn.is_recorded:  # else whoever takes it over once the lease is out finds what the journal says
            _rest(turn, NotSent(Verdict.LATER, f"{type(error).__name__}: {error}"))


def _claim(batch: Batch, lease: uuid.UUID) -> bool:
    """One conditional UPDATE on the row itself: of two workers, one gets the batch."""
    now = clock.now()
    claimed = (
        Batch.objects.claimable(now)
        .filter(pk=batch.pk, lease=batch.lease)
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


def _send_all(turn: Turn) -> bool:
    """Window after window until nobody in the batch waits; False if the lease is lost, or the turn is over.

    Raises NotSent where no other message is to be tried in this turn.
    """
    window = windows.after(Window(turn.batch, turn.journal, Edition(turn.batch.issue)), turn.lease)
    while window and window.people:
        turn.is_recorded = False
        try:
            _hand_over(turn, window)
        except Exception:
            _record(turn, window, windows.record)
            raise
        if turn.is_over:
            _record(turn, window, windows.record)
            return False
        window = _record(turn, window, windows.after)
    return window is not None


def _record(turn: Turn, window: Window, how: Callable[[Window, uuid.UUID], T]) -> T:
    """Records what was answered. A database that is busy is asked twice: what was taken must be known."""
    try:
        came = how(window, turn.lease)
    except DatabaseError:
        came = how(window, turn.lease)
    turn.is_recorded = True
    return came


def _hand_over(turn: Turn, window: Window) -> None:
    """Hands the messages of a window over, on as many connections as that takes while each takes some.

    Raises NotSent where the server refuses us, whoever it is for, or nobody knows what it took.
    """
    envelopes: Iterator[Envelope] = window.envelopes()
    while True:
        transport.open_connection(turn.connection)
        turn.has_sent = False
        again: list[Envelope] = []
        for envelope, no in transport.hand_over_all(turn.connection, envelopes, window.may_go):
            window.note(envelope, no)
            if no and no.verdict is Verdict.LATER and turn.has_sent:
                again.append(envelope)  # this connection is at its end
            elif no:
                _heed(turn, window, envelope, no)
            else:
                turn.has_sent = True
                turn.alike.forget()
        if not again:
            return
        turn.connection.close()
        envelopes = itertools.chain(again, envelopes)


def _heed(turn: Turn, window: Window, envelope: Envelope, no: NotSent) -> None:
    """Goes on where it is about this person. Raises NotSent where it is about us."""
    if no.verdict not in transport.ABOUT_THE_PERSON:
        raise no
    about_us = turn.alike.add(window.people[envelope.key], no)
    if about_us:
        window.wait_again(turn.alike.refused)
        raise about_us


def _done_or_not(turn: Turn) -> None:
    """Ends the batch if nobody in it waits; somebody may who was refused for now, or whom staff put back."""
    if _end(turn):
        finish(turn.batch.issue_id)


@transaction.atomic
def _end(turn: Turn) -> bool:
    """Whether the batch is done. It is locked first, as staff do who put somebody back."""
    mine = Batch.objects.filter(pk=turn.batch.pk, lease=turn.lease)
    batch = mine.select_for_update(of=("self",)).order_by("pk").first()
    if batch is None:
        return False
    is_done = not batch.deliveries.filter(state=State.PENDING).exists()
    batch.state = Batch.State.DONE if is_done else Batch.State.READY
    batch.lease = batch.leased_until_at = None
    if not is_done:
        batch.last_error = "Some recipients were refused for now."
        batch.not_before_at = clock.now() + _wait(turn.batch.attempts)
    batch.save()
    return is_done


# --- doubt ----------------------------------------------------------------------------------


def _take_over(batch: Batch, lease: uuid.UUID, connection: BaseEmailBackend) -> bool:
    """Claims the batch, and settles whom a dead worker had written to, or was about to.

    Its journal says, the transport, or else staff. The claim and what was found out are one transaction: by
    the old lease the journal is found, until nobody needs it.
    """
    journal = Found(batch.lease)
    left_behind = list(batch.deliveries.filter(state=State.SUBMITTING))
    found = {delivery: _was_taken(delivery, journal, connection) for delivery in left_behind}
    with transaction.atomic():
        if not _claim(batch, lease):
            return False
        for delivery, (taken, how) in found.items():
            if taken is None:
                ledger.hold(delivery, "The worker stopped while handing this over.")
            elif taken:
                ledger.settle(delivery, State.ACCEPTED, how)
            else:
                ledger.back_to_waiting([delivery])
    journal.forget()
    return True


def _was_taken(delivery: Delivery, journal: Found, connection: BaseEmailBackend) -> tuple[bool | None, str]:
    """Whether the server took the message of a dead worker, None where nobody knows; and who says so."""
    left = journal.left(delivery.pk)
    if left is Left.IN_DOUBT:
        return transport.took(connection, mail.message_id(delivery.uuid)), "found with the transport"
    return left is Left.ACCEPTED, "found in the journal of the worker that stopped"


# --- trouble --------------------------------------------------------------------------------


def _wait(times: int) -> dt.timedelta:
    """Twice as long each time, and three hours at most."""
    return min(dt.timedelta(seconds=10 * 2 ** min(times, 16)), DigestIssue.LONGEST_REST)


@transaction.atomic
def _rest(turn: Turn, no: NotSent) -> None:
    """Lets the issue rest; after too many rests without a message sent it needs attention.

    The batch is due again at once, and no try is counted against its people: it is not about them.
    """
    if not _give_back(turn, str(no), attempts=turn.batch.attempts - 1):
        return
    issue = DigestIssue.objects.select_for_update().get(pk=turn.batch.issue_id)
    if not DigestIssue.objects.to_be_sent(clock.now()).filter(pk=issue.pk).exists():
        return  # another worker met the same
    rests = issue.rests + 1
    if rests >= MAX_RESTS.get(no.verdict, MAX_RESTS[Verdict.LATER]):
        _needs_attention(turn, str(no))
        return
    rest = _wait(rests)
    if no.verdict is Verdict.QUOTA:
        rest = min(dt.timedelta(hours=rests), DigestIssue.LONGEST_REST)
    issue.rests, issue.rests_until_at, issue.trouble = rests, clock.now() + rest, str(no)
    issue.save(update_fields=["rests", "rests_until_at", "trouble"])


@transaction.atomic
def _stop(turn: Turn, no: NotSent) -> None:
    if _give_back(turn, str(no), attempts=0):
        _needs_attention(turn, str(no))


def _give_back(turn: Turn, error: str, *, attempts: int) -> bool:
    """Lets the batch go; False where somebody else has it now."""
    mine = Batch.objects.filter(pk=turn.batch.pk, lease=turn.lease)
    free = {"state": Batch.State.READY, "lease": None, "leased_until_at": None}
    return bool(mine.update(**free, last_error=error, attempts=max(0, attempts), not_before_at=clock.now()))


def _needs_attention(turn: Turn, error: str) -> None:
    log.error("digest issue %s needs attention: its page says why", turn.batch.issue_id)
    issue = DigestIssue.objects.filter(pk=turn.batch.issue_id).on_their_way()
    issue.update(state=DigestIssue.State.NEEDS_ATTENTION, trouble=error, rests=0, rests_until_at=None)


def batches_to_send(now: dt.datetime, limit: int = 100) -> list[int]:
    """Batches that are due and have nobody at them."""
    issues = DigestIssue.objects.to_be_sent(now).filter(state=DigestIssue.State.SENDING)
    rows = Batch.objects.claimable(now).filter(issue__in=issues)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def shorten_leases(now: dt.datetime) -> int:
    """A lease that ends later than one can was given before the clock was put back: it lasts from now."""
    longer = Batch.objects.filter(leased_until_at__gt=now + CLAIM_LASTS)
    return longer.update(leased_until_at=now + CLAIM_LASTS)
