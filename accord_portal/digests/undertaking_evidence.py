"""What shows that an audience was told something; see `responses.undertakings.evidence`."""

from collections.abc import Collection, Sequence

from django.urls import reverse

from responses.models import Undertaking
from responses.undertakings.evidence import Told

from .models import Delivery, DigestIssue

KINDS = [Undertaking.Evidence.ISSUE]


def good(kind: str, keys: Collection[int]) -> set[int]:
    """The issues that were sent, and that at least one person has."""
    sent = DigestIssue.objects.filter(pk__in=keys, state=DigestIssue.State.SENT, accepted__gt=0)
    return set(sent.order_by().values_list("pk", flat=True))


def url(kind: str, key: int) -> str:
    """The issue's page."""
    return reverse("admin:digests_digestissue_change", args=[key])


def told(keys: Sequence[int]) -> list[Told]:
    """The issues that were sent to this person, or could not be."""
    State = Delivery.State
    mine = Delivery.objects.filter(contact__in=keys, settled_at__isnull=False).select_related("issue")
    return [
        Told(one.issue.audience, one.issue_id, one.settled_at, one.issue.subject, one.state == State.ACCEPTED)
        for one in mine
        if one.settled_at
    ]
