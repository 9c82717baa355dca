"""Nobody waits for ever for a database: to connect, for a statement, for a lock, in a transaction."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from copy import deepcopy
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.base import DatabaseWrapper

from accord_portal.foundation import time_limits
from tests.factories import UserFactory

ROOT = Path(__file__).parents[2]
SERVER = {"ENGINE": "django.db.backends.postgresql", "OPTIONS": {"connect_timeout": 2}}


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The settings of the database, to be changed for one test."""
    own = deepcopy(connections.settings["default"])
    monkeypatch.setitem(connections.settings, "default", own)
    return own


@pytest.fixture
def another(database: dict[str, Any]) -> Iterator[BaseDatabaseWrapper]:
    """A connection made under the limits: half a second; it is only opened where the test says so."""
    with closing(connections.create_connection("default")) as connection:
        yield connection


@pytest.mark.parametrize(
    ("theirs", "wanted"),
    [
        ({}, ""),
        ({"options": "-c work_mem=8MB"}, " -c work_mem=8MB"),
        ({"options": "-c lock_timeout=1"}, " -c lock_timeout=1"),
    ],
)
def test_postgresql_is_told_and_what_the_address_asks_for_goes_before(
    database: dict[str, Any], theirs: dict[str, str], wanted: str
) -> None:
    database.update(SERVER, OPTIONS=theirs)
    time_limits.hold_to(statement=15, lock=10, idle=60)
    assert database["OPTIONS"]["options"] == (
        "-c statement_timeout=15000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=60000"
        + wanted
    )


def test_sqlite_is_left_alone(database: dict[str, Any]) -> None:
    database["ENGINE"] = "django.db.backends.sqlite3"
    before = deepcopy(database)
    time_limits.hold_to(statement=15, lock=10, idle=60)
    assert database == before


@pytest.mark.django_db(transaction=True)
def test_a_lock_that_another_holds_is_not_waited_for_for_ever(
    database: dict[str, Any], another: BaseDatabaseWrapper
) -> None:
    """On SQLite the whole file is the lock, and `timeout` the limit."""
    UserFactory()
    if another.vendor == "sqlite":
        database["OPTIONS"]["timeout"] = 0.5
    else:
        time_limits.hold_to(statement=0, lock=1, idle=0)
    with closing(connections.create_connection("default")) as holder, holder.cursor() as held:
        held.execute("BEGIN IMMEDIATE" if holder.vendor == "sqlite" else "BEGIN")
        held.execute("UPDATE staff_user SET name = 'A'")
        began = time.monotonic()
        with pytest.raises(OperationalError, match=r"lock"), another.cursor() as cursor:
            cursor.execute("UPDATE staff_user SET name = 'B'")
        assert time.monotonic() - began < 5
        held.execute("ROLLBACK")


@pytest.mark.django_db
def test_a_statement_ends_in_time_in_the_web_and_has_longer_by_hand(
    database: dict[str, Any], another: BaseDatabaseWrapper
) -> None:
    if another.vendor == "sqlite":
        assert (
            database["OPTIONS"]["timeout"] == 20
        )  # a statement takes what it takes: nothing else interrupts it
        return
    with closing(connections.create_connection("default")) as by_hand, by_hand.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
        assert cursor.fetchone() == ("0", "0")
    time_limits.hold_to(statement=1, lock=0, idle=1)
    with another.cursor() as cursor:
        began = time.monotonic()
        with pytest.raises(OperationalError, match="statement timeout"):
            cursor.execute("SELECT pg_sleep(30)")
        assert time.monotonic() - began < 5
        cursor.execute("BEGIN")
        time.sleep(1.5)
        with pytest.raises(OperationalError):
            cursor.execute("SELECT 1")


def test_a_server_that_takes_the_call_and_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as frozen:
        where = {"HOST": "127.0.0.1", "PORT": frozen.getsockname()[1], "NAME": "any", "USER": "any"}
        connection = DatabaseWrapper({**connections.settings["default"], **SERVER, **where, "PASSWORD": ""})
        began = time.monotonic()
        with pytest.raises(psycopg2.OperationalError, match="timeout expired"):
            connection.connect()
        assert 1 < time.monotonic() - began < 5


@pytest.mark.parametrize(("asked", "wanted"), [("", 5), ("?connect_timeout=9&sslmode=require", 9)])
def test_every_kind_of_process_gives_up_connecting(asked: str, wanted: int, tmp_path: Path) -> None:
    code = "from django.conf import settings; print(settings.DATABASES['default']['OPTIONS'])"
    environment = {
        "DEMO": "true",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"postgres://any@db.example/any{asked}",
        "DJANGO_SETTINGS_MODULE": "accord_portal.settings",
    }
    options = eval(
        subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, env=environment, text=True)
    )
    assert int(options["connect_timeout"]) == wanted
    assert options.get("sslmode") == ("require" if asked else None)
    assert options["tcp_user_timeout"] == 30_000


def test_the_worker_has_longer_than_the_web() -> None:
    for limit, seconds in settings.WEB_TIME_LIMITS.items():
        assert 0 < seconds < settings.WORKER_TIME_LIMITS[limit]
