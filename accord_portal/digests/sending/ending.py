"""The end of an issue: sent once no batch is left to do."""

from django.db import transaction
from django.db.models import Exists, OuterRef

from accord_portal.digests import promises
from accord_portal.digests.models import Batch, DigestIssue
from accord_portal.foundation import clock


@transaction.atomic
def finish(issue_id: int) -> None:
    """Marks the issue sent once no batch is left to do, and keeps what it keeps; doubts may remain."""
    unfinished = Batch.objects.filter(issue_id=OuterRef("pk")).exclude(state=Batch.State.DONE)
    done = DigestIssue.objects.filter(~Exists(unfinished), pk=issue_id, state=DigestIssue.State.SENDING)
    if done.update(state=DigestIssue.State.SENT, sent_at=clock.now()):
        promises.keep_by(DigestIssue.objects.select_related("approved_by").get(pk=issue_id))


def issues_to_finish() -> list[int]:
    """Issues whose worker may have stopped between its last batch and the end."""
    return list(DigestIssue.objects.filter(state=DigestIssue.State.SENDING).values_list("pk", flat=True))
