"""What is owed, to whom and by when: made from what was promised, ended where there is nobody to keep it to.

`settle` makes a person's undertakings agree with their forms and their Yeses, after whatever changed them.
What ought to be so is worked out by `reckoning`, which the check asks as well.
"""

import datetime as dt
from collections.abc import Collection, Iterable

from django.db.models import Q

from accord_portal.foundation import clock, rows
from responses.models import Contact, ExpressionOfInterest, Undertaking
from responses.people.person import lock
from responses.undertakings import days
from responses.undertakings.initiatives import by_number, numbered
from responses.undertakings.reckoning import Books, of_form, reckon

SETTLED = [
    "contact",
    "eoi",
    "consent",
    "about",
    "first_due_on",
    "due_on",
    "ended_at",
    "ended_because",
    "is_of_closed_form",
]
Kind, End = Undertaking.Kind, Undertaking.End


def owe_for_form(form: ExpressionOfInterest, *, is_first: bool) -> None:
    """A form is owed an acknowledgement, a reply in full, and a decision about each initiative in it.

    `is_first` spares a look at what else the contact sent, where nothing was.
    """
    rows.add(*of_form(form, numbered(form.initiatives).values() if is_first else ()))
    if form.initiatives and not is_first:
        settle(form.contact)


def carry_over(*, before: ExpressionOfInterest, form: ExpressionOfInterest) -> None:
    """What older answers are owed still, the newer ones are owed, by the earlier day of the two.

    An initiative that both name is one, also where it is owed by another form of the person's meanwhile; of
    one that was decided about, nothing more is owed.
    """
    numbers, written = numbered(form.initiatives), by_number(before.initiatives)
    moved = []
    going_on = Q(ended_at=None) | Q(ended_because=End.MERGED)
    for row in before.undertakings.filter(going_on, kept_at=None).order_by("pk").select_for_update():
        about = numbers.get(written.get(row.about, ""), 0) if row.kind == Kind.DECIDE else 0
        if row.kind == Kind.DECIDE and not about:
            row.ended_at, row.ended_because = row.ended_at or clock.now(), End.REPLACED
        else:
            by = days.due_on(row.kind, form.received_at)
            row.contact_id, row.eoi, row.about = form.contact_id, form, about
            row.first_due_on, row.due_on = min(row.first_due_on, by), min(row.due_on, by)
        moved.append(row)
    Undertaking.objects.bulk_update(moved, SETTLED)
    held = {row.kind for row in moved if row.eoi == form}
    fresh = [row for row in of_form(form, ()) if row.kind not in held]
    if fresh:
        rows.add(*fresh)
    settle(form.contact)


def settle(contact: Contact) -> None:
    """Brings what this person is owed up to their forms and Yeses; call it with the contact locked.

    The contact that was kept is locked as well: it stands for the person.
    """
    if contact.merged_into_id:
        lock(pk=contact.merged_into_id)
    settle_all(records_of_people([contact.pk]), at=clock.now())


def settle_all(keys: Collection[int], *, at: dt.datetime, is_backfilled: bool = False) -> tuple[int, int]:
    """The same for many at once, given the keys of all their records; how many rows came, and changed.

    `is_backfilled` is for what was never promised for any day: it is due as if it began at `at`.
    """
    if not keys:
        return 0, 0
    books = Books(keys, for_writing=True)
    fresh: list[Undertaking] = []
    changed: list[Undertaking] = []
    for family in books.families():
        came, went = reckon(family, at=at, is_backfilled=is_backfilled)
        fresh += came
        changed += went
    Undertaking.objects.bulk_update(changed, SETTLED, batch_size=500)
    Undertaking.objects.bulk_create(fresh, batch_size=1_000)
    return len(fresh), len(changed)


def records_of_people(keys: Iterable[int]) -> list[int]:
    """The keys of all records of the people whom these contacts are."""
    found = Contact.objects.filter(pk__in=set(keys)).values_list("pk", "merged_into")
    kept = [into or key for key, into in found]
    return [*kept, *Contact.objects.filter(merged_into__in=kept).values_list("pk", flat=True)] if kept else []


def owe_the_quarter(*, audience: str, kind: str, quarter_on: dt.date) -> bool:
    """Owes an audience its one row of the quarter; whether it was new."""
    ends_on = days.quarter_ends_on(quarter_on)
    row = Undertaking(
        kind=kind,
        audience=audience,
        quarter_on=quarter_on,
        since_at=clock.now(),
        first_due_on=ends_on,
        due_on=ends_on,
    )
    return rows.add(row)


def end_for_audiences(audiences: Collection[str]) -> int:
    """Nobody is left in these audiences who may be told anything; how many rows that ended."""
    owed = Undertaking.objects.open().filter(audience__in=audiences).order_by()
    return owed.update(ended_at=clock.now(), ended_because=End.WITHDRAWN)


def owe_asking(*, contact: Contact, initiative: int, quarter_on: dt.date) -> bool:
    """Owes a champion our asking after one initiative (its key) this quarter; whether it was new."""
    ends_on = days.quarter_ends_on(quarter_on)
    row = Undertaking(
        kind=Kind.ASK,
        contact=contact,
        about=initiative,
        quarter_on=quarter_on,
        since_at=clock.now(),
        first_due_on=ends_on,
        due_on=ends_on,
    )
    return rows.add(row)


def end_asking(*, initiatives: Iterable[int], contact: Contact | None = None) -> None:
    """Nobody asks after these initiatives (their keys) any more; or nobody asks this contact."""
    asked = Undertaking.objects.open().filter(kind=Kind.ASK, about__in=list(initiatives))
    if contact:
        asked = asked.filter(contact=contact)
    asked.order_by().update(ended_at=clock.now(), ended_because=End.TAKEN_DOWN)
