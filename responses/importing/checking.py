"""Looking at a list: each row becomes an `ImportRow` that says what would become of it, and no more."""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import dropwhile, islice

from django.db import transaction

from accord_portal.foundation import clock
from responses.models import ContactImport, ImportRow

from . import cells, columns, opt_outs, reading
from .judging import verdicts
from .overview import file_of, refuse
from .rows import Layout, Refused, Row

log = logging.getLogger(__name__)

MAX_ROWS_AT_ONCE = 1000  # rows a transaction
MAX_ROWS_TO_MEND = 10_000  # rows of which is kept what was typed, about
Basis, Fate, State = ContactImport.Basis, ImportRow.Fate, ContactImport.State
BROKE = "We could not read this row. Type it again, without formatting."


def check(contact_import: ContactImport) -> None:
    """Looks at the rows, or goes on where a worker was stopped; a file that cannot be read is refused."""
    layout = Layout()
    try:
        with file_of(contact_import) as file, closing(reading.rows(file, layout)) as numbered:
            _look(contact_import, numbered, layout)
    except Refused as refused:
        refuse(contact_import, str(refused))


def _look(contact_import: ContactImport, numbered: Iterator[tuple[int, Row]], layout: Layout) -> None:
    next(numbered)  # the headings
    left = dropwhile(lambda row: row[0] <= contact_import.checked_up_to, numbered)
    read = (_read(contact_import, number, row, layout) for number, row in left)
    while chunk := list(islice(read, MAX_ROWS_AT_ONCE)):
        if not _keep(contact_import, chunk):
            return  # cancelled meanwhile, or another worker is at it
    _finish(contact_import)


def _read(contact_import: ContactImport, number: int, row: Row, layout: Layout) -> ImportRow:
    basis = None if contact_import.basis == Basis.BY_ROW else contact_import.basis_detail
    try:
        found = cells.read(number, row, columns.held(contact_import.columns), basis=basis)
    except Exception as error:  # whatever a cell does to us, the other rows go on
        log.warning("A row of import %s could not be read: %s", contact_import.pk, type(error).__name__)
        found = ImportRow(number=number, fate=Fate.ERROR, errors=[["", BROKE]])
    if number in layout.hidden_rows and not contact_import.takes_hidden:
        found.fate, found.errors, found.notes, found.cells = Fate.HIDDEN, [], [], []
        cells.keep_only_noes(found)
    return found


@transaction.atomic
def _keep(contact_import: ContactImport, rows: Sequence[ImportRow]) -> bool:
    """Writes the rows with their fates and moves the mark; False where somebody else has moved it."""
    now = ContactImport.objects.select_for_update().get(pk=contact_import.pk)
    if now.state != State.CHECKING or now.checked_up_to != contact_import.checked_up_to:
        return False
    _judge(contact_import, rows)
    if now.fates.get(Fate.ERROR, 0) > MAX_ROWS_TO_MEND:
        for row in rows:
            row.cells = []
    ImportRow.objects.bulk_create(rows)
    contact_import.fates = dict(Counter(now.fates) + Counter(str(row.fate) for row in rows))
    contact_import.checked_up_to = rows[-1].number
    contact_import.worked_on_at = clock.now()
    contact_import.save(update_fields=["fates", "checked_up_to", "worked_on_at"])
    return True


def _judge(contact_import: ContactImport, rows: Sequence[ImportRow]) -> None:
    """Says the fate of each row that has no error, and keeps what is in a row only where it may be needed."""
    for row in rows:
        row.contact_import = contact_import
    readable = [row for row in rows if not row.errors and row.fate != Fate.HIDDEN]
    judged = verdicts(readable)
    people = {verdict.person.pk for verdict in judged if verdict.person}
    seen = set(_seen(contact_import, readable, people))
    for row, verdict in zip(readable, judged, strict=True):
        marks = {row.mailbox or row.likeness, verdict.person.pk if verdict.person else ""}
        row.fate, row.contact = verdict.fate, verdict.person
        row.notes += verdict.notes
        if row.fate != Fate.SUPPRESSED and marks & seen:
            row.fate = Fate.REPEATED
        seen |= marks - {""}
        if row.fate in (Fate.SUPPRESSED, Fate.REPEATED):
            cells.keep_only_noes(row)


def _seen(contact_import: ContactImport, rows: Sequence[ImportRow], people: set[int]) -> Iterator[str | int]:
    """By which of these mailboxes, likenesses and people somebody stands further up in the list."""
    readable = contact_import.rows.exclude(fate__in=[Fate.ERROR, Fate.HIDDEN])
    for field in ("mailbox", "likeness"):
        marks = {getattr(row, field) for row in rows} - {""}
        above = readable.filter(**{f"{field}__in": marks}) if marks else readable.none()
        yield from above.values_list(field, flat=True)
    yield from readable.filter(contact__in=people).values_list("contact", flat=True) if people else ()


@transaction.atomic
def _finish(contact_import: ContactImport) -> None:
    """All is looked at: a No in the list wins, and the file itself is not needed any more."""
    now = ContactImport.objects.select_for_update().get(pk=contact_import.pk)
    if now.state == State.CHECKING and now.checked_up_to == contact_import.checked_up_to:
        opt_outs.win(now)
        now.parts.all().delete()
        now.state, now.worked_on_at = State.CHECKED, None
        now.save(update_fields=["state", "fates", "worked_on_at"])
