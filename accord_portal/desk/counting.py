"""How many items wait: late, due today and new. Of each kind a hundred are counted, never a million."""

import datetime as dt
from typing import Any, NamedTuple

from django.db.models import IntegerField, QuerySet, Subquery

from accord_portal.foundation import working_days
from accord_portal.staff.models import User

from .choice import View
from .models import Snooze
from .selecting import awake, kinds_in, not_late, rows_in, who_has
from .sources import Source

AT_MOST = 100  # items of a kind are numbered; of more it is said that there are more


class Numbers(NamedTuple):
    """How many items are late, due today and new; of each kind `AT_MOST` and one are counted."""

    late: int
    due_today: int
    new: int


class New(NamedTuple):
    """What came after the one instant and not after the other is new."""

    after: dt.datetime
    until: dt.datetime


class DeskCount(NamedTuple):
    """How many of each kind are late, due today and new, by the name of the number and the kind."""

    of: dict[tuple[str, str], int]

    @property
    def numbers(self) -> Numbers:
        """Of all kinds together."""
        each = {name: [n for (what, _), n in self.of.items() if what == name] for name in Numbers._fields}
        return Numbers(**{name: sum(found) for name, found in each.items()})

    def has(self, what: str, source: Source) -> bool:
        """Whether there are any of this kind that are "late" or "due_today"."""
        return bool(self.of.get((what, source.kind)))


def count(by: User, view: View, *, new: New | None = None) -> DeskCount:
    """How many of a view are late, due today and new, by kind, in one query.

    What sleeps is late all the same, and neither due today nor new.
    """
    today, asleep = working_days.today(), Snooze.objects.kinds()
    staff = who_has(view)
    found: dict[tuple[str, str], QuerySet[Any]] = {}
    for source in kinds_in(view, by):
        every = rows_in(view, source, by=by, staff=staff)
        waiting = awake(source, every, asleep)
        promised = source.promised or source.due
        if source.due:
            found["late", source.kind] = every.filter(**{f"{promised}__lt": today}).order_by(promised, "pk")
            found["due_today", source.kind] = not_late(source, waiting, today).filter(**{source.due: today})
        else:
            found["due_today", source.kind] = waiting.order_by()
        if new:
            between = {f"{source.since}__gt": new.after, f"{source.since}__lte": new.until}
            found["new", source.kind] = waiting.filter(**between).order_by()
    if not found:
        return DeskCount({})
    row = User.objects.filter(pk=by.pk).values_list(*map(_Count, found.values())).get()
    return DeskCount(dict(zip(found, row, strict=True)))


class _Count(Subquery):
    """How many rows a query finds, or one more than `AT_MOST`, in the order it has: by that of an index."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS found)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet[Any]) -> None:
        super().__init__(rows.values("pk")[: AT_MOST + 1])


def in_words(number: int) -> str:
    """A bounded number: "12", or "more than 100"."""
    return str(number) if number <= AT_MOST else f"more than {AT_MOST}"


def number(rows: QuerySet[Any]) -> int:
    """How many there are, or one more than `AT_MOST`: a million are never counted."""
    return rows.order_by()[: AT_MOST + 1].count()
