"""Tables that only grow: the database itself refuses every change and every deletion.

One door stands in the wall, for erasure: while it is open, and only inside the transaction that
opened it, the named columns of a row may be blanked. Nothing else of the row can change. Where a table keeps
its rows for a time only, the same door lets out those that are older, by the database's own clock.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.migrations import RunPython

from .models import Door

POSTGRESQL = """
CREATE FUNCTION {table}_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND EXISTS (SELECT 1 FROM foundation_door)
     AND to_jsonb(NEW) - ARRAY[{blankable}]::text[] = to_jsonb(OLD) - ARRAY[{blankable}]::text[] THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM foundation_door) AND {old_in_postgresql} THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '{table} only grows' USING ERRCODE = '23000';
END $$;
CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION {table}_only_grows();
"""
SQLITE = [
    "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}"
    " WHEN NOT (EXISTS (SELECT 1 FROM foundation_door) AND {old_in_sqlite})"
    " BEGIN SELECT RAISE(ABORT, '{table} only grows'); END",
    "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}"
    " WHEN NOT (EXISTS (SELECT 1 FROM foundation_door) AND {unchanged})"
    " BEGIN SELECT RAISE(ABORT, '{table} only grows'); END",
]


def only_grows(table: str, blankable: Sequence[str] = (), kept: tuple[str, int] | None = None) -> RunPython:
    """The migration operation that makes `table` append-only; `blankable` are what the door is for.

    `kept` is the column that says when, and for how many days a row stays whoever opens the door.

    SQLite drops triggers when a later migration rebuilds the table: such a migration ends with this again.
    It may be run any number of times.
    """

    def add(apps: Any, schema_editor: Any) -> None:
        remove(apps, schema_editor)
        connection = schema_editor.connection
        since, days = kept or ("", 0)
        if connection.vendor == "postgresql":
            names = ", ".join(f"'{name}'" for name in blankable)
            old = f"OLD.{since} < now() - interval '{days} days'" if kept else "false"
            wall = POSTGRESQL.format(table=table, blankable=names, old_in_postgresql=old)
            schema_editor.execute(wall, params=None)
            return
        old = f"OLD.{since} < datetime('now', '-{days} days')" if kept else "0"
        with connection.cursor() as cursor:
            columns = [c.name for c in connection.introspection.get_table_description(cursor, table)]
        unchanged = " AND ".join(f'NEW."{c}" IS OLD."{c}"' for c in columns if c not in blankable)
        for statement in SQLITE:
            wall = statement.format(table=table, unchanged=unchanged, old_in_sqlite=old)
            schema_editor.execute(wall, params=None)

    def remove(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_only_grows ON {table}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {table}_only_grows()")
            return
        for name in ("delete", "update"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{name}")

    return RunPython(add, remove)


@contextmanager
def door() -> Iterator[None]:
    """Opens the door for the rest of the block. Nobody outside this transaction ever sees it open."""
    with transaction.atomic():
        opened = Door.objects.create()
        yield
        opened.delete()
