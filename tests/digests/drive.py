"""An issue on its way: who reads it, one turn of the worker, and how the rows stand."""

from accord_portal.digests.models import Batch, DigestIssue
from accord_portal.digests.sending import deliver, freezing
from responses.models import Contact
from tests.factories import subscriber


def readers(*names: str) -> list[Contact]:
    return [subscriber(email=f"{name}@example.org") for name in names]


def send(issue: DigestIssue) -> DigestIssue:
    """The issue after one round of everything that is due."""
    freezing.freeze(issue.pk)
    for batch in Batch.objects.filter(issue=issue).order_by("number"):
        deliver.send_batch(batch.pk)
    issue.refresh_from_db()
    return issue


def counters(issue: DigestIssue) -> dict[str, int]:
    issue.refresh_from_db()
    names = ["batches", "recipients", "accepted", "skipped", "failed", "in_doubt"]
    return {name: getattr(issue, name) for name in names if getattr(issue, name)}


def states(issue: DigestIssue) -> dict[str, str]:
    """What became of each delivery, by the name before the @."""
    rows = issue.deliveries.order_by("pk").values_list("address", "state")
    return {address.partition("@")[0]: state for address, state in rows}
