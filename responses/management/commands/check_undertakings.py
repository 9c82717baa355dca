from typing import Any

from django.core.management.base import BaseCommand, CommandError

from responses.undertakings import audit


class Command(BaseCommand):
    help = "Recomputes what everybody is owed, follows each evidence, and reports what differs."

    def handle(self, *args: Any, **options: Any) -> None:
        number = 0
        for found in audit.differences():
            number += 1
            self.stderr.write(f"Contact {found.contact}, undertaking {found.undertaking}: {found.what}.")
        if number:
            raise CommandError(f"{number} undertakings are not what they ought to be.")
        self.stdout.write("Every undertaking is what forms, Yeses and evidence make of it.")
