from typing import Any

from django.core.management.base import BaseCommand, CommandError

from responses.consent import audit


class Command(BaseCommand):
    help = "Recomputes every involvement from the ledger of consent and reports each that differs."

    def handle(self, *args: Any, **options: Any) -> None:
        number = 0
        for found in audit.disagreements():
            number += 1
            self.stderr.write(
                f"Contact {found.contact}, {found.purpose}: the ledger says {found.ledger},"
                f" the involvement {found.written}."
            )
        if number:
            raise CommandError(f"{number} involvements differ from the ledger.")
        self.stdout.write("Every involvement is what the ledger adds up to.")
