"""Everything that stands in the database, to see what changed and what is left."""

from typing import Any

from django.db import connection

NOT_OURS = {"django_migrations", "sqlite_sequence"}


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, those that a search index keeps for itself among them."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
            )
        else:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = sorted({name for (name,) in cursor.fetchall()} - NOT_OURS)
        found = {}
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = sorted(cursor.fetchall(), key=repr)
    return found


def holding(text: str) -> list[str]:
    """The tables in which this text stands somewhere, whatever its case."""
    wanted = text.casefold()
    return [
        table
        for table, rows in everything().items()
        if any(wanted in _readable(value) for row in rows for value in row)
    ]


def _readable(value: Any) -> str:
    if isinstance(value, memoryview | bytes):
        return bytes(value).decode("utf-8", errors="replace").casefold()
    return str(value).casefold()
