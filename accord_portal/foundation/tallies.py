"""Figures that are kept as they change, so that nobody counts a table to read them.

Whoever changes what is counted adds a line in the same transaction, and changes no row: nobody waits for
anybody. `fold` makes one line of many. A figure is the sum of its lines, folded or not.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Q, Sum
from django.utils import timezone

from . import rows
from .models import Tally

FOLDED_AT_ONCE = 5_000  # lines, in one transaction


class Part(NamedTuple):
    """One part of a figure: of a day, of the week that begins on a Monday, or of all time."""

    figure: str
    name: str
    on: dt.date | None = None


def week_of(day: dt.date) -> dt.date:
    """The Monday of the week in which this day is; of an instant, of the day it was in New Zealand."""
    if isinstance(day, dt.datetime):
        day = timezone.localdate(day)
    return day - dt.timedelta(days=day.weekday())


def add(numbers: Mapping[Part, int]) -> None:
    """Counts so many more, or fewer, in each of the parts; call it in the transaction that made it so."""
    changed = [(part, number) for part, number in numbers.items() if number]
    if changed:
        rows.add(*[_line(part, number) for part, number in changed])


def _line(part: Part, number: int) -> Tally:
    return rows.new(Tally, figure=part.figure, part=part.name, day_on=part.on, number=number)


def numbers(*, since: dt.date | None = None) -> Counter[Part]:
    """Every part with its number, in one query; of what goes by days, those from `since` on."""
    lines = Tally.objects.filter(Q(day_on=None) | Q(day_on__gte=since)) if since else Tally.objects.all()
    sums = lines.values_list("figure", "part", "day_on").annotate(Sum("number")).order_by()
    return Counter({Part(figure, name, on): number for figure, name, on, number in sums})


def fold() -> int:
    """Makes one line of the several of each part; how many went. The figures stay what they are."""
    parts = Tally.objects.values_list("figure", "part", "day_on").annotate(lines=Count("pk"))
    several = [Part(figure, name, on) for figure, name, on, _ in parts.filter(lines__gt=1).order_by()]
    return sum(map(_fold, several))


@transaction.atomic
def _fold(part: Part) -> int:
    """Lines that somebody else is folding at this moment are left to them."""
    lines = Tally.objects.filter(figure=part.figure, part=part.name, day_on=part.on).order_by("pk")
    found = dict(lines.select_for_update(skip_locked=True).values_list("pk", "number")[:FOLDED_AT_ONCE])
    Tally.objects.filter(pk__in=found).delete()
    add({part: sum(found.values())})
    return len(found)
