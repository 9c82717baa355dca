"""Each check finds what is wrong, and nothing where all is well."""

import datetime as dt
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

from accord_portal import health, static_files
from accord_portal.foundation import beats
from accord_portal.foundation.models import Beat, OutgoingMail
from accord_portal.running import ailments
from tests.clock import NOON
from tests.factories import OutgoingMailFactory
from tests.foundation.outbox import Refusing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

GOOD = "".join(chr(33 + n) for n in range(60))


def what(trouble: ailments.Trouble | None) -> str:
    assert trouble is not None
    assert trouble.mend.endswith((".", "?"))
    return trouble.what


def test_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ailments.database() is None
    monkeypatch.setattr(health, "database_answers", lambda: False)
    assert what(ailments.database()) == "The database does not answer, or has no tables yet."


def test_migrations() -> None:
    assert ailments.migrations() is None
    ((app, name),) = MigrationLoader(connection).graph.leaf_nodes("digests")
    MigrationRecorder.Migration.objects.filter(app=app, name=name).delete()
    assert what(ailments.migrations()) == f"1 migrations are not carried out, digests.{name} first."


@pytest.mark.parametrize(
    ("ahead", "said"), [(5.0, ""), (-61.2, "61 seconds behind"), (7.0, "7 seconds ahead of")]
)
def test_clocks(monkeypatch: pytest.MonkeyPatch, ahead: float, said: str) -> None:
    monkeypatch.setattr(ailments, "clock_ahead_seconds", lambda: ahead)
    found = ailments.clocks()
    assert (found.what if found else "") == (said and f"This machine's clock is {said} the database's.")


def test_disk(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    monkeypatch.setattr(ailments, "folders", lambda: [tmp_path])
    free = [2 * 1024**3]
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=free[0]))
    assert ailments.disk() is None
    free[0] = 100 * 1024**2
    assert what(ailments.disk()) == "100 MB are free where the portal writes."
    monkeypatch.setattr(ailments.os, "access", lambda folder, mode: False)
    assert what(ailments.disk()) == f"{tmp_path} cannot be written to."


def test_the_worker(clock: time_machine.Traveller) -> None:
    assert what(ailments.worker()) == "No worker ever ran: no mail goes out."
    beats.beat(Beat.Process.WORKER)
    clock.shift(300)
    assert ailments.worker() is None
    clock.shift(1)
    assert what(ailments.worker()) == "No worker was at work for 5 minutes: no mail goes out."


def test_the_queue() -> None:
    row = OutgoingMailFactory(not_before_at=NOON - dt.timedelta(minutes=10))
    assert ailments.queue() is None
    OutgoingMail.objects.filter(pk=row.pk).update(not_before_at=NOON - dt.timedelta(hours=3))
    assert what(ailments.queue()) == "1 messages and 0 tasks wait, the longest for 3 hours."


def test_the_mail_server(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ailments.mail_server() is None
    backend = Refusing()
    monkeypatch.setattr(backend, "open", lambda: backend.send_messages([]))
    monkeypatch.setattr(ailments, "get_connection", lambda: backend)
    said = "ConnectionRefusedError: the mail server is down"
    assert what(ailments.mail_server()) == f"The mail server does not let us in: {said}"


def test_mail_that_failed() -> None:
    assert ailments.mail_that_failed() is None
    OutgoingMailFactory(state=OutgoingMail.State.FAILED)
    assert what(ailments.mail_that_failed()) == "1 messages failed, and 0 are in doubt."


def test_static_files(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ailments.collected() is None

    def missing() -> None:
        raise ImproperlyConfigured("one is missing")

    monkeypatch.setattr(static_files, "expect_collected", missing)
    assert what(ailments.collected()) == "one is missing"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ""),
        ({"SECRET_KEY": "short"}, "SECRET_KEY can be guessed: it has 5 characters, 5 of them different."),
        ({"HASH_KEY": "ab" * 30}, "HASH_KEY can be guessed: it has 60 characters, 2 of them different."),
        (
            {"SECRET_KEY_FALLBACKS": [GOOD, "x" * 60]},
            "An entry of SECRET_KEY_FALLBACKS can be guessed: it has 60 characters, 1 of them different.",
        ),
        (
            {"HASH_KEY": ""},
            "HASH_KEY is not set: with another SECRET_KEY nobody would know who said never again.",
        ),
    ],
)
def test_keys(settings: Settings, changed: dict[str, Any], said: str) -> None:
    for name, value in {"SECRET_KEY": GOOD, "HASH_KEY": GOOD, "SECRET_KEY_FALLBACKS": [], **changed}.items():
        setattr(settings, name, value)
    found = ailments.keys()
    assert (found.what if found else "") == said


def test_no_key_is_ever_printed(settings: Settings) -> None:
    settings.SECRET_KEY = "hunter2"
    assert "hunter2" not in repr(ailments.keys())


def test_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ailments.configuration() is None
    found = [
        checks.Warning("A thing", id="a.W1"),
        checks.Info("fine", id="a.I1"),
        checks.Warning("k", id="security.W009"),
    ]
    monkeypatch.setattr(checks, "run_checks", lambda **options: found)
    assert what(ailments.configuration()) == "a.W1: A thing"


def test_backups(settings: Settings, clock: time_machine.Traveller) -> None:
    settings.LAPTOP = False
    assert what(ailments.backup()) == "There is no backup."
    beats.beat(Beat.Process.BACKUP)
    assert ailments.backup() is None
    clock.shift(dt.timedelta(days=3))
    assert what(ailments.backup()) == "The last backup is 3 days old."
    settings.LAPTOP = True
    assert ailments.backup() is None
