"""Indexes that find text within words: of trigrams, on either database.

PostgreSQL has them built in. SQLite has a table of its own for it, which triggers keep in step: it
holds which three letters stand in which row, and not the text. `SearchableQuerySet` asks it.
"""

from typing import Any

from django.db import connection
from django.db.migrations import RunPython


def search_index(table: str, *, in_use: bool = False) -> RunPython:
    """The migration operation that indexes `search_folded` of this table by trigrams, on PostgreSQL only.

    `in_use` builds it while the table is read and written; the migration says `atomic = False`, and may be
    run again where it was broken off. Needs the extension pg_trgm, which the owner of a database may add by
    itself (PostgreSQL 13 on).
    """
    name = f"{table}_search"
    meanwhile = " CONCURRENTLY" if in_use else ""
    index = f"INDEX{meanwhile} {name} ON {table} USING gin (search_folded gin_trgm_ops)"

    def add(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            if in_use:
                remove(apps, schema_editor)
            schema_editor.execute(f"CREATE {index}")

    def remove(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP INDEX{meanwhile} IF EXISTS {name}")

    return RunPython(add, remove)


def fts_index(table: str) -> RunPython:
    """The same for SQLite, filled from the rows there are; nothing on PostgreSQL.

    Django rebuilds a table of SQLite's for most changes to it, and the triggers go with the old one:
    the migration that does so names this operation again, last. It may be run any number of times.
    """
    name = f"{table}_fts"

    def add(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "sqlite":
            remove(apps, schema_editor)
            for statement in _statements(table, name):
                schema_editor.execute(statement)

    def remove(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "sqlite":
            for event in ("insert", "delete", "update"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}_{event}")
            schema_editor.execute(f"DROP TABLE IF EXISTS {name}")

    return RunPython(add, remove)


def forget_in_index(table: str) -> None:
    """Leaves nothing in the index of what `search_folded` of this table once held and holds no more.

    SQLite only notes what a row no longer holds, until it has occasion to write that part of the index
    anew: this is the occasion. PostgreSQL's VACUUM, which comes by itself, does the same.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table}_fts ({table}_fts) VALUES ('optimize')")  # noqa: S608


def _statements(table: str, name: str) -> list[str]:
    """No text kept, no places within it, no lengths: the least that tells which row holds which trigram.

    Two spaces go before every word, so that one or two letters make a trigram where they begin a word.
    """
    new, old = (f"replace(' ' || {row}search_folded, ' ', '  ')" for row in ("new.", "old."))
    add = f"INSERT INTO {name} (rowid, search_folded) VALUES (new.id, {new});"  # noqa: S608
    take = f"INSERT INTO {name} ({name}, rowid, search_folded) VALUES ('delete', old.id, {old});"  # noqa: S608
    return [
        f"CREATE VIRTUAL TABLE {name} USING fts5"
        " (search_folded, content='', tokenize='trigram case_sensitive 1', detail=none, columnsize=0)",
        f"INSERT INTO {name} (rowid, search_folded)"  # noqa: S608
        f" SELECT id, replace(' ' || search_folded, ' ', '  ') FROM {table}",
        f"CREATE TRIGGER {name}_insert AFTER INSERT ON {table} BEGIN {add} END",
        f"CREATE TRIGGER {name}_delete AFTER DELETE ON {table} BEGIN {take} END",
        f"CREATE TRIGGER {name}_update AFTER UPDATE OF id, search_folded ON {table}"
        f" WHEN old.id <> new.id OR old.search_folded <> new.search_folded BEGIN {take} {add} END",
    ]
