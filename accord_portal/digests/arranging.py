"""What an editor decides of a draft: its subject, what it tells, and in which order."""

from collections.abc import Collection, Sequence

from django.db import transaction

from accord_portal.digests import content
from accord_portal.digests.models import DigestIssue, NewsItem
from accord_portal.foundation import clock
from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import User


@transaction.atomic
def arrange(
    *, issue: DigestIssue, by: User, subject: str, order: Sequence[int], added: Collection[str] = ()
) -> None:
    """Gives a draft its subject ("": made from the first item) and its items, by key and in this order.

    What is not in the order is left for the next issue; `added` names things that were left so far, as
    "update.12". News of one kind stays together, where the first of it stands. Raises NotPossible where the
    issue is fixed, or nothing would be left in it.
    """
    locked = DigestIssue.objects.select_for_update().drafts().filter(pk=issue.pk).first()
    if locked is None:
        raise NotPossible("This issue is fixed: only a draft can be changed.")
    kept = {item.pk: item for item in locked.items.filter(pk__in=order)}
    taken = [item for item in content.left_for_the_next(locked) if name_of(item) in added]
    if not kept and not taken:
        raise NotPossible("Nothing would be left in this issue: keep one item, or cancel the draft.")
    locked.items.exclude(pk__in=kept).delete()
    chosen = [kept[key] for key in order if key in kept] + NewsItem.objects.bulk_create(taken)
    kinds = list(dict.fromkeys(item.kind for item in chosen))
    chosen.sort(key=lambda item: kinds.index(item.kind))
    for place, item in enumerate(chosen, 1):
        item.place = place
    NewsItem.objects.bulk_update(chosen, ["place"])
    locked.own_subject, locked.introduced_at, locked.introduced_by = subject, clock.now(), by
    locked.save(update_fields=["own_subject", "introduced_at", "introduced_by"])


def name_of(item: NewsItem) -> str:
    """What an item tells of, as forms carry it: "update.12"."""
    return f"{item.kind}.{item.key}"
