"""Acts of sending: each confirmed, consenting contact gets an issue once.

Each step is one short transaction, and none spans a call to the mail server. What is about to be handed over
is committed before; what may have arrived is never sent again by itself. A transport that can say whether it
took a message settles the doubt; otherwise staff do.
"""

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

from accord_portal.digests.models import Batch, Delivery, DigestIssue
from accord_portal.digests.sending import claims, provider_calls, resting, windows
from accord_portal.digests.sending.alike import Alike
from accord_portal.digests.sending.doubt import take_over
from accord_portal.digests.sending.emails import Edition
from accord_portal.digests.sending.ending import finish
from accord_portal.digests.sending.journal import Journal
from accord_portal.digests.sending.windows import Window
from accord_portal.foundation import clock, pace, transport
from accord_portal.foundation.transport import Envelope
from accord_portal.foundation.verdicts import ABOUT_THE_PERSON, NotSent, Verdict

log = logging.getLogger(__name__)

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
    batch = Batch.objects.select_related("issue", "variant").get(pk=batch_id)
    lease, connection = uuid.uuid4(), get_connection()
    sendable = DigestIssue.objects.to_be_sent(clock.now()).filter(pk=batch.issue_id)
    try:
        if not sendable.exists() or not take_over(batch, lease, connection):
            return
    except NotSent as no:
        resting.rest(batch.issue_id, no)
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
            claims.give_back(turn.batch, turn.lease, "", attempts=turn.batch.attempts - 1)
    except NotSent as no:
        resting.rest_or_stop(turn.batch, turn.lease, no)
    except Exception as error:
        log.warning("batch %s: %s", turn.batch, type(error).__name__)
        if turn.is_recorded:  # else whoever takes it over once the lease is out finds what the journal says
            trouble = NotSent(Verdict.LATER, f"{type(error).__name__}: {error}")
            resting.rest_or_stop(turn.batch, turn.lease, trouble)


def _send_all(turn: Turn) -> bool:
    """Window after window until nobody in the batch waits; False if the lease is lost, or the turn is over.

    Raises NotSent where no other message is to be tried in this turn.
    """
    most, is_one_call = provider_calls.most_at_once(turn.connection, turn.batch.issue)
    most = pace.most_at_once(most)
    edition = Edition(turn.batch.issue, turn.batch.variant)
    start = Window(turn.batch, turn.journal, edition, most, is_one_call)
    window = windows.after(start, turn.lease)
    while window and window.people:
        turn.is_recorded = False
        try:
            _hand_over(turn, window)
            window.most = min(most, 2 * window.most)
        except Exception as error:
            if not (isinstance(error, NotSent) and error.verdict is Verdict.SOMEBODY):
                _record(turn, window, windows.record)
                raise
            window.begin_again(len(window.people) // 2)
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
    time.sleep(pace.take(len(window.people)).total_seconds())
    if window.is_one_call:
        transport.open_connection(turn.connection)
        for envelope, no in provider_calls.hand_over(turn.connection, window):
            _went_or_not(turn, window, envelope, no)
        return
    envelopes: Iterator[Envelope] = window.envelopes()
    while True:
        transport.open_connection(turn.connection)
        turn.has_sent = False
        again: list[Envelope] = []
        for envelope, no in transport.hand_over_all(turn.connection, envelopes, window.may_go):
            window.note(envelope, no)
            if no and no.verdict is Verdict.LATER and turn.has_sent:
                again.append(envelope)  # this connection is at its end
            else:
                _went_or_not(turn, window, envelope, no)
        if not again:
            return
        turn.connection.close()
        envelopes = itertools.chain(again, envelopes)


def _went_or_not(turn: Turn, window: Window, envelope: Envelope, no: NotSent | None) -> None:
    """Goes on where it went, or where it is about this person. Raises NotSent where it is about us."""
    if no is None:
        turn.has_sent = True
        turn.alike.forget()
        return
    if no.verdict not in ABOUT_THE_PERSON:
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
        batch.not_before_at = clock.now() + resting.wait(turn.batch.attempts)
    batch.save()
    return is_done
