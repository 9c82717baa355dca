"""What shows that an audience was told something; see `responses.undertakings.evidence`."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from django.db.models import F
from django.urls import reverse

from accord_portal.digests import content
from accord_portal.digests.models import Batch, Delivery, DigestIssue, NewsItem, Update
from responses.models import Undertaking
from responses.undertakings.evidence import Told

KINDS = [Undertaking.Evidence.ISSUE]


def good(kind: str, keys: Collection[int]) -> set[int]:
    """The issues that at least one person has, also while others are sent theirs again."""
    sent = DigestIssue.objects.filter(pk__in=keys, accepted__gt=F("bounced"))
    return set(sent.order_by().values_list("pk", flat=True))


def url(kind: str, key: int) -> str:
    """The issue's page."""
    return reverse("admin:digests_digestissue_change", args=[key])


def told(keys: Sequence[int]) -> list[Told]:
    """The issues that were sent to this person, or could not be, with the updates in them that are public."""
    mine = Delivery.objects.filter(contact__in=keys, settled_at__isnull=False).select_related(
        "issue", "batch__variant"
    )
    pages = _public_pages([one.issue_id for one in mine])
    return [
        Told(
            audience=one.issue.audience,
            key=one.issue_id,
            at=one.settled_at,
            title=one.issue.subject,
            was_sent=one.state in Delivery.ARRIVED,
            pages=[page for key, page in pages[one.issue_id] if key not in _left_out(one.batch)],
        )
        for one in mine
        if one.settled_at
    ]


def _left_out(batch: Batch) -> set[tuple[str, int]]:
    """What those in this batch had from other issues already."""
    return content.told_by(batch.variant.without) if batch.variant else set()


def _public_pages(issues: Collection[int]) -> dict[int, list[tuple[tuple[str, int], tuple[str, str]]]]:
    """The public updates of each issue, each under its kind and key."""
    updates = NewsItem.objects.filter(issue__in=issues, kind=NewsItem.Kind.UPDATE)
    public = updates.filter(key__in=Update.objects.published().values("pk"))
    found: dict[int, list[tuple[tuple[str, int], tuple[str, str]]]] = defaultdict(list)
    for item in public.order_by("pk"):
        found[item.issue_id].append(((item.kind, item.key), (item.title, item.get_absolute_url())))
    return found
