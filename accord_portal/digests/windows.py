"""Windows: some people of a batch whose messages are handed over after one look at consent and one commit.

Before a window, one transaction asks for the lease, consent and suppression and writes down that its people
are about to be written to; after it, one transaction records what was answered. A window is short: whoever
is not begun with when its time is up waits again, and is asked about afresh.
"""

import time
import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

from accord_portal.foundation import clock
from accord_portal.foundation.models import OutgoingMail
from accord_portal.foundation.transport import Envelope, NotSent, Verdict
from responses.models import Involvement

from . import ledger
from .emails import Edition
from .freezing import hashed
from .journal import Journal
from .models import Batch, Delivery, DigestIssue

CLAIM_LASTS = OutgoingMail.CLAIM_LASTS  # renewed with each window
WINDOW_LASTS = 10.0  # seconds in which messages of a window are begun
MAX_ATTEMPTS = 24  # turns in which somebody was refused for now: two days
NO_LONGER_WANTED = "no longer wanted"
HAD_IT = "This mailbox has the issue already."
LOOKED_AT_OF_A_DELIVERY = ["issue", "batch", "contact", "uuid", "address", "address_hash"]
LOOKED_AT_OF_A_YES = [
    *("contact", "purpose", "since_at", "consent__wording", "contact__email_confirmed_at"),
    *(f"contact__{field}" for field in ("name", "email", "mailbox", "language")),
]
State = Delivery.State
STATES = {Verdict.PERSON_NEVER: State.FAILED, Verdict.IN_DOUBT: State.HELD}


@dataclass
class Window:
    """The people of one window, by key, and what became of each."""

    batch: Batch
    journal: Journal
    edition: Edition
    people: dict[int, Delivery] = field(default_factory=dict)
    yeses: dict[int, Involvement] = field(default_factory=dict)  # by contact
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

    def wait_again(self, deliveries: Collection[Delivery]) -> None:
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
    waiting = batch.deliveries.filter(state=State.PENDING).only(*LOOKED_AT_OF_A_DELIVERY).order_by("pk")
    last, wanted = window.last, dict[int, Delivery]()
    while not wanted and (people := list(waiting.filter(pk__gt=last)[: settings.DIGEST_WINDOW])):
        yeses = _yeses(people, batch.issue.audience)
        wanted = {one.pk: one for one in people if _may_have_it(one, yeses.get(one.contact_id))}
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


def _yeses(people: Collection[Delivery], purpose: str) -> dict[int, Involvement]:
    """The Yes each of these may be written to on, at this moment, by contact."""
    permitting = Involvement.objects.permitting(purpose).select_related("consent", "contact")
    found = permitting.only(*LOOKED_AT_OF_A_YES).filter(contact__in=[one.contact_id for one in people])
    return {yes.contact_id: yes for yes in found}


def _may_have_it(delivery: Delivery, yes: Involvement | None) -> bool:
    """Whether the person still wants it, at the address they have confirmed by now; else it is skipped."""
    if yes is None:
        ledger.settle(delivery, State.SKIPPED, NO_LONGER_WANTED)
    elif delivery.address != yes.contact.email and not _follow(delivery, yes):
        ledger.settle(delivery, State.SKIPPED, HAD_IT)
    else:
        return True
    return False


def _follow(delivery: Delivery, yes: Involvement) -> bool:
    """Notes the address that the person has confirmed since the list; False where that mailbox has had it.

    Whoever had that mailbox on the list and still waits has another by now, found when it is their turn.
    """
    new = hashed(yes.contact.mailbox or yes.contact.email)
    if new != delivery.address_hash:
        others = Delivery.objects.filter(issue=delivery.issue_id, address_hash=new).exclude(pk=delivery.pk)
        others.filter(state=State.PENDING).update(
            address_hash=Concat(Value("moved:"), Cast(F("pk"), CharField()))
        )
        if others.exists():
            return False
    delivery.address, delivery.address_hash = yes.contact.email, new
    delivery.save(update_fields=["address", "address_hash"])
    return True
