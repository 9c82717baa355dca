"""A second database, empty, to restore into."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[BaseDatabaseWrapper]:
    """A connection to it."""
    name = f"accord_restored_{os.getpid()}"
    is_sqlite = connection.vendor == "sqlite"
    if not is_sqlite:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
    named = {"NAME": str(tmp_path / "restored.sqlite3") if is_sqlite else name}
    other = type(connections["default"])({**connection.settings_dict, **named}, "default")
    yield other
    other.close()
    if not is_sqlite:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
