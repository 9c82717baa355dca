from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from responses.recounting import recount


class Command(BaseCommand):
    help = "Counts the figures anew from the rows behind them, and reports those that differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mend", action="store_true", help="Makes the figures what the rows say.")

    def handle(self, *args: Any, **options: Any) -> None:
        found = recount(mend=options["mend"])
        for part, kept, counted in found:
            self.stderr.write(
                f"{part.figure}, {part.name}, {part.on or 'in all'}: {kept}, ought to be {counted}."
            )
        if found and not options["mend"]:
            raise CommandError(f"{len(found)} figures are not what the rows make of them.")
        self.stdout.write("Every figure is what the rows make of it.")
