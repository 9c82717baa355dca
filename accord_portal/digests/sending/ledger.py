"""What became of each delivery, and the issue's counters beside it: written together, each counted once."""

from collections.abc import Collection
from typing import Protocol

from django.db import transaction
from django.db.models import F

from accord_portal.digests.models import Delivery, DigestIssue, Doubt
from accord_portal.foundation import clock

State = Delivery.State
UNSETTLED = {State.PENDING, State.SUBMITTING, State.HELD}
COUNTER: dict[str, str] = {State.ACCEPTED: "accepted", State.SKIPPED: "skipped", State.FAILED: "failed"}


class Meant(Protocol):
    """What says which delivery is meant: its model, or what a window has of it."""

    @property
    def pk(self) -> int: ...
    @property
    def issue_id(self) -> int: ...


@transaction.atomic
def settle(delivery: Meant, state: str, reason: str) -> None:
    """Records what became of a delivery and counts it, once; a late answer settles a doubt too."""
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if row.state not in UNSETTLED:
        return
    counts = {COUNTER[state]: F(COUNTER[state]) + 1}
    if row.state == State.HELD:
        counts["in_doubt"] = F("in_doubt") - 1
        found_out(row)
    row.state, row.reason, row.settled_at = state, reason[:500], clock.now()
    row.save(update_fields=["state", "reason", "settled_at"])
    DigestIssue.objects.filter(pk=row.issue_id).update(**counts)


@transaction.atomic
def accept(issue: DigestIssue, deliveries: Collection[Meant]) -> None:
    """Records those that the server took, in one go; the issue has made progress, and rests no more."""
    rows = Delivery.objects.filter(pk__in=[one.pk for one in deliveries], state=State.SUBMITTING)
    taken = rows.update(state=State.ACCEPTED, reason="", settled_at=clock.now())
    progress = {"accepted": F("accepted") + taken, "rests": 0, "rests_until_at": None}
    DigestIssue.objects.filter(pk=issue.pk).update(**progress)
    if taken < len(deliveries):  # another worker held some of them meanwhile
        for delivery in deliveries:
            settle(delivery, State.ACCEPTED, "")


@transaction.atomic
def hold(deliveries: Collection[Meant], reason: str) -> None:
    """Nobody knows whether these arrived: none is sent again by itself, and staff see them."""
    if deliveries:
        rows = Delivery.objects.filter(pk__in=[one.pk for one in deliveries], state=State.SUBMITTING)
        held = list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
        Delivery.objects.filter(pk__in=held).update(state=State.HELD, reason=reason[:500])
        issue = next(iter(deliveries)).issue_id
        Doubt.objects.bulk_create(Doubt(issue_id=issue, delivery_id=key) for key in held)
        DigestIssue.objects.filter(pk=issue).update(in_doubt=F("in_doubt") + len(held))


def found_out(delivery: Meant) -> None:
    """Nobody needs to decide any more whether this one arrived; called with its delivery locked."""
    Doubt.objects.open().filter(delivery=delivery.pk).update(
        ending=Doubt.Ending.FOUND_OUT, ended_at=clock.now()
    )


def back_to_waiting(deliveries: Collection[Meant]) -> None:
    """These were not handed over after all."""
    rows = Delivery.objects.filter(pk__in=[one.pk for one in deliveries], state=State.SUBMITTING)
    rows.update(state=State.PENDING)


@transaction.atomic
def wait_again(delivery: Meant) -> None:
    """Lets somebody who was refused wait again."""
    failed = Delivery.objects.filter(pk=delivery.pk, state=State.FAILED)
    if failed.update(state=State.PENDING, settled_at=None):
        DigestIssue.objects.filter(pk=delivery.issue_id).update(failed=F("failed") - 1)
