"""Backups: made while the portal runs, restored into an empty database only."""

import tempfile
from pathlib import Path

from django.db import connection
from django.db.migrations.loader import MigrationLoader

from accord_portal.foundation import beats, clock
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.models import Beat

from . import archive, database_tools
from .archive import Manifest

NAMED = "accord-*.tar.gz"


def make(path: Path, *, keep: int | None = None) -> Path:
    """Backs the database up into a file; into a folder, under a name of its own. Where it is.

    In a folder only the newest `keep` are left. Raises NotPossible.
    """
    into_folder = path.is_dir()
    if into_folder:
        path = path / f"accord-{clock.now():%Y%m%dT%H%M%SZ}.tar.gz"
    if path.exists():
        raise NotPossible(f"{path} is there already.")
    if not path.parent.is_dir():
        raise NotPossible(f"There is no folder {path.parent}.")
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as folder:
        copy = Path(folder) / "database"
        counts, migrations = database_tools.copy_to(copy)
        manifest = Manifest(
            form=archive.FORM,
            made_at=clock.now().isoformat(),
            database=connection.vendor,
            migrations=migrations,
            counts=counts,
            keys=archive.marks(),
            sha256=archive.digest(copy),
        )
        archive.write(path, manifest, copy)
    beats.beat(Beat.Process.BACKUP)
    if into_folder and keep:
        for old in sorted(path.parent.glob(NAMED))[:-keep]:
            old.unlink()
    return path


def restore(path: Path, *, other_keys: bool = False) -> Manifest:
    """Fills the empty database from a backup, and counts its rows. What the backup said of itself.

    `other_keys`: although this portal has other keys than the one that was backed up. Raises NotPossible.
    """
    manifest = archive.read_manifest(path)
    _expect_it_fits(manifest)
    if not other_keys and (names := list(archive.missing_keys(manifest))):
        raise NotPossible(
            f"The backup was made with another {' and another '.join(names)}. Without SECRET_KEY no link"
            " works and no authenticator app; without HASH_KEY nobody knows who said never again. Set what it"
            " was, or say --other-keys."
        )
    with tempfile.TemporaryDirectory(prefix="restore-") as folder:
        copy = Path(folder) / "database"
        archive.extract(path, manifest, copy)
        database_tools.fill_from(copy)
    found = database_tools.counts_of_rows()
    if wrong := sorted(table for table, rows in manifest.counts.items() if found.get(table) != rows):
        raise NotPossible(
            f"It was restored, and these tables have other rows than before: {', '.join(wrong)}."
        )
    return manifest


def _expect_it_fits(manifest: Manifest) -> None:
    if manifest.database != connection.vendor:
        raise NotPossible(
            f"This is a backup of {manifest.database}, and DATABASE_URL names {connection.vendor}."
        )
    if tables := connection.introspection.table_names():
        raise NotPossible(
            f"The database is not empty: it has {len(tables)} tables. Name an empty one in DATABASE_URL, and"
            " do not migrate it first."
        )
    known = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
    if unknown := [f"{app}.{name}" for app, name in manifest.migrations if (app, name) not in known]:
        raise NotPossible(f"The backup is of a newer portal: this one does not know {unknown[0]}.")
