from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accord_portal.foundation.acts import NotPossible
from accord_portal.running import backups


class Command(BaseCommand):
    help = "Backs the database up while the portal runs: all but the keys, which are kept elsewhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="a new file, or a folder for one named for the time")
        parser.add_argument("--keep", type=int, help="of those in the folder, how many of the newest to keep")

    def handle(self, *args: Any, path: Path, keep: int | None, **options: Any) -> None:
        if keep is not None and keep < 1:
            raise CommandError("--keep is at least 1.")
        try:
            made = backups.make(path, keep=keep)
        except (NotPossible, OSError) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{made}: {made.stat().st_size:,} bytes")
