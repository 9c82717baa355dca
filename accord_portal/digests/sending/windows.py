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

from django.db import transaction

from accord_portal.digests.models import Batch, Delivery, DigestIssue
from accord_portal.digests.sending import ledger, readers, variants
from accord_portal.digests.sending.emails import Edition
from accord_portal.digests.sending.journal import Journal
from accord_portal.digests.sending.readers import Listed, Yes
from accord_portal.digests.sending.wanted import may_have_it
from accord_portal.foundation import clock, signed_links
from accord_portal.foundation.models import OutgoingMail
from accord_portal.foundation.transport import Envelope
from accord_portal.foundation.verdicts import ABOUT_THE_PERSON, NotSent, Verdict

CLAIM_LASTS = OutgoingMail.CLAIM_LASTS  # renewed with each window
WINDOW_LASTS = 10.0  # seconds in which messages of a window are begun
MAX_ATTEMPTS = 24  # turns in which somebody was refused for now: two days
State = Delivery.State
STATES = {Verdict.PERSON_NEVER: State.FAILED, Verdict.IN_DOUBT: State.HELD}


@dataclass
class Window:
    """The people of one window, by key, and what became of each."""

    batch: Batch
    journal: Journal
    edition: Edition
    most: int  # people
    is_one_call: bool  # under a key, so that it can be asked about or made again
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

    def is_fresh(self) -> bool:
        """Whether nobody else can have the batch yet: the machine may have slept."""
        return time.monotonic() - self.committed_at <= CLAIM_LASTS.total_seconds() / 2

    def may_go(self, *envelopes: Envelope) -> bool:
        """Asked just before messages leave us whole."""
        if not self.is_fresh():
            return False
        keys = [envelope.key for envelope in envelopes]
        self.journal.going(*keys)
        self.going.update(keys)
        return True

    def note(self, envelope: Envelope, no: NotSent | None) -> None:
        """Keeps what was answered until it is recorded."""
        state = STATES.get(no.verdict, State.PENDING) if no else State.ACCEPTED
        if no and no.verdict is Verdict.PERSON_LATER and self.batch.attempts >= MAX_ATTEMPTS:
            state = State.FAILED
        is_theirs = no and (no.verdict in ABOUT_THE_PERSON or no.verdict is Verdict.IN_DOUBT)
        self.outcomes[envelope.key] = state, str(no) if is_theirs else ""
        if state != State.HELD:
            self.journal.answered(envelope.key, state == State.ACCEPTED)

    def leave_open(self, envelopes: Collection[Envelope]) -> None:
        """Nobody knows yet: whoever takes the batch next can ask the provider."""
        self.outcomes |= {envelope.key: (State.SUBMITTING, "") for envelope in envelopes}

    def begin_again(self, most: int) -> None:
        """None of these was handed over: the next window begins where this one did, with fewer."""
        self.last, self.most = min(self.people) - 1, most

    def with_nobody(self) -> "Window":
        """The same place in the batch, before its next people."""
        return Window(self.batch, self.journal, self.edition, self.most, self.is_one_call, last=self.last)

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
    batch, ahead = window.batch, window.with_nobody()
    if not DigestIssue.objects.on_their_way().filter(pk=batch.issue_id).exists():
        return ahead  # paused, cancelled or stopped meanwhile
    last, yeses, wanted = window.last, dict[int, Yes](), dict[int, Listed]()
    while not wanted and (people := readers.waiting(batch, last, window.most)):
        here = variants.staying(batch, people)
        yeses = readers.yeses(here, batch.issue.audience)
        wanted = {one.pk: one for one in map(partial(may_have_it, yeses), here) if one}
        last = people[-1].pk  # where nobody of these wants it any more, those after them are looked at
    if wanted:
        Delivery.objects.filter(pk__in=wanted, state=State.PENDING).update(state=State.SUBMITTING)
        if window.is_one_call:
            batch.provider_call, batch.submitted_at = uuid.uuid4(), clock.now()
            batch.save(update_fields=["provider_call", "submitted_at"])
            window.edition.as_of = signed_links.as_of(batch.submitted_at)
        ahead.people, ahead.yeses = wanted, yeses
    return ahead


@transaction.atomic
def record(window: Window, lease: uuid.UUID) -> bool:
    """Writes down what was answered; False where somebody else has the batch now.

    An answer counts whoever has the batch. Whoever was not handed over waits again only while it is ours.
    """
    ours = Batch.objects.filter(pk=window.batch.pk, lease=lease)
    is_ours = bool(ours.update(leased_until_at=clock.now() + CLAIM_LASTS))
    waiting, accepted = [], []
    held: dict[str, list[Listed]] = {}
    for key, delivery in window.people.items():
        state, reason = window.outcomes.get(key, (State.HELD if key in window.going else State.PENDING, ""))
        if state == State.ACCEPTED:
            accepted.append(delivery)
        elif state == State.FAILED:
            ledger.settle(delivery, state, reason)
        elif state == State.HELD:
            held.setdefault(reason or "Sending stopped while this was handed over.", []).append(delivery)
        elif state != State.SUBMITTING:
            waiting.append(delivery)
            if reason:
                Delivery.objects.filter(pk=key).update(reason=reason)
    for reason, deliveries in held.items():
        ledger.hold(deliveries, reason)
    if accepted:
        ledger.accept(window.batch.issue, accepted)
    if waiting and is_ours:
        ledger.back_to_waiting(waiting)
    return is_ours
