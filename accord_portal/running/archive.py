"""The file a backup is: a compressed tar of the database and of a manifest that says what is in it."""

import hashlib
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.crypto import salted_hmac

from accord_portal.foundation.acts import NotPossible

FORM = 1  # of the file; another form gets another number
PIECE_BYTES = 1024**2


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup has: rows by table, what was migrated, and marks of the keys it needs, not the keys."""

    form: int
    made_at: str  # ISO 8601, UTC
    database: str  # postgresql or sqlite
    migrations: list[list[str]]
    counts: dict[str, int]
    keys: dict[str, str]
    sha256: str


def write(path: Path, manifest: Manifest, database: Path) -> None:
    """Puts both into one file that only its owner may read. It is there whole, or not at all."""
    part = database.with_name("part")
    with open(part, "xb", opener=_for_its_owner) as file:
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as tar:
            said = database.with_name("manifest.json")
            said.write_text(json.dumps(asdict(manifest), indent=1, sort_keys=True))
            tar.add(said, "manifest.json")
            tar.add(database, "database")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def read_manifest(path: Path) -> Manifest:
    """What the file says of itself. Raises NotPossible where it is no backup of the portal."""
    try:
        with tarfile.open(path, "r:gz") as tar:
            said = json.load(_member(tar, "manifest.json"))
        if said["form"] != FORM:
            raise NotPossible(f"{path} was written by another version of the portal, in form {said['form']}.")
        return Manifest(**said)
    except FileNotFoundError:
        raise NotPossible(f"There is no file {path}.") from None
    except (tarfile.TarError, EOFError, OSError, KeyError, TypeError, ValueError) as error:
        raise NotPossible(f"{path} is no backup of the portal, or it is damaged.") from error


def extract(path: Path, manifest: Manifest, to: Path) -> None:
    """Writes its database to a file. Raises NotPossible where that is not what was backed up."""
    try:
        with tarfile.open(path, "r:gz") as tar, open(to, "xb", opener=_for_its_owner) as out:
            shutil.copyfileobj(_member(tar, "database"), out, PIECE_BYTES)
    except (tarfile.TarError, EOFError, KeyError, ValueError) as error:
        raise NotPossible(f"{path} is damaged: take another backup.") from error
    if digest(to) != manifest.sha256:
        raise NotPossible(f"{path} is damaged: its SHA-256 is another. Take another backup.")


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def marks() -> dict[str, str]:
    """A mark of each key by which it is known again and not found out; without HASH_KEY the other serves."""
    keys = {"SECRET_KEY": settings.SECRET_KEY, "HASH_KEY": settings.HASH_KEY or settings.SECRET_KEY}
    return {name: _mark(key) for name, key in keys.items()}


def missing_keys(manifest: Manifest) -> Iterator[str]:
    """The names of the keys that this portal no longer has."""
    ours = {_mark(key) for key in [settings.SECRET_KEY, settings.HASH_KEY, *settings.SECRET_KEY_FALLBACKS]}
    return (name for name, mark in manifest.keys.items() if mark not in ours)


def _mark(key: str) -> str:
    return salted_hmac("accord.backup", "which key", secret=key, algorithm="sha256").hexdigest()[:16]


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    file = tar.extractfile(name)
    if file is None:
        raise KeyError(name)
    return file


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
