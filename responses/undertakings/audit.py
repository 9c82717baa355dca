"""Whether what is owed is what forms, Yeses and evidence make of it.

What upper rooms owe each quarter they look for themselves: each module named in
`settings.MODULES_OWING_BY_QUARTER` has a function `not_owed_yet(now)`, the contact (0 for an audience) and
what of every row that ought to be written and is not. The sweep writes such a row within the hour.
"""

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import NamedTuple

from django.conf import settings

from accord_portal.foundation import clock
from responses.models import Contact, Undertaking
from responses.undertakings import evidence
from responses.undertakings.owing import records_of_people
from responses.undertakings.reckoning import Books, Family, reckon

CHECKED_AT_ONCE = 2_000  # contacts, or undertakings


class Mismatch(NamedTuple):
    """One undertaking that is not what it ought to be; its key is 0 where it is missing."""

    undertaking: int
    contact: int
    what: str


def differences() -> Iterator[Mismatch]:
    """Recomputes what every person is owed, and follows each evidence, some thousand at a time."""
    last = 0
    people = Contact.objects.filter(merged_into=None).order_by("pk").values_list("pk", flat=True)
    while keys := list(people.filter(pk__gt=last)[:CHECKED_AT_ONCE]):
        last = keys[-1]
        yield from _of_people(keys)
    last = 0
    kept = Undertaking.objects.kept().order_by("pk")
    while rows := list(kept.filter(pk__gt=last)[:CHECKED_AT_ONCE]):
        last = rows[-1].pk
        yield from _of_evidence(rows)
    for name in settings.MODULES_OWING_BY_QUARTER:
        for contact, what in import_module(name).not_owed_yet(clock.now()):
            yield Mismatch(0, contact, f"{what} is missing: it is owed")


def _of_people(keys: Sequence[int]) -> Iterator[Mismatch]:
    books = Books(records_of_people(keys))
    for family in books.families():
        yield from _strays(family)
        written = {row.pk: _as_it_stands(row) for row in family.rows}
        fresh, changed = reckon(family, at=clock.now())
        for row in fresh:
            state = f"ended: {row.get_ended_because_display()}" if row.ended_at else "owed"
            yield Mismatch(0, row.contact_id or 0, f"{row} (form {row.eoi_id}) is missing: it is {state}")
        for row in changed:
            was, now = written[row.pk], _as_it_stands(row)
            yield Mismatch(row.pk, row.contact_id or 0, f"{row} is written as {was}: it ought to be {now}")


def _as_it_stands(row: Undertaking) -> str:
    of_a_closed_form = ", of a closed form" if row.is_of_closed_form else ""
    return f"{row.ended_because or 'open'}{of_a_closed_form}"


def _strays(family: Family) -> Iterator[Mismatch]:
    """Rows about a form that this person did not send; they are taken out of what is compared."""
    strays = [row for row in family.rows if row.eoi_id and row.eoi_id not in family.forms]
    for row in strays:
        family.rows.remove(row)
        yield Mismatch(row.pk, row.contact_id or 0, f"{row} is about form {row.eoi_id}, which is not theirs")


def _of_evidence(rows: Sequence[Undertaking]) -> Iterator[Mismatch]:
    good = evidence.good(rows)
    for row in rows:
        if row.pk not in good:
            shown = f"{row.get_evidence_kind_display()} {row.evidence_key}"
            yield Mismatch(row.pk, row.contact_id or 0, f"{row} counts as kept, and {shown} does not show it")
