"""Who has a batch: one worker at a time, for as long as its lease lasts."""

import datetime as dt
import uuid

from django.db.models import F

from accord_portal.digests.models import Batch, DigestIssue
from accord_portal.digests.sending.windows import CLAIM_LASTS
from accord_portal.foundation import clock


def claim(batch: Batch, lease: uuid.UUID) -> bool:
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


def give_back(batch: Batch, lease: uuid.UUID, error: str, *, attempts: int) -> bool:
    """Lets the batch go, due at once; False where somebody else has it now."""
    free = {"state": Batch.State.READY, "lease": None, "leased_until_at": None}
    mine = Batch.objects.filter(pk=batch.pk, lease=lease)
    return bool(mine.update(**free, last_error=error, attempts=max(0, attempts), not_before_at=clock.now()))


def batches_to_send(now: dt.datetime, limit: int = 100) -> list[int]:
    """Batches that are due and have nobody at them."""
    issues = DigestIssue.objects.to_be_sent(now).filter(state=DigestIssue.State.SENDING)
    rows = Batch.objects.claimable(now).filter(issue__in=issues)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def shorten_leases(now: dt.datetime) -> int:
    """A lease that ends later than one can was given before the clock was put back: it lasts from now."""
    longer = Batch.objects.filter(leased_until_at__gt=now + CLAIM_LASTS)
    return longer.update(leased_until_at=now + CLAIM_LASTS)
