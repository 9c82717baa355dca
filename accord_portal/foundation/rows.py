"""Rows written the short way, for the inserts that every form costs.

The statement is put together once, and no signal is sent: otherwise Django builds the same six
statements anew for each form. What that saves stands in tests/benchmarks/README.md.
"""

import datetime as dt
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Field, Model, TextChoices
from django.db.models.base import ModelState

Row = TypeVar("Row", bound=Model)

PLAIN = {str, int, bool, type(None)}  # what every database takes as it is


def new(model: type[Row], **values: object) -> Row:
    """A row that is not written yet, by its columns (`contact_id`); what is not given is as the model says.

    The same as `model(**values)`, for a fraction of its cost. Raises TypeError for what is no column.
    """
    constants, made = _defaults(model)
    if unknown := values.keys() - constants.keys() - made.keys():
        raise TypeError(f"{model.__name__} has no column {', '.join(sorted(unknown))}.")
    row = model.__new__(model)
    row._state = ModelState()
    held = row.__dict__
    held.update(constants)
    for name, make in made.items():
        if name not in values:
            held[name] = make()
    held.update(values)
    return row


@cache
def _defaults(model: type[Model]) -> tuple[dict[str, Any], dict[str, Callable[[], Any]]]:
    """By column: the defaults that are always the same, and those that are made for each row."""
    fields = model._meta.concrete_fields
    made = {
        field.attname: field.default for field in fields if field.has_default() and callable(field.default)
    }
    return {field.attname: field.get_default() for field in fields if field.attname not in made}, made


def add(*rows: Model) -> bool:
    """Writes rows of one model in one statement and gives them their keys.

    Whether all were written: a row that a unique constraint refuses is left out, without an error
    and without undoing the transaction; on PostgreSQL a writer who is ahead of us is waited for.
    """
    statement, fields = _insert(type(rows[0]), len(rows))
    database = connections[DEFAULT_DB_ALIAS]  # looked up once: the proxy costs as much as a column
    values = [
        value
        if (kind := type(value)) in PLAIN
        else _adapted(value)
        if kind is dt.datetime
        else value.value
        if isinstance(value, TextChoices)
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


@lru_cache(maxsize=64)
def _adapted(instant: dt.datetime) -> Any:
    """An instant as the database takes it: the rows of one form have the same one some twenty times."""
    return connections[DEFAULT_DB_ALIAS].ops.adapt_datetimefield_value(instant)


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
