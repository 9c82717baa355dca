from typing import Any

from django.core.management.base import BaseCommand

from accord_portal.digests.sending import claims, deliver, freezing
from accord_portal.foundation import clock


class Command(BaseCommand):
    help = "Sends every digest issue that is due, once and here: for cron, where no worker runs."

    def handle(self, *args: Any, **options: Any) -> None:
        issues = freezing.issues_to_freeze()
        for issue_id in issues:
            freezing.freeze(issue_id)
        batches = 0
        while due := claims.batches_to_send(clock.now()):
            for batch_id in due:
                deliver.send_batch(batch_id)
            batches += len(due)
        self.stdout.write(f"Lists drawn up: {len(issues)}. Batches sent: {batches}.")
