from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accord_portal import sweep
from accord_portal.foundation import clock


class Command(BaseCommand):
    help = "Does once what time asks: sends what is due, reminds, forgets, tidies. Safe to run twice or late."

    def handle(self, *args: Any, **options: Any) -> None:
        sweep.ring(clock.now())
        if failed := sweep.tidy(clock.now()):
            raise CommandError(f"{failed} chores failed: the log says why. The others are done.")
        self.stdout.write("Swept.")
