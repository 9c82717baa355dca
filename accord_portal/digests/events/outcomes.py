"""What became of a delivery that the server took, by what its provider said since.

The last word is the same in whatever order events come, and before our own record of the call as well.
"""

from django.db import transaction
from django.db.models import F

from accord_portal.digests import promises
from accord_portal.digests.models import Delivery, DigestIssue, ProviderEvent
from accord_portal.digests.sending import ledger
from accord_portal.foundation import clock

State, Meaning = Delivery.State, ProviderEvent.Meaning
STATE_BY_MEANING = {
    Meaning.ACCEPTED: State.ACCEPTED,
    Meaning.UNSUBSCRIBED: State.DELIVERED,
    Meaning.DELIVERED: State.DELIVERED,
    Meaning.REJECTED: State.REJECTED,
    **dict.fromkeys([Meaning.HARD, Meaning.SOFT, Meaning.BLOCKED], State.BOUNCED),
    Meaning.COMPLAINED: State.COMPLAINED,
}
COUNTER_OF_TAKEN: dict[str, str] = {
    State.DELIVERED: "delivered",
    State.REJECTED: "bounced",
    State.BOUNCED: "bounced",
    State.COMPLAINED: "complained",
}


@transaction.atomic
def record(delivery: Delivery, meaning: str, reason: str) -> None:
    """Brings the delivery up to what an event means; what is known better already stays.

    That somebody's server or provider has it settles a doubt.
    """
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    before, after = row.state, STATE_BY_MEANING[Meaning(meaning)]
    counts: dict[str, int] = {}
    if _rank(after) > _rank(before):
        row.state, row.reason, row.settled_at = after, reason[:500], row.settled_at or clock.now()
        row.save(update_fields=["state", "reason", "settled_at"])
        counts = _counted(before, after)
    if meaning == Meaning.HARD and not row.events.filter(meaning=Meaning.HARD).exists():
        counts["bounced_hard"] = 1
    if counts:
        changed = {name: F(name) + number for name, number in counts.items()}
        DigestIssue.objects.filter(pk=row.issue_id).update(**changed)
    if before == State.HELD:
        ledger.found_out(row)
        promises.keep_by(DigestIssue.objects.select_related("approved_by").get(pk=row.issue_id))


def _rank(state: str) -> int:
    return Delivery.TAKEN.index(Delivery.State(state)) if state in Delivery.TAKEN else -1


def _counted(before: str, after: str) -> dict[str, int]:
    """How the issue's counters change."""
    counts: dict[str, int] = {}
    if before not in Delivery.TAKEN:
        left = {**ledger.COUNTER, State.HELD: "in_doubt"}.get(before)
        counts = {"accepted": 1} | ({left: -1} if left else {})
    for state, number in ((before, -1), (after, 1)):
        if name := COUNTER_OF_TAKEN.get(state):
            counts[name] = counts.get(name, 0) + number
    return counts
