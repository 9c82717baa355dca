"""Windows: some people of a batch whose messages are handed over after one look at consent and one commit.

Before a window, one transaction asks for the lease, consent and suppression and writes down that its people
are about to be written to; after it, one transaction records what was answered. A window is short: whoever
is not begun with when its time is up waits again, and is asked about afresh.
"""

import time
import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

from accord_portal.foundation import clock
from accord_portal.foundation.models import OutgoingMail
from accord_portal.foundation.transport import Envelope, NotSent, Verdict

from . import ledger, readers
from .emails import Edition
from .freezing import hashed
from .journal import Journal
from .models import Batch, Delivery, DigestIssue
from .readers import Listed, Yes

CLAIM_LASTS = OutgoingMail.CLAIM_LASTS  # renewed with each window
WINDOW_LASTS = 10.0  # seconds in which messages of a window are begun
MAX_ATTEMPTS = 24  # turns in which somebody was refused for now: two days
NO_LONGER_WANTED = "no longer wanted"
HAD_IT = "This mailbox has the issue already."
State = Delivery.State
STATES = {Verdict.PERSON_NEVER: State.FAILED, Verdict.IN_DOUBT: State.HELD}


@dataclass
class Window:
    """The people of one window, by key, and what became of each."""

    batch: Batch
    journal: Journal
    edition: Edition
    people: dict[int, Listed] = field(default_factory=dict)
    yeses: dict[int, Yes] = field(default_factory=dict)  # by contact
    committed_at: float = field(default_factory=time.monotonic)
    outcomes: dict[int, tuple[str, str]] = field(default_factory=dict)  # state and reason
    going: set[int] = field(default_factory=set)  # those whose message may have left us whole
    last: int = 0  # whom we began with last

    def envelopes(self) -> Iterator[Envelope]:
        """The messages, each made when it is its turn; one that cannot be made fails, and others go on."""
        for key, delivery in self.people.items():
            if time.monotonic() - self.committed_at > WINDOW_LASTS:
                return
            self.last = key
            try:
                envelope = self.edition.to(delivery, self.yeses[delivery.contact_id])
            except Exception as error:
                self.outcomes[key] = State.FAILED, f"The message could not be made: {type(error).__name__}"
                continue
            yield envelope

    def may_go(self, envelope: Envelope) -> bool:
        """Asked just before a message leaves us whole. No, where so much time has passed (the machine slept)
        that somebody else may have the batch."""
        if time.monotonic() - self.committed_at > CLAIM_LASTS.total_seconds() / 2:
            return False
        self.journal.going(envelope.key)
        self.going.add(envelope.key)
        return True

    def note(self, envelope: Envelope, no: NotSent | None) -> None:
        """Keeps what was answered until it is recorded."""
        state = STATES.get(no.verdict, State.PENDING) if no else State.ACCEPTED
        if no and no.verdict is Verdict.PERSON_LATER and self.batch.attempts >= MAX_ATTEMPTS:
            state = State.FAILED
        self.outcomes[envelope.key] = state, str(no or "")
        if state != State.HELD:
            self.journal.answered(envelope.key, state == State.ACCEPTED)

    def wait_again(self, deliveries: Collection[Listed]) -> None:
        """These were refused for what is about us: they wait."""
        for delivery in deliveries:
            if delivery.pk in self.people:
                self.outcomes[delivery.pk] = State.PENDING, ""
            else:
                ledger.wait_again(delivery)


@transaction.atomic
def after(window: Window, lease: uuid.UUID) -> Window | None:
    """Records a window, and commits that the people of the next one are about to be written to.

    It is empty once nobody is left; None where somebody else has the batch now.
    """
    if not record(window, lease):
        return None
    batch = window.batch
    if not DigestIssue.objects.on_their_way().filter(pk=batch.issue_id).exists():
        return Window(batch, window.journal, window.edition)  # paused, cancelled or stopped meanwhile
    last, yeses, wanted = window.last, dict[int, Yes](), dict[int, Listed]()
    while not wanted and (people := readers.waiting(batch, last, settings.DIGEST_WINDOW)):
        yeses = readers.yeses(people, batch.issue.audience)
        wanted = {one.pk: one for one in map(partial(_may_have_it, yeses), people) if one}
        last = people[-1].pk  # where nobody of these wants it any more, those after them are looked at
    if not wanted:
        return Window(batch, window.journal, window.edition)
    Delivery.objects.filter(pk__in=wanted, state=State.PENDING).update(state=State.SUBMITTING)
    return Window(batch, window.journal, window.edition, wanted, yeses, last=window.last)


@transaction.atomic
def record(window: Window, lease: uuid.UUID) -> bool:
    """Writes down what was answered; False where somebody else has the batch now.

    An answer counts whoever has the batch. Whoever was not handed over waits again only while it is ours.
    """
    ours = Batch.objects.filter(pk=window.batch.pk, lease=lease)
    is_ours = bool(ours.update(leased_until_at=clock.now() + CLAIM_LASTS))
    waiting, accepted = [], []
    for key, delivery in window.people.items():
        state, reason = window.outcomes.get(key, (State.HELD if key in window.going else State.PENDING, ""))
        if state == State.ACCEPTED:
            accepted.append(delivery)
        elif state == State.FAILED:
            ledger.settle(delivery, state, reason)
        elif state == State.HELD:
            ledger.hold(delivery, reason or "Sending stopped while this was handed over.")
        else:
            waiting.append(delivery)
            if reason:
                Delivery.objects.filter(pk=key).update(reason=reason)
    if accepted:
        ledger.accept(window.batch.issue, accepted)
    if waiting and is_ours:
        ledger.back_to_waiting(waiting)
    return is_ours


def _may_have_it(yeses: dict[int, Yes], listed: Listed) -> Listed | None:
    """Who still wants it, at the address they have confirmed by now; None where they are skipped."""
    yes = yeses.get(listed.contact_id)
    if yes is None:
        ledger.settle(listed, State.SKIPPED, NO_LONGER_WANTED)
        return None
    if listed.address == yes.email:
        return listed
    moved = _follow(listed, yes)
    if moved is None:
        ledger.settle(listed, State.SKIPPED, HAD_IT)
    return moved


def _follow(listed: Listed, yes: Yes) -> Listed | None:
    """Notes the address that the person has confirmed since the list; None where that mailbox has had it.

    Whoever had that mailbox on the list and still waits has another by now, found when it is their turn.
    """
    new = hashed(yes.mailbox or yes.email)
    if new != listed.address_hash:
        others = Delivery.objects.filter(issue=listed.issue_id, address_hash=new).exclude(pk=listed.pk)
        others.filter(state=State.PENDING).update(
            address_hash=Concat(Value("moved:"), Cast(F("pk"), CharField()))
        )
        if others.exists():
            return None
    Delivery.objects.filter(pk=listed.pk).update(address=yes.email, address_hash=new)
    return listed._replace(address=yes.email, address_hash=new)
