"""Who gets an issue: one delivery for each eligible contact, written down before anything is sent."""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction

from accord_portal.foundation import clock, keyed_hash
from responses.models import Involvement

from .ending import finish
from .models import Batch, Delivery, DigestIssue

MAX_FROZEN_AT_ONCE = 10_000  # people a transaction


def freeze(issue_id: int) -> list[int]:
    """Writes one delivery for each eligible contact, in chunks by key; the batches to send.

    A crash resumes where it was.
    """
    while _freeze_chunk(issue_id):
        pass
    finish(issue_id)
    return _unfinished_batches(issue_id)


def _freeze_chunk(issue_id: int) -> bool:
    """The next chunk of people with its batches and the cursor in one transaction; False when all are in."""
    with transaction.atomic():
        issue = DigestIssue.objects.select_for_update().get(pk=issue_id)
        if issue.state not in (DigestIssue.State.APPROVED, DigestIssue.State.FREEZING):
            return False
        people = list(
            Involvement.objects.permitting(issue.audience)
            .filter(contact__gt=issue.frozen_up_to)
            .order_by("contact_id")
            .values_list("contact_id", "contact__email", "contact__mailbox")[:MAX_FROZEN_AT_ONCE]
        )
        if not people:
            issue.state = DigestIssue.State.SENDING
            issue.save(update_fields=["state"])
            return False
        size = settings.DIGEST_BATCH_SIZE
        for start in range(0, len(people), size):
            issue.batches += 1
            issue.recipients += _freeze_batch(issue, people[start : start + size])
        issue.state, issue.frozen_up_to = DigestIssue.State.FREEZING, people[-1][0]
        issue.save(update_fields=["state", "frozen_up_to", "batches", "recipients"])
        return True


def _freeze_batch(issue: DigestIssue, people: Sequence[tuple[int, str, str | None]]) -> int:
    batch = Batch.objects.create(issue=issue, number=issue.batches, not_before_at=clock.now())
    Delivery.objects.bulk_create(
        (
            Delivery(
                issue=issue, batch=batch, contact_id=key, address=email, address_hash=hashed(box or email)
            )
            for key, email, box in people
        ),
        ignore_conflicts=True,
    )
    return batch.deliveries.count()


def hashed(mailbox: str) -> str:
    """What keeps one mailbox from being listed twice."""
    return keyed_hash.passing("address", mailbox)


def _unfinished_batches(issue_id: int) -> list[int]:
    rows = Batch.objects.filter(issue_id=issue_id).exclude(state=Batch.State.DONE)
    return list(rows.order_by("number").values_list("pk", flat=True))


def issues_to_freeze() -> list[int]:
    """Approved issues whose list is not drawn up."""
    states = [DigestIssue.State.APPROVED, DigestIssue.State.FREEZING]
    return list(DigestIssue.objects.filter(state__in=states).values_list("pk", flat=True))
