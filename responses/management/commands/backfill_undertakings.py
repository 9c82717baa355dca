from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from responses.undertakings.backfilling import backfill


class Command(BaseCommand):
    help = (
        "Writes down what is owed to people who answered before undertakings were written down. It can be"
        " stopped at any time, and adds nothing twice."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--after", type=int, default=0, help="Goes on after the contact with this key.")

    def handle(self, *args: Any, **options: Any) -> None:
        number = 0
        for last, came in backfill(after=options["after"]):
            number += came
            self.stdout.write(f"Up to contact {last}: {number} undertakings.")
        self.stdout.write(f"Done: {number} undertakings.")
