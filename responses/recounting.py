"""The figures counted anew from the rows behind them, to prove those that were kept as things happened.

Kept figures and rows are read as they were at one moment: acts may go on meanwhile.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Count, DateField
from django.db.models.functions import TruncWeek

from accord_portal.foundation import tallies
from accord_portal.foundation.models import Tally
from accord_portal.foundation.tallies import Part
from responses.consent import audit, counting, ledger
from responses.consent.ledger import ConsentState
from responses.models import Contact, ExpressionOfInterest, Undertaking
from responses.undertakings import keeping

COUNTED_AT_ONCE = 2_000  # contacts


class Miscount(NamedTuple):
    """A part of a figure as it was kept and as the rows have it."""

    part: Part
    kept: int
    counted: int


def recount(*, mend: bool = False) -> list[Miscount]:
    """Where the figures are not what the rows make of them; `mend` makes them so."""
    with _one_moment():
        kept, counted = tallies.numbers(), _counted()
        parts = sorted(kept.keys() | counted.keys(), key=lambda part: (part.figure, part.name, str(part.on)))
        found = [Miscount(part, kept[part], counted[part]) for part in parts]
        found = [difference for difference in found if difference.kept != difference.counted]
        if mend:
            tallies.add({part: counted - kept for part, kept, counted in found})
    return found


@contextmanager
def _one_moment() -> Iterator[None]:
    """What is read inside is as it was when it began, whatever is written meanwhile."""
    begins = not connection.in_atomic_block
    with transaction.atomic():
        if begins and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _counted() -> Counter[Part]:
    return _answers() + _acknowledged() + _yeses()


def _answers() -> Counter[Part]:
    forms = ExpressionOfInterest.objects.exclude(state=ExpressionOfInterest.State.SPAM).order_by()
    weeks = forms.annotate(week=TruncWeek("received_at", output_field=DateField()))
    sums = weeks.values_list("channel", "week").annotate(Count("pk"))
    return Counter({Part(Tally.Figure.ANSWERS, channel, week): number for channel, week, number in sums})


def _acknowledged() -> Counter[Part]:
    kept = Undertaking.objects.kept().filter(kind=Undertaking.Kind.ACKNOWLEDGE).order_by()
    rows = kept.only("kind", "kept_at", "first_due_on", "is_backfilled").iterator(COUNTED_AT_ONCE)
    return Counter(part for row in rows if (part := keeping.part_of(row)))


def _yeses() -> Counter[Part]:
    """By the lines of consent: each is added to those before it, and counted as when it was written."""
    found: Counter[Part] = Counter()
    contacts = Contact.objects.order_by("pk").values_list("pk", flat=True)
    last = 0
    while keys := list(contacts.filter(pk__gt=last)[:COUNTED_AT_ONCE]):
        last = keys[-1]
        for said in audit.lines_of(keys).values():
            stand: dict[str, ConsentState] = {}
            for line in said:
                before = stand.get(line.purpose)
                after = ledger.add(before, line)
                for part, number in counting.changed(before, after, line):
                    found[part] += number
                if after:
                    stand[line.purpose] = after
    return found
