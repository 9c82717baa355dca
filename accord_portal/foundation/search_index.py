"""An index that PostgreSQL searches within words by; SQLite reads the folded column from end to end."""

from typing import Any

from django.db.migrations import RunPython


def search_index(table: str) -> RunPython:
    """The migration operation that indexes `search_folded` of this table by trigrams, on PostgreSQL only.

    Needs the extension pg_trgm, which the owner of a database may add by itself (PostgreSQL 13 on).
    """
    name = f"{table}_search"

    def add(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            schema_editor.execute(f"CREATE INDEX {name} ON {table} USING gin (search_folded gin_trgm_ops)")

    def remove(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP INDEX {name}")

    return RunPython(add, remove)
