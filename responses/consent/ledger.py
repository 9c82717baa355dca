"""How lines of consent add up. Nothing here reads or writes: the same lines always make the same sum.

- Yes on a form waits until it is confirmed from the mailbox; Yes from the mailbox counts at once.
- No on a form ends a Yes that was never confirmed. Against a confirmed one it waits for the mailbox,
  since anybody who knows an address can send a form.
- A form that was spam takes nothing from a confirmed Yes, neither now nor once the mailbox is asked.
- Taken back, it ends at once, whoever wrote the line; forgotten is only what was never confirmed.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from responses.models import Consent, Involvement

Decision = Consent.Decision


@dataclass(frozen=True)
class ConsentState:
    """How things stand for one contact and purpose, and the line (its key) that gave the Yes."""

    consent: int
    since_at: dt.datetime
    confirmed_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    off_asked_at: dt.datetime | None = None

    @property
    def is_yes(self) -> bool:
        """Said Yes and not taken back, confirmed or not."""
        return self.ended_at is None


def add(state: ConsentState | None, line: Consent) -> ConsentState | None:
    """How things stand after one more line; None where nobody ever said Yes."""
    at, from_mailbox = line.recorded_at, line.source in Consent.FROM_THE_MAILBOX
    if line.decision == Decision.GIVEN:
        if state is None or not state.is_yes or (from_mailbox and not state.confirmed_at):
            return ConsentState(line.pk, at, confirmed_at=at if from_mailbox else None)
        return replace(state, off_asked_at=None)
    if state is None or not state.is_yes:
        return state
    if line.decision == Decision.CONFIRMED:
        return replace(state, confirmed_at=state.confirmed_at or at)
    if line.decision == Decision.DECLINED and state.confirmed_at and not from_mailbox:
        return replace(state, off_asked_at=state.off_asked_at or at)
    if line.decision == Decision.LAPSED and state.confirmed_at:
        return state
    if line.decision == Decision.SPAM and state.confirmed_at:
        return replace(state, off_asked_at=None)
    return replace(state, confirmed_at=None, off_asked_at=None, ended_at=at)


def total(lines: Iterable[Consent]) -> dict[str, ConsentState]:
    """What the lines of one person add up to, by purpose; they come in the order they were written."""
    sums: dict[str, ConsentState] = {}
    for line in lines:
        state = add(sums.get(line.purpose), line)
        if state:
            sums[line.purpose] = state
    return sums


def written(involvement: Involvement) -> ConsentState:
    """How things stand according to the involvement."""
    i = involvement
    return ConsentState(i.consent_id, i.since_at, i.confirmed_at, i.ended_at, i.off_asked_at)
