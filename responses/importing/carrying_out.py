"""Bringing a list in: a thousand rows a transaction, with the mark of how far it has come."""

from collections import Counter
from collections.abc import Sequence

from django.db import IntegrityError, transaction

from accord_portal.foundation import clock
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine
from responses import consents
from responses.models import Activity, Contact, ContactImport, ImportRow

from . import cells
from .judging import Verdict, verdicts

CHUNK = 1000  # rows a transaction
CHUNKS_A_TURN = 10  # so that mail, for which somebody waits, has its turn as well
MOST_TRIES = 5
Fate, State = ImportRow.Fate, ContactImport.State
BRINGS = [Fate.NEW, Fate.NEW_UNWRITTEN, Fate.ADDS]


def carry_out(contact_import: ContactImport) -> None:
    """Brings in the next rows; the clock rings for the rest. Two workers never take the same rows."""
    for _ in range(CHUNKS_A_TURN):
        if not _bring_in_chunk(contact_import.pk):
            return
    ContactImport.objects.filter(pk=contact_import.pk, state=State.CARRYING_OUT).update(worked_on_at=None)


@transaction.atomic
def _bring_in_chunk(key: int) -> bool:
    """The next rows and the mark in one transaction; False where none are left."""
    contact_import = ContactImport.objects.select_for_update().get(pk=key)
    if contact_import.state != State.CARRYING_OUT:
        return False
    rows = list(contact_import.rows.filter(number__gt=contact_import.done_up_to).order_by("number")[:CHUNK])
    if not rows:
        _finish(contact_import)
        return False
    before = Counter(row.fate for row in rows)
    _bring_in(contact_import, [row for row in rows if row.fate in BRINGS])
    for row in rows:
        row.values, row.mailbox, row.likeness = {}, "", ""
    fields = ["values", "mailbox", "likeness", "fate", "contact"]
    ImportRow.objects.bulk_create(rows, update_conflicts=True, unique_fields=["pk"], update_fields=fields)
    contact_import.fates = dict(Counter(contact_import.fates) - before + Counter(row.fate for row in rows))
    contact_import.done_up_to, contact_import.worked_on_at = rows[-1].number, clock.now()
    contact_import.save(update_fields=["fates", "done_up_to", "worked_on_at"])
    return True


def _bring_in(contact_import: ContactImport, rows: Sequence[ImportRow]) -> None:
    """Judges the rows once more, as things stand now, and does what the verdicts say.

    Somebody may write in at this very moment: then the database refuses the mailbox, and we look again.
    """
    left = [row for row in rows if row.values]  # the others' people were erased since the list was looked at
    for tries_left in reversed(range(MOST_TRIES)):
        judged = verdicts(left, lock=True)
        for row, verdict in zip(left, judged, strict=True):
            if row.fate == Fate.ADDS and verdict.person is None:  # was known, is gone: nobody is brought back
                verdict.fate = Fate.SUPPRESSED
        try:
            with transaction.atomic():
                _write(contact_import, left, judged)
            break
        except IntegrityError:
            if not tries_left:
                raise
    for row in rows:
        row.fate = Fate.SUPPRESSED
    for row, verdict in zip(left, judged, strict=True):
        row.fate, row.contact = verdict.fate, verdict.person


def _write(contact_import: ContactImport, rows: Sequence[ImportRow], judged: Sequence[Verdict]) -> None:
    by, at = contact_import.approved_by, clock.now()
    assert by is not None, "the database has both, who and when"
    made = []
    for row, verdict in zip(rows, judged, strict=True):
        if verdict.fate in (Fate.NEW, Fate.NEW_UNWRITTEN):
            verdict.person = cells.contact(row.values)
            verdict.person.created_at = at
            if verdict.fate == Fate.NEW_UNWRITTEN:
                verdict.person.restricted_at = at
                verdict.person.restricted_because = Contact.Restriction.NO_BASIS
            made.append(verdict.person)
    Contact.objects.bulk_create(made)
    text = f"{contact_import.source} (import {contact_import.pk})"
    Activity.objects.bulk_create(
        Activity(contact=v.person, kind=Activity.Kind.IMPORTED, text=text, happened_at=at, done_by=by)
        for v in judged
        if v.person and v.fate in BRINGS
    )
    yeses = [
        (verdict.person, verdict.yes, f"Import {contact_import.pk}: {row.values['basis']}")
        for row, verdict in zip(rows, judged, strict=True)
        if verdict.person and verdict.fate in (Fate.NEW, Fate.ADDS)
    ]
    consents.bring_in_many(yeses, by=by)


def _finish(contact_import: ContactImport) -> None:
    contact_import.state, contact_import.finished_at = State.DONE, clock.now()
    contact_import.save(update_fields=["state", "finished_at"])
    assert contact_import.approved_by is not None
    said = ", ".join(f"{number:,} {fate}" for fate, number in sorted(contact_import.fates.items()))
    log(LogLine.Act.IMPORTED, contact_import, by=contact_import.approved_by, detail=said)
