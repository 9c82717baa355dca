"""Background tasks: each takes a key and is safe to run twice. What is true stands in the rows."""

from django_tasks import task

from accord_portal.digests.events import applying
from accord_portal.digests.sending import deliver, freezing


@task()
def send_issue(issue_id: int) -> None:
    """Draws up the issue's list, or goes on doing so, then rings for each batch."""
    for batch_id in freezing.freeze(issue_id):
        send_batch.enqueue(batch_id)


@task()
def send_batch(batch_id: int) -> None:
    """Sends one batch, or goes on with it."""
    deliver.send_batch(batch_id)


@task()
def apply_events() -> None:
    """Applies what mail providers told us."""
    while applying.apply_waiting():
        pass
