"""What is public as JSON and as CSV, a chunk at a time: memory stays flat however much there is."""

import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from accord_portal.foundation.spreadsheets import BOM, lines

from .kinds import PublicKind, Value, day

DATA_CHUNK = 1000  # rows a look


def is_long(kind: PublicKind) -> bool:
    """Whether there are more rows than one look reads."""
    return len(_in_order(kind).prefetch_related(None).values_list("pk")[: DATA_CHUNK + 1]) > DATA_CHUNK


def as_json(kind: PublicKind) -> Iterator[str]:
    """A JSON object (RFC 8259) whose `items` are all rows of the kind."""
    about = {"title": kind.many, "licence": kind.licence, "address": f"{settings.BASE_URL}/{kind.name}/"}
    yield f'{json.dumps(about, ensure_ascii=False)[:-1]}, "items": [\n'
    between = ""
    for rows in _chunks(kind):
        items = [json.dumps(_item(kind, row), ensure_ascii=False) for row in rows]
        yield between + ",\n".join(items)
        between = ",\n"
    yield "\n]}\n"


def as_csv(kind: PublicKind) -> Iterator[str]:
    """A CSV file (RFC 4180) with a byte order mark, several values of a cell between semicolons."""
    first = _in_order(kind).first()
    heading = list(_item(kind, first)) if first else ["title", "address", "published", "licence"]
    yield BOM + lines([heading])
    for rows in _chunks(kind):
        yield lines([_cell(value) for value in _item(kind, row).values()] for row in rows)


def _in_order(kind: PublicKind) -> Any:
    return kind.rows().order_by("pk")


def _chunks(kind: PublicKind) -> Iterator[list[Any]]:
    rows = list(_in_order(kind)[:DATA_CHUNK])
    while rows:
        yield rows
        rows = list(_in_order(kind).filter(pk__gt=rows[-1].pk)[:DATA_CHUNK])


def _item(kind: PublicKind, row: Any) -> dict[str, Value]:
    return {
        "title": kind.title_of(row),
        "address": settings.BASE_URL + row.get_absolute_url(),
        "published": day(row.published_at),
        **kind.columns(row),
        "licence": kind.licence_of(row) if kind.licence_of else kind.licence,
    }


def _cell(value: Value) -> str:
    return value if isinstance(value, str) else "; ".join(value)
