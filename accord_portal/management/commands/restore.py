from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accord_portal.foundation.acts import NotPossible
from accord_portal.running import backups


class Command(BaseCommand):
    help = "Restores a backup into an empty database, and counts its rows."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="what `manage.py backup` made")
        parser.add_argument(
            "--other-keys", action="store_true", help="although the keys are lost that it was made with"
        )

    def handle(self, *args: Any, path: Path, other_keys: bool, **options: Any) -> None:
        try:
            manifest = backups.restore(path, other_keys=other_keys)
        except (NotPossible, OSError) as refused:
            raise CommandError(str(refused)) from refused
        rows = sum(manifest.counts.values())
        self.stdout.write(
            f"Restored as of {manifest.made_at}: {rows:,} rows in {len(manifest.counts)} tables."
        )
        self.stdout.write("Now: migrate, check_consents, check_undertakings, doctor; see docs/operations.md.")
