"""The items of all kinds in one order, by the day each stands under: pages, numbers, and one by its name.

Nothing is counted and no table is read from end to end: of each kind the first rows of an index are taken,
and merged.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import merge
from itertools import chain, islice
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Exists, IntegerField, OuterRef, QuerySet, Subquery, prefetch_related_objects

from accord_portal.foundation import working_days
from accord_portal.staff.models import User

from .models import Claim, Snooze
from .sources import DESK_SOURCES, Item, Source

BY_KIND = {source.kind: source for source in DESK_SOURCES}
PLACES = {source.kind: place for place, source in enumerate(DESK_SOURCES)}
AT_MOST = 100  # items of a kind are numbered; of more it is said that there are more


@dataclass(frozen=True)
class View:
    """A choice of what the desk shows: one of `WHOSE`, and of it these kinds; where none is named, all.

    What is snoozed is on none of them but the last.
    """

    whose: str = "mine"
    kinds: tuple[str, ...] = ()

    WHOSE = ("mine", "nobodys", "all", "snoozed")

    @classmethod
    def read(cls, code: str) -> "View":
        """The view of this code; what is not known in it is left out."""
        whose, _, kinds = code.partition(":")
        known = tuple(kind for kind in dict.fromkeys(kinds.split(",")) if kind in BY_KIND)
        return cls(whose if whose in cls.WHOSE else cls.whose, known)

    @property
    def query(self) -> str:
        """As the address of the desk has it."""
        return urlencode([("whose", self.whose), *(("kind", kind) for kind in self.kinds)])

    @property
    def code(self) -> str:
        """In short: "mine", "all:form,letter"."""
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

    @classmethod
    def of(cls, item: Item) -> "Place":
        """Where this item stands."""
        return cls(item.day, item.kind, item.key)

    @property
    def code(self) -> str:
        """As addresses carry it."""
        return f"{self.day}.{self.kind}.{self.key}"


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


def page(
    by: User,
    view: View,
    *,
    after: Place | None = None,
    until: dt.date | None = None,
    limit: int,
    counted: DeskCount | None = None,
) -> list[Item]:
    """The first items of the view, in its order, that `by` may see; after this place if given.

    Where `counted` says that there are none of a kind, none are looked for. What is late stands before all
    else: where it fills the page, nothing else is looked for.
    """
    wanted = Wanted(working_days.today(), after, until, limit)
    asleep = Snooze.objects.kinds()
    staff = User.objects.working() if view.whose == "nobodys" else ()
    late: list[Leg] = []
    others: list[Leg] = []
    for source in _seen(by, view):
        rows = _awake(source, _whose(source, by, view, staff), asleep)
        if source.due and (counted is None or counted.has("late", source)):
            late.append(_late(source, rows, wanted))
        if source.due:
            others.append(_dated(source, _not_late(source, rows, wanted.today), source.due, wanted))
        elif counted is None or counted.has("due_today", source):
            others.append(_undated(source, rows, wanted))
    first = list(islice(chain(merge(*late), merge(*others)), limit))
    for place in {place for _, place, _, _ in first}:
        shown = [row for _, whose, _, row in first if whose == place]
        prefetch_related_objects(shown, *DESK_SOURCES[place].prefetched)
    return _with_snoozes([DESK_SOURCES[place].item(row, by, wanted.today) for _, place, _, row in first])


def asleep(by: User, view: View, *, limit: int) -> list[Item]:
    """What is off the desk until a day, the soonest back first, of the view's kinds that `by` may see."""
    kinds = [source.kind for source in _seen(by, view)]
    order = {s.item: place for place, s in enumerate(Snooze.objects.asleep().filter(kind__in=kinds)[:limit])}
    return sorted(named(list(order), by), key=lambda item: order[item.name])


def are_more_asleep(by: User, view: View, *, than: int) -> bool:
    """Whether more is off the desk than this."""
    kinds = [source.kind for source in _seen(by, view)]
    return Snooze.objects.asleep().filter(kind__in=kinds)[than : than + 1].exists()


def named(names: Sequence[str], by: User, *, even_over: bool = False) -> list[Item]:
    """The items of these names ("letter.12") that wait still, snoozed or not, and that `by` may see.

    With `even_over` also what is done with: whoever meant it is told so by its name.
    """
    keys: dict[str, list[int]] = defaultdict(list)
    for name in names:
        kind, _, key = name.partition(".")
        if kind in BY_KIND and key.isdecimal() and len(key) < 19:
            keys[kind].append(int(key))
    today = working_days.today()
    found = []
    for source in kinds_seen(by):
        if wanted := keys.get(source.kind):
            rows = source.every() if even_over else source.rows()
            rows = rows.filter(pk__in=wanted).prefetch_related(*source.prefetched)
            found += [source.item(row, by, today) for row in rows]
    return sorted(_with_snoozes(found), key=lambda item: (item.day, PLACES[item.kind], item.key))


def count(by: User, view: View, *, new: New | None = None) -> DeskCount:
    """How many of a view are late, due today and new, by kind, in one query.

    What sleeps is late all the same, and neither due today nor new.
    """
    today, asleep = working_days.today(), Snooze.objects.kinds()
    staff = User.objects.working() if view.whose == "nobodys" else ()
    found: dict[tuple[str, str], QuerySet[Any]] = {}
    for source in _seen(by, view):
        every = _whose(source, by, view, staff)
        awake, promised = _awake(source, every, asleep), source.promised or source.due
        if source.due:
            found["late", source.kind] = every.filter(**{f"{promised}__lt": today}).order_by(promised, "pk")
            found["due_today", source.kind] = _not_late(source, awake, today).filter(**{source.due: today})
        else:
            found["due_today", source.kind] = awake.order_by()
        if new:
            between = {f"{source.since}__gt": new.after, f"{source.since}__lte": new.until}
            found["new", source.kind] = awake.filter(**between).order_by()
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


def opened(item: Item, view: View) -> str:
    """The address of the item's page, which knows the view it was opened from and the place in it."""
    page, _, part = item.url.partition("#")
    address = f"{page}?{urlencode({'desk': f'{view.code}@{Place.of(item).code}'})}"
    return f"{address}#{part}" if part else address


def in_words(number: int) -> str:
    """A bounded number: "12", or "more than 100"."""
    return str(number) if number <= AT_MOST else f"more than {AT_MOST}"


def number(rows: QuerySet[Any]) -> int:
    """How many there are, or one more than `AT_MOST`: a million are never counted."""
    return rows.order_by()[: AT_MOST + 1].count()


def kinds_seen(by: User) -> list[Source]:
    """The kinds that this member of staff may see."""
    return [source for source in DESK_SOURCES if by.has_perm(source.needs)]


def _seen(by: User, view: View) -> list[Source]:
    return [source for source in kinds_seen(by) if not view.kinds or source.kind in view.kinds]


def _whose(source: Source, by: User, view: View, staff: Iterable[User] = ()) -> QuerySet[Any]:
    rows = source.rows()
    claims = Claim.objects.filter(kind=source.kind, key=OuterRef("pk"))
    match view.whose:
        case "mine" if source.owner:
            return rows.filter(**{source.owner: by})
        case "mine":
            return rows.filter(Exists(claims.filter(owner=by)))
        case "nobodys" if source.owner:
            return rows.exclude(**{f"{source.owner}__in": source.workers(staff)})
        case "nobodys":
            return rows.filter(~Exists(claims.filter(owner__in=source.workers(staff))))
    return rows


def _awake(source: Source, rows: QuerySet[Any], asleep: set[str]) -> QuerySet[Any]:
    return rows.filter(~Snooze.objects.of_kind(source.kind)) if source.kind in asleep else rows


def _not_late(source: Source, rows: QuerySet[Any], today: dt.date) -> QuerySet[Any]:
    return rows.filter(**{f"{field}__gte": today for field in {source.due, source.promised or source.due}})


Leg = Iterator[tuple[dt.date, int, int, Any]]


class Wanted(NamedTuple):
    """Which part of the list is asked for."""

    today: dt.date
    after: Place | None
    until: dt.date | None
    limit: int


def _late(source: Source, rows: QuerySet[Any], wanted: Wanted) -> Leg:
    """What is late stands under the day promised first, which is an earlier one than of all that is not."""
    promised = source.promised or source.due
    return _dated(source, rows.filter(**{f"{promised}__lt": wanted.today}), promised, wanted)


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
