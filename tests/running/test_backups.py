"""What was backed up is what comes back, into an empty database and no other."""

import stat
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django import Settings

from accord_portal.foundation import beats
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.models import Beat
from accord_portal.running import archive, backups, database_tools
from responses.models import Contact
from tests.database import everything
from tests.factories import ContactFactory

pytestmark = pytest.mark.django_db(transaction=True)


def go_to(other: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the backups' own database is the other one."""
    for module in (backups, database_tools):
        monkeypatch.setattr(module, "connection", other)


def test_it_comes_back_as_it_was(
    empty: BaseDatabaseWrapper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ContactFactory.create_batch(3, name="Tūtahi ’’")
    before = everything()
    file = backups.make(tmp_path / "one.tar.gz")
    assert beats.silent_for(Beat.Process.BACKUP) is not None
    go_to(empty, monkeypatch)
    manifest = backups.restore(file)
    assert (manifest.counts["responses_contact"], manifest.database) == (3, connection.vendor)
    monkeypatch.setattr("tests.database.connection", empty)
    assert everything() == before
    with pytest.raises(NotPossible, match="The database is not empty: it has"):
        backups.restore(file)


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    file = backups.make(tmp_path / "one.tar.gz")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["one.tar.gz"]
    with tarfile.open(file) as tar:
        assert tar.getnames() == ["manifest.json", "database"]


def test_no_key_is_in_it(tmp_path: Path, settings: Settings) -> None:
    settings.SECRET_KEY, settings.HASH_KEY = "s3cret" * 10, "h4sh" * 10
    manifest = archive.read_manifest(backups.make(tmp_path / "one.tar.gz"))
    assert not {"s3cret", "h4sh"} & {part for part in ("s3cret", "h4sh") if part in repr(manifest)}
    assert sorted(manifest.keys) == ["HASH_KEY", "SECRET_KEY"]


def test_in_a_folder_the_newest_are_kept(tmp_path: Path, clock: time_machine.Traveller) -> None:
    (tmp_path / "accord.txt").touch()
    for _ in range(3):
        backups.make(tmp_path, keep=2)
        clock.shift(86_400)
    names = ["accord-20261116T230000Z.tar.gz", "accord-20261117T230000Z.tar.gz", "accord.txt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names


def test_it_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "one").write_text("mine")
    with pytest.raises(CommandError, match="one is there already"):
        call_command("backup", str(tmp_path / "one"))
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("backup", str(tmp_path / "none" / "one"))
    with pytest.raises(CommandError, match="--keep is at least 1"):
        call_command("backup", str(tmp_path), "--keep", "0")
    assert (tmp_path / "one").read_text() == "mine"


def test_what_is_damaged_is_not_restored(
    empty: BaseDatabaseWrapper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = backups.make(tmp_path / "one.tar.gz")
    go_to(empty, monkeypatch)
    with pytest.raises(CommandError, match="There is no file"):
        call_command("restore", str(tmp_path / "two"))
    whole = file.read_bytes()
    for damaged in (b"", b"not a tar", whole[: len(whole) // 2], whole[:20]):
        file.write_bytes(damaged)
        with pytest.raises(CommandError, match="damaged"):
            call_command("restore", str(file))
    file.write_bytes(whole)
    manifest = archive.read_manifest(file)
    monkeypatch.setattr(archive, "read_manifest", lambda path: replace(manifest, sha256="0" * 64))
    with pytest.raises(NotPossible, match="its SHA-256 is another"):
        backups.restore(file)
    assert empty.introspection.table_names() == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"database": "oracle"}, "This is a backup of oracle, and DATABASE_URL names"),
        ({"migrations": [["responses", "9999_later"]]}, "this one does not know responses.9999_later"),
        ({"counts": {"responses_contact": 7}}, "these tables have other rows than before: responses_contact"),
    ],
)
def test_what_does_not_fit_is_refused(
    empty: BaseDatabaseWrapper,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    changed: dict[str, object],
    said: str,
) -> None:
    file = backups.make(tmp_path / "one.tar.gz")
    manifest = replace(archive.read_manifest(file), **changed)  # type: ignore[arg-type]
    monkeypatch.setattr(archive, "read_manifest", lambda path: manifest)
    go_to(empty, monkeypatch)
    with pytest.raises(NotPossible, match=said):
        backups.restore(file)


def test_lost_keys_are_named_first(
    empty: BaseDatabaseWrapper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.SECRET_KEY, settings.HASH_KEY = "a" * 60, "b" * 60
    file = backups.make(tmp_path / "one.tar.gz")
    go_to(empty, monkeypatch)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS, settings.HASH_KEY = "c" * 60, ["a" * 60], "d" * 60
    with pytest.raises(NotPossible, match=r"^The backup was made with another HASH_KEY\."):
        backups.restore(file)
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(NotPossible, match="HASH_KEY and another SECRET_KEY"):
        backups.restore(file)
    call_command("restore", str(file), "--other-keys")
    assert Contact.objects.count() == database_tools.counts_of_rows()["responses_contact"]


@pytest.mark.postgresql
def test_a_tool_that_fails_or_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotPossible, match="pg_dump is not here: install postgresql-client"):
        backups.make(tmp_path / "one")
    tool = tmp_path / "pg_dump"
    tool.write_text("#!/bin/sh\necho server version mismatch >&2; exit 1\n")
    tool.chmod(0o700)
    with pytest.raises(NotPossible, match=r"^pg_dump: server version mismatch$"):
        backups.make(tmp_path / "one")
    assert list(tmp_path.iterdir()) == [tool]
