"""Lists page by keyset: the next page starts after the last row shown, and nothing is counted."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of rows; `after` leads to the next page, "" where this is the last."""

    rows: list[Row]
    after: str
    is_first: bool


def page(rows: QuerySet[Row], by: str, after: str = "", size: int = 20) -> Page[Row]:
    """The page that starts after the mark `after`, ordered by the field `by` ("-published_at"), then by key.

    A mark that is not ours starts at the first page.
    """
    field, down = by.lstrip("-"), by.startswith("-")
    start: list[Any] = []
    if after:
        try:
            start = signing.loads(after, salt=f"page:{by}")
        except signing.BadSignature:
            start = []
    if start:
        way = "lt" if down else "gt"
        rows = rows.filter(
            Q(**{f"{field}__{way}": start[0]}) | Q(**{field: start[0], f"pk__{way}": start[1]}),
            **{f"{field}__{way}e": start[0]},  # said once more: by this an index begins at the mark
        )
    found = list(rows.order_by(by, "-pk" if down else "pk")[: size + 1])
    mark = ""
    if len(found) > size:
        last = found[size - 1]
        value = getattr(last, field)
        mark = signing.dumps(
            [value if isinstance(value, str) else value.isoformat(), last.pk], salt=f"page:{by}"
        )
    return Page(found[:size], mark, not start)
