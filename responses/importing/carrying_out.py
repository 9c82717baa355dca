"""Bringing a list in: a thousand rows a transaction, with the mark of how far it has come."""

import datetime as dt
import logging
from collections import Counter
from collections.abc import Sequence

from django.db import transaction

from accord_portal.foundation import clock
from accord_portal.foundation.outage import database_is_away
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine
from responses.consent import switches
from responses.models import Activity, Contact, ContactImport, ImportRow
from responses.people import suppressions

from . import cells
from .judging import RowVerdict, verdicts

logger = logging.getLogger(__name__)

MAX_ROWS_AT_ONCE = 1000  # rows a transaction
TRANSACTIONS_A_TURN = 10  # so that mail, for which somebody waits, has its turn as well
PUT_ASIDE = "Something went wrong on our side, so this row is left out. Bring it in by hand."
Fate, State = ImportRow.Fate, ContactImport.State
BRINGS = [Fate.NEW, Fate.NEW_UNWRITTEN, Fate.ADDS]


def carry_out(contact_import: ContactImport) -> None:
    """Brings in the next rows; the clock rings for the rest. Two workers never take the same rows."""
    for _ in range(TRANSACTIONS_A_TURN):
        if not _bring_in_chunk(contact_import.pk):
            return
    ContactImport.objects.filter(pk=contact_import.pk, state=State.CARRYING_OUT).update(worked_on_at=None)


@transaction.atomic
def _bring_in_chunk(key: int) -> bool:
    """The next rows and the mark in one transaction; False where none are left."""
    contact_import = ContactImport.objects.select_for_update().get(pk=key)
    if contact_import.state != State.CARRYING_OUT:
        return False
    rows = list(
        contact_import.rows.filter(number__gt=contact_import.done_up_to).order_by("number")[:MAX_ROWS_AT_ONCE]
    )
    if not rows:
        _finish(contact_import)
        return False
    before = Counter(row.fate for row in rows)
    _bring_in(contact_import, [row for row in rows if row.fate in BRINGS])
    for row in rows:
        if row.fate != Fate.ERROR:  # what went wrong is kept, to be mended
            row.values = {}
        row.mailbox = row.likeness = ""
    fields = ["values", "mailbox", "likeness", "fate", "errors", "contact"]
    ImportRow.objects.bulk_create(rows, update_conflicts=True, unique_fields=["pk"], update_fields=fields)
    contact_import.fates = dict(Counter(contact_import.fates) - before + Counter(row.fate for row in rows))
    contact_import.done_up_to, contact_import.worked_on_at = rows[-1].number, clock.now()
    contact_import.save(update_fields=["fates", "done_up_to", "worked_on_at"])
    return True


def _bring_in(contact_import: ContactImport, rows: Sequence[ImportRow]) -> None:
    """Brings the rows in together; where that goes wrong, one by one, and puts aside the one to blame.

    Somebody may write in at this very moment: then the database refuses the mailbox, and we look again.
    """
    left = [row for row in rows if row.values]  # the others' people were erased since the list was looked at
    for row in rows:
        if not row.values:
            row.fate = Fate.SUPPRESSED
    if _try(contact_import, left) and _try(contact_import, left):
        for row in left:
            wrong = _try(contact_import, [row]) and _try(contact_import, [row])
            if wrong:
                logger.error("Row %s of import %s is put aside: %s", row.number, contact_import.pk, wrong)
                row.fate, row.errors, row.contact = Fate.ERROR, [["", PUT_ASIDE]], None


def _try(contact_import: ContactImport, rows: Sequence[ImportRow]) -> str:
    """Brings the rows in, all or none; the kind of error that stood in the way, or ""."""
    try:
        with transaction.atomic():
            judged = verdicts(rows, lock=True)
        for row, verdict in zip(rows, judged, strict=True):
            if row.fate == Fate.ADDS and verdict.person is None:  # was known, is gone: nobody comes back
                verdict.fate = Fate.SUPPRESSED
        with transaction.atomic():
            _write(contact_import, rows, judged)
    except Exception as error:  # whatever a row does to us, the list does not stay half way
        if database_is_away(error):  # nothing is wrong with the rows
            raise
        return type(error).__name__
    for row, verdict in zip(rows, judged, strict=True):
        row.fate, row.contact = verdict.fate, verdict.person
    return ""


def _write(contact_import: ContactImport, rows: Sequence[ImportRow], judged: Sequence[RowVerdict]) -> None:
    by, at = contact_import.approved_by, clock.now()
    assert by is not None, "the database has both, who and when"
    made, never = [], []
    for row, verdict in zip(rows, judged, strict=True):
        if verdict.fate in (Fate.NEW, Fate.NEW_UNWRITTEN):
            verdict.person = _contact(row, at, is_written=verdict.fate == Fate.NEW)
            made.append(verdict.person)
            if verdict.person.never_again_at:
                never.append(row.mailbox or row.likeness)
    Contact.objects.bulk_create(made)
    suppressions.remember_never_again(never)
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
    switches.bring_in_many(yeses, by=by)


def _contact(row: ImportRow, at: dt.datetime, *, is_written: bool) -> Contact:
    """The new contact that the row makes, not saved."""
    person, refused = cells.contact(row.values), row.values.get("refused", "")
    person.created_at = at
    if refused == "never":
        person.never_again_at = at
    elif not is_written:
        person.restricted_at, person.restricted_because = at, refused or Contact.Restriction.NO_BASIS
    return person


def _finish(contact_import: ContactImport) -> None:
    contact_import.state, contact_import.finished_at = State.DONE, clock.now()
    contact_import.save(update_fields=["state", "finished_at"])
    assert contact_import.approved_by is not None
    said = ", ".join(f"{number:,} {fate}" for fate, number in sorted(contact_import.fates.items()))
    log(LogLine.Act.IMPORTED, contact_import, by=contact_import.approved_by, detail=said)
