"""Background task for mail that is owed; what is owed stands in the rows of `OutgoingMail`."""

from django_tasks import task

from . import mail


@task(priority=50)
def deliver_mail() -> None:
    """Sends what is due; ahead of digests, since somebody is waiting for it."""
    mail.deliver_due()
