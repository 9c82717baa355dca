"""Looking at a list: each row becomes an `ImportRow` that says what would become of it, and no more."""

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import dropwhile, islice
from typing import BinaryIO

from django.db import transaction

from accord_portal.foundation import clock
from responses.models import ContactImport, ImportRow

from . import cells, columns, reading
from .judging import verdicts
from .rows import Refused, Row

CHUNK = 1000  # rows a transaction
MOST_ROWS = 200_000
Basis, Fate, State = ContactImport.Basis, ImportRow.Fate, ContactImport.State


def check(contact_import: ContactImport) -> None:
    """Looks at the rows, or goes on where a worker was stopped; a file that cannot be read is refused."""
    try:
        with tempfile.TemporaryFile() as file:
            _put_together(contact_import, file)
            with closing(reading.rows(file)) as numbered:
                _look(contact_import, numbered)
    except Refused as refused:
        _refuse(contact_import, str(refused))


def _put_together(contact_import: ContactImport, file: BinaryIO) -> None:
    parts = contact_import.parts.order_by("number").values_list("content", flat=True)
    file.writelines(parts.iterator(1))


def _look(contact_import: ContactImport, numbered: Iterator[tuple[int, Row]]) -> None:
    _, heading = next(numbered, (0, None))
    if heading is None:
        raise Refused("The file is empty.")
    found = columns.read(heading, needs_a_basis=contact_import.basis == Basis.BY_ROW)
    contact_import.columns = [[column.heading, columns.LABELS.get(column.holds, "")] for column in found]
    left = dropwhile(lambda row: row[0] <= contact_import.checked_up_to, numbered)
    basis = None if contact_import.basis == Basis.BY_ROW else contact_import.basis_detail
    held = [column for column in found if column.holds]
    read = (cells.read(number, row, held, basis=basis) for number, row in left)
    while chunk := list(islice(read, CHUNK)):
        if not _keep(contact_import, chunk):
            return  # cancelled meanwhile, or another worker is at it
    _finish(contact_import)


@transaction.atomic
def _keep(contact_import: ContactImport, rows: Sequence[ImportRow]) -> bool:
    """Writes the rows with their fates and moves the mark; False where somebody else has moved it."""
    now = ContactImport.objects.select_for_update().get(pk=contact_import.pk)
    if now.state not in ContactImport.LOOKED_AT or now.checked_up_to != contact_import.checked_up_to:
        return False
    if now.rows_in_all + len(rows) > MOST_ROWS:
        raise Refused(f"The list has more than {MOST_ROWS:,} rows. Split it, and upload part by part.")
    _judge(contact_import, rows)
    ImportRow.objects.bulk_create(rows)
    contact_import.fates = dict(Counter(now.fates) + Counter(str(row.fate) for row in rows))
    contact_import.state, contact_import.checked_up_to = State.CHECKING, rows[-1].number
    contact_import.worked_on_at = clock.now()
    contact_import.save(update_fields=["state", "columns", "fates", "checked_up_to", "worked_on_at"])
    return True


def _judge(contact_import: ContactImport, rows: Sequence[ImportRow]) -> None:
    """Says the fate of each row that has no error, and keeps what is in a row only where it may be needed."""
    readable = [row for row in rows if not row.errors]
    seen = set(_seen(contact_import, readable))
    for row in rows:
        row.contact_import = contact_import
    for row, verdict in zip(readable, verdicts(readable), strict=True):
        mark = row.mailbox or row.likeness
        row.fate, row.contact = verdict.fate, verdict.person
        if row.fate != Fate.SUPPRESSED and mark in seen:
            row.fate = Fate.REPEATED
        seen.add(mark)
        if row.fate in (Fate.SUPPRESSED, Fate.REPEATED):
            row.values, row.mailbox, row.likeness = {}, "", ""


def _seen(contact_import: ContactImport, rows: Sequence[ImportRow]) -> Iterator[str]:
    """By which of these mailboxes and likenesses somebody stands further up in the list."""
    for field in ("mailbox", "likeness"):
        marks = {getattr(row, field) for row in rows} - {""}
        above = contact_import.rows.filter(**{f"{field}__in": marks}) if marks else contact_import.rows.none()
        yield from above.values_list(field, flat=True)


@transaction.atomic
def _finish(contact_import: ContactImport) -> None:
    """All is looked at: the file itself is not needed any more."""
    now = ContactImport.objects.select_for_update().get(pk=contact_import.pk)
    if now.state in ContactImport.LOOKED_AT and now.checked_up_to == contact_import.checked_up_to:
        if not now.rows_in_all:
            raise Refused("The list has headings and nothing else.")
        now.parts.all().delete()
        now.state, now.worked_on_at = State.CHECKED, None
        now.save(update_fields=["state", "worked_on_at"])


@transaction.atomic
def _refuse(contact_import: ContactImport, why: str) -> None:
    refused = ContactImport.objects.filter(pk=contact_import.pk, state__in=ContactImport.LOOKED_AT)
    if refused.update(state=State.REFUSED, trouble=why, fates={}, finished_at=clock.now()):
        contact_import.parts.all().delete()
        contact_import.rows.all().delete()
