"""The items of all kinds in one order, by the day each stands under: pages, numbers, and one by its name.

Nothing is counted and no table is read from end to end: of each kind the first rows of an index are taken,
and merged.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import merge
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from accord_portal.foundation import working_days
from accord_portal.staff.models import User

from .models import Claim, Snooze
from .sources import DESK_SOURCES, Item, Source

BY_KIND = {source.kind: source for source in DESK_SOURCES}
PLACES = {source.kind: place for place, source in enumerate(DESK_SOURCES)}
AT_MOST = 100  # items of a kind are numbered; of more it is said that there are more


@dataclass(frozen=True)
class View:
    """A choice of what the desk shows: "mine", "nobodys" or "all", of these kinds (none: of every kind)."""

    whose: str = "mine"
    kinds: tuple[str, ...] = ()

    WHOSE = ("mine", "nobodys", "all")

    @classmethod
    def read(cls, code: str) -> "View":
        """The view of this code; what is not known in it is left out."""
        whose, _, kinds = code.partition(":")
        known = tuple(kind for kind in kinds.split(",") if kind in BY_KIND)
        return cls(whose if whose in cls.WHOSE else cls.whose, known)

    @property
    def code(self) -> str:
        """As addresses carry it: "mine", "all:form,letter"."""
        return f"{self.whose}:{','.join(self.kinds)}" if self.kinds else self.whose


class Place(NamedTuple):
    """Where in the order an item stands."""

    day: dt.date
    kind: str
    key: int

    @classmethod
    def read(cls, code: str) -> "Place | None":
        """The place of this code, as "2026-11-27.form.12"; None where it is none."""
        day, _, name = code.partition(".")
        kind, _, key = name.partition(".")
        try:
            place = cls(dt.date.fromisoformat(day), kind, int(key))
        except ValueError:
            return None
        return place if kind in BY_KIND and 0 < place.key < 2**63 else None

    @property
    def code(self) -> str:
        """As addresses carry it."""
        return f"{self.day}.{self.kind}.{self.key}"


class Numbers(NamedTuple):
    """How many items are late, due today and new; of each kind `AT_MOST` and one are counted."""

    late: int
    due_today: int
    new: int


def standing(by: User, *, mine: bool, until: dt.date | None = None, limit: int) -> list[Item]:
    """The first items that stand on the desk for this member of staff, theirs or everybody's, in its order.

    `until` is the last day they may stand under. What sleeps is not among them.
    """
    return page(by, View("mine" if mine else "all"), until=until, limit=limit)


def page(
    by: User, view: View, *, after: Place | None = None, until: dt.date | None = None, limit: int
) -> list[Item]:
    """The first items of the view, in its order, that `by` may see; after this place if given."""
    wanted = Wanted(working_days.today(), after, until, limit)
    legs = [
        leg
        for source in _seen(by, view)
        for leg in _legs(source, _awake(source, _whose(source, source.rows(), by, view)), wanted)
    ]
    first = islice(merge(*legs), limit)
    return _with_snoozes([DESK_SOURCES[place].item(row, by, wanted.today) for _, place, _, row in first])


def named(names: Sequence[str], by: User) -> list[Item]:
    """The items of these names ("letter.12") that wait still, snoozed or not, and that `by` may see."""
    keys: dict[str, list[int]] = defaultdict(list)
    for name in names:
        kind, _, key = name.partition(".")
        if kind in BY_KIND and key.isdecimal() and len(key) < 19:
            keys[kind].append(int(key))
    today = working_days.today()
    found = {
        (kind, row.pk): BY_KIND[kind].item(row, by, today)
        for kind in keys
        if by.has_perm(BY_KIND[kind].needs)
        for row in BY_KIND[kind].rows().filter(pk__in=keys[kind])
    }
    return sorted(
        _with_snoozes(list(found.values())), key=lambda item: (item.day, PLACES[item.kind], item.key)
    )


def numbers(by: User, *, mine: bool, since: dt.datetime | None = None) -> Numbers:
    """How many are late, due today, and came after `since`. What sleeps is late all the same, and not new."""
    today, view = working_days.today(), View("mine" if mine else "all")
    late = due = new = 0
    for source in _seen(by, view):
        every = _whose(source, source.rows(), by, view)
        awake = _awake(source, every)
        if source.due:
            late += _number(every.filter(**{f"{source.promised or source.due}__lt": today}))
            due += _number(_not_late(source, awake, today).filter(**{source.due: today}))
        else:
            due += _number(awake)
        if since:
            new += _number(awake.filter(**{f"{source.since}__gt": since}))
    return Numbers(late, due, new)


def in_words(number: int) -> str:
    """A bounded number: "12", or "more than 100"."""
    return str(number) if number <= AT_MOST else f"more than {AT_MOST}"


def _number(rows: QuerySet[Any]) -> int:
    return rows.order_by()[: AT_MOST + 1].count()


def kinds_seen(by: User) -> list[Source]:
    """The kinds that this member of staff may see."""
    return [source for source in DESK_SOURCES if by.has_perm(source.needs)]


def _seen(by: User, view: View) -> list[Source]:
    return [source for source in kinds_seen(by) if not view.kinds or source.kind in view.kinds]


def _whose(source: Source, rows: QuerySet[Any], by: User, view: View) -> QuerySet[Any]:
    if view.whose == "all":
        return rows
    if source.owner:
        return rows.filter(**{source.owner: by if view.whose == "mine" else None})
    claims = Claim.objects.filter(kind=source.kind, key=OuterRef("pk"))
    return rows.filter(Exists(claims.filter(owner=by)) if view.whose == "mine" else ~Exists(claims))


def _awake(source: Source, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(~Snooze.objects.of_kind(source.kind))


def _not_late(source: Source, rows: QuerySet[Any], today: dt.date) -> QuerySet[Any]:
    return rows.filter(**{f"{field}__gte": today for field in {source.due, source.promised or source.due}})


Leg = Iterator[tuple[dt.date, int, int, Any]]


class Wanted(NamedTuple):
    """Which part of the list is asked for."""

    today: dt.date
    after: Place | None
    until: dt.date | None
    limit: int


def _legs(source: Source, rows: QuerySet[Any], wanted: Wanted) -> Iterator[Leg]:
    """The first of the rows, each with what it is sorted by: of a kind that may be moved, what is late first.

    The two have an index each, and what is late stands under an earlier day than what is not.
    """
    if not source.due:
        yield _undated(source, rows, wanted)
        return
    if source.promised:
        late = rows.filter(**{f"{source.promised}__lt": wanted.today})
        yield _dated(source, late, source.promised, wanted)
        rows = _not_late(source, rows, wanted.today)
    yield _dated(source, rows, source.due, wanted)


def _dated(source: Source, rows: QuerySet[Any], field: str, wanted: Wanted) -> Leg:
    if after := wanted.after:
        is_before = PLACES[source.kind] < PLACES[after.kind]
        rows = rows.filter(**{f"{field}__{'gt' if is_before else 'gte'}": after.day})
        if source.kind == after.kind:
            rows = rows.exclude(**{field: after.day, "pk__lte": after.key})
    if wanted.until:
        rows = rows.filter(**{f"{field}__lte": wanted.until})
    for row in rows.order_by(field, "pk")[: wanted.limit]:
        yield getattr(row, field), PLACES[source.kind], row.pk, row


def _undated(source: Source, rows: QuerySet[Any], wanted: Wanted) -> Leg:
    if wanted.until and wanted.until < wanted.today:
        return
    if (after := wanted.after) and after.day >= wanted.today:
        if after.day > wanted.today or PLACES[source.kind] < PLACES[after.kind]:
            return
        if source.kind == after.kind:
            rows = rows.filter(pk__gt=after.key)
    for row in rows.order_by("pk")[: wanted.limit]:
        yield wanted.today, PLACES[source.kind], row.pk, row


def _with_snoozes(items: list[Item]) -> list[Item]:
    """The items with their last snooze and, where their records cannot say who has them, with that."""
    which = {"kind__in": {item.kind for item in items}, "key__in": [item.key for item in items]}
    snoozes = {(s.kind, s.key): s for s in Snooze.objects.filter(**which).select_related("snoozed_by")}
    claims = {(c.kind, c.key): c.owner for c in Claim.objects.filter(**which).select_related("owner")}
    return [
        replace(
            item,
            snoozed=snoozes.get((item.kind, item.key)),
            owner=item.owner or claims.get((item.kind, item.key)),
        )
        for item in items
    ]
