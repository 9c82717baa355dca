"""What is public as JSON and as CSV, a chunk at a time: memory stays flat however much there is."""

import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from accord_portal.foundation.spreadsheets import BOM, lines

from .kinds import PublicKind, Value, day

DATA_CHUNK = 1000  # rows a look


def first_chunk(kind: PublicKind) -> list[Any]:
    """The first rows; where there are fewer than `DATA_CHUNK`, all of them."""
    return list(kind.rows().order_by("pk")[:DATA_CHUNK])


def as_json(kind: PublicKind, first: list[Any]) -> Iterator[str]:
    """A JSON object (RFC 8259) whose `items` are all rows of the kind, beginning with these."""
    about = {"title": kind.many, "licence": kind.licence, "address": f"{settings.BASE_URL}/{kind.name}/"}
    yield f'{json.dumps(about, ensure_ascii=False)[:-1]}, "items": [\n'
    between = ""
    for rows in _chunks(kind, first):
        items = [json.dumps(_item(kind, row), ensure_ascii=False) for row in rows]
        yield between + ",\n".join(items)
        between = ",\n"
    yield "\n]}\n"


def as_csv(kind: PublicKind, first: list[Any]) -> Iterator[str]:
    """A CSV file (RFC 4180) with a byte order mark, several values of a cell between semicolons."""
    heading = list(_item(kind, first[0])) if first else ["title", "address", "published", "licence"]
    yield BOM + lines([heading])
    for rows in _chunks(kind, first):
        yield lines([_cell(value) for value in _item(kind, row).values()] for row in rows)


def _chunks(kind: PublicKind, first: list[Any]) -> Iterator[list[Any]]:
    rows = first
    while rows:
        yield rows
        if len(rows) < DATA_CHUNK:
            return
        rows = list(kind.rows().filter(pk__gt=rows[-1].pk).order_by("pk")[:DATA_CHUNK])


def _item(kind: PublicKind, row: Any) -> dict[str, Value]:
    return {
        "title": kind.title_of(row),
        "address": settings.BASE_URL + row.get_absolute_url(),
        "published": day(row.published_at),
        **kind.columns(row),
        "licence": kind.licence,
    }


def _cell(value: Value) -> str:
    return value if isinstance(value, str) else "; ".join(value)
