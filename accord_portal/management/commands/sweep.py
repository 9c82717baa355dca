from typing import Any

from django.core.management.base import BaseCommand

from accord_portal import sweep
from accord_portal.foundation import clock


class Command(BaseCommand):
    help = "Does once what time asks: sends what is due, reminds, forgets, tidies. Safe to run twice or late."

    def handle(self, *args: Any, **options: Any) -> None:
        sweep.ring(clock.now())
        sweep.tidy(clock.now())
        self.stdout.write("Swept.")
