"""A copy of the whole database, and back: PostgreSQL's own tools, SQLite's own backup."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.backends.postgresql.client import DatabaseClient
from django.db.migrations.recorder import MigrationRecorder

from accord_portal.foundation.acts import NotPossible

# Its own are left out, and the search index, which cannot be counted: the tables beneath it are there.
SQLITE_TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table'"
    " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND sql NOT LIKE 'CREATE VIRTUAL%'"
)


def copy_to(path: Path) -> tuple[dict[str, int], list[list[str]]]:
    """Writes the database as it is at one moment, while others go on; its rows by table, and its migrations.

    Raises NotPossible with the tool's words.
    """
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.Connection(path)) as copy:
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # all of it in the one file
            counts = {name: _rows(copy, name) for (name,) in copy.execute(SQLITE_TABLES).fetchall()}
            applied = copy.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
        return counts, [list(row) for row in applied]
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        _run("pg_dump", "--format=custom", "--compress=0", f"--snapshot={snapshot}", f"--file={path}")
        return counts_of_rows(), sorted(
            list(key) for key in MigrationRecorder(connection).applied_migrations()
        )


def fill_from(path: Path) -> None:
    """Fills the empty database from a copy, wholly or not at all. Raises NotPossible."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.Connection(path)) as copy:
            copy.backup(connection.connection)
        return
    connection.close()
    _run("pg_restore", "--no-owner", "--no-privileges", "--no-comments", "--single-transaction", str(path))


def counts_of_rows() -> dict[str, int]:
    """How many rows each table has."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            names = [name for (name,) in cursor.execute(SQLITE_TABLES).fetchall()]
        else:
            names = connection.introspection.table_names(cursor)
        return {name: _rows(cursor, name) for name in names}


def _rows(asked: Any, table: str) -> int:
    found = asked.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - its own name
    return int((found or asked).fetchone()[0])


def _run(tool: str, *options: str) -> None:
    """The tool, signed in as the portal is; the password is in no command line."""
    (_, *whose), secrets = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    if tool == "pg_restore":
        whose.insert(-1, "--dbname")
    try:
        subprocess.run(  # noqa: S603 - ours
            [tool, *whose, *options], env={**os.environ, **(secrets or {})}, check=True, capture_output=True
        )
    except FileNotFoundError:
        raise NotPossible(
            f"{tool} is not here: install postgresql-client, not older than the server."
        ) from None
    except subprocess.CalledProcessError as error:
        raise NotPossible(f"{tool}: {error.stderr.decode(errors='replace').strip()}") from error
