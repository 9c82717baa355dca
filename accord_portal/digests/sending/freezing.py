"""Who gets an issue: one delivery for each eligible contact, written down before anything is sent."""

from collections.abc import Iterator, Sequence

from django.conf import settings
from django.db import transaction

from accord_portal.digests.models import Batch, Delivery, DigestIssue, Variant
from accord_portal.digests.sending import variants
from accord_portal.digests.sending.ending import finish
from accord_portal.foundation import clock, keyed_hash
from responses.models import Involvement

MAX_FROZEN_AT_ONCE = 10_000  # people a transaction
UNLISTED = (DigestIssue.State.APPROVED, DigestIssue.State.FREEZING)
Listable = tuple[int, str, str | None]  # contact, address, mailbox


def freeze(issue_id: int) -> list[int]:
    """Writes one delivery for each eligible contact, in chunks by key; the batches to send.

    A crash resumes where it was.
    """
    while _freeze_chunk(issue_id):
        pass
    finish(issue_id)
    return _unfinished_batches(issue_id)


def _freeze_chunk(issue_id: int) -> bool:
    """The next chunk of people with its batches and the cursor in one transaction; False when all are in.

    Lists are drawn up one after another: a reader of both audiences is on both, each once the other is known.
    """
    with transaction.atomic():
        unlisted = DigestIssue.objects.filter(state__in=UNLISTED).select_for_update().order_by("pk")
        issue = next((issue for issue in unlisted if issue.pk == issue_id), None)
        if issue is None:
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
        for variant, some in _by_variant(issue, people):
            issue.batches += 1
            issue.recipients += _freeze_batch(issue, variant, some)
        issue.state, issue.frozen_up_to = DigestIssue.State.FREEZING, people[-1][0]
        issue.save(update_fields=["state", "frozen_up_to", "batches", "recipients"])
        return True


def _by_variant(
    issue: DigestIssue, people: Sequence[Listable]
) -> Iterator[tuple[Variant | None, Sequence[Listable]]]:
    """As many at once as a batch has, all of whom get the same variant."""
    had = variants.expected(issue, [key for key, _, _ in people])
    alike: dict[str, list[Listable]] = {}
    for one in people:
        alike.setdefault(had.get(one[0], ""), []).append(one)
    size = settings.DIGEST_BATCH_SIZE
    for without, those in alike.items():
        variant = variants.variant(issue, without)
        for start in range(0, len(those), size):
            yield variant, those[start : start + size]


def _freeze_batch(issue: DigestIssue, variant: Variant | None, people: Sequence[Listable]) -> int:
    batch = Batch.objects.create(
        issue=issue, variant=variant, number=issue.batches, not_before_at=clock.now()
    )
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
    return list(DigestIssue.objects.filter(state__in=UNLISTED).values_list("pk", flat=True))
