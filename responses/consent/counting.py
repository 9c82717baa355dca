"""What one more line of consent changes in the figures of Yeses."""

from collections.abc import Iterator

from django.utils import timezone

from accord_portal.foundation.models import Tally
from accord_portal.foundation.tallies import Part
from responses.consent.ledger import ConsentState
from responses.models import Consent

Figure = Tally.Figure


def changed(
    before: ConsentState | None, after: ConsentState | None, line: Consent
) -> Iterator[tuple[Part, int]]:
    """The parts of the figures that the line changes, and by how much, given how things stood and stand."""
    was_confirmed, is_confirmed = _is_confirmed(before), _is_confirmed(after)
    if after and after.is_yes and not (before and before.is_yes):
        yield Part(Figure.SAID_YES, line.purpose), 1
    if is_confirmed and not was_confirmed:
        yield Part(Figure.CONFIRMED, line.purpose), 1
        yield Part(Figure.STILL_YES, line.purpose), 1
    elif was_confirmed and not is_confirmed:
        yield Part(Figure.STILL_YES, line.purpose), -1
        yield Part(Figure.TAKEN_BACK, line.purpose, timezone.localdate(line.recorded_at)), 1


def _is_confirmed(state: ConsentState | None) -> bool:
    return bool(state and state.is_yes and state.confirmed_at)
