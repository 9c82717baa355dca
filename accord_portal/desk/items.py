"""The items of all kinds in one order, by the day each stands under: a page of them, and one by its name.

No table is read from end to end: of each kind the first rows of an index are taken, and merged.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from heapq import merge
from itertools import chain, islice
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import QuerySet, prefetch_related_objects

from accord_portal.foundation import working_days
from accord_portal.staff.models import User

from .choice import BY_KIND, Place, View
from .counting import DeskCount
from .models import Claim, Snooze
from .selecting import awake, kinds_in, kinds_seen, not_late, rows_in, who_has
from .sources import DESK_SOURCES, Item, Source

PLACES = {source.kind: place for place, source in enumerate(DESK_SOURCES)}


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
    asleep, staff = Snooze.objects.kinds(), who_has(view)
    late: list[Leg] = []
    others: list[Leg] = []
    for source in kinds_in(view, by):
        rows = awake(source, rows_in(view, source, by=by, staff=staff), asleep)
        if source.due and (counted is None or counted.has("late", source)):
            late.append(_late(source, rows, wanted))
        if source.due:
            others.append(_dated(source, not_late(source, rows, wanted.today), source.due, wanted))
        elif counted is None or counted.has("due_today", source):
            others.append(_undated(source, rows, wanted))
    first = list(islice(chain(merge(*late), merge(*others)), limit))
    for place in {place for _, place, _, _ in first}:
        shown = [row for _, whose, _, row in first if whose == place]
        prefetch_related_objects(shown, *DESK_SOURCES[place].prefetched)
    return _with_snoozes([DESK_SOURCES[place].item(row, by, wanted.today) for _, place, _, row in first])


def asleep(
    by: User, view: View, *, after: Place | None = None, limit: int
) -> tuple[list[Item], Place | None]:
    """What is off the desk until a day, the soonest back first, of the view's kinds that `by` may see.

    The place of the last is returned where more are put off.
    """
    rows = Snooze.objects.asleep().filter(kind__in=[source.kind for source in kinds_in(view, by)])
    if after:
        rows = rows.after(after.day, after.kind, after.key)
    found = list(rows[: limit + 1])
    more = len(found) > limit
    order = {row.item: place for place, row in enumerate(found[:limit])}
    shown = sorted(named(list(order), by), key=lambda item: order[item.name])
    last = found[limit - 1] if more else None
    return shown, Place(last.until_on, last.kind, last.key) if last else None


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


def opened(item: Item, view: View) -> str:
    """The address of the item's page, which knows the view it was opened from and the place in it."""
    page, _, part = item.url.partition("#")
    address = f"{page}?{urlencode({'desk': f'{view.code}@{Place.of(item).code}'})}"
    return f"{address}#{part}" if part else address


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
