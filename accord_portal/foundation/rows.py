"""Rows written the short way, for the inserts that every form costs.

The statement is put together once, and no signal is sent: otherwise Django builds the same six
statements anew for each form. What that saves stands in tests/benchmarks/README.md.
"""

import datetime as dt
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Field, Model

PLAIN = {str, int, bool, type(None)}  # what every database takes as it is


def add(*rows: Model) -> bool:
    """Writes rows of one model in one statement and gives them their keys.

    Whether all were written: a row that a unique constraint refuses is left out, without an error
    and without undoing the transaction; on PostgreSQL a writer who is ahead of us is waited for.
    """
    statement, fields = _insert(type(rows[0]), len(rows))
    database = connections[DEFAULT_DB_ALIAS]  # looked up once: the proxy costs as much as a column
    instant = database.ops.adapt_datetimefield_value
    values = [
        value
        if (kind := type(value)) in PLAIN
        else instant(value)
        if kind is dt.datetime
        else field.get_db_prep_save(value, database)
        for held in map(vars, rows)
        for field in fields
        for value in (held[field.attname],)
    ]
    with database.cursor() as cursor:
        cursor.execute(statement, values)
        keys = cursor.fetchall()
    if len(keys) != len(rows):
        return False
    for row, (key,) in zip(rows, keys, strict=True):
        row.pk, row._state.adding, row._state.db = key, False, DEFAULT_DB_ALIAS
    return True


@cache
def _insert(model: type[Model], number: int) -> tuple[str, list[Field[Any, Any]]]:
    quote = connection.ops.quote_name
    fields = [field for field in model._meta.concrete_fields if field is not model._meta.auto_field]
    columns = ", ".join(quote(field.column) for field in fields)
    row = f"({', '.join(['%s'] * len(fields))})"
    return (
        # Names of our own models only; every value is a parameter.
        f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES {', '.join([row] * number)}"  # noqa: S608
        f" ON CONFLICT DO NOTHING RETURNING {quote(model._meta.pk.column)}"
    ), fields
