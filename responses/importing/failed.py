"""The rows that could not be brought in, as a file to mend and upload again."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from accord_portal.foundation.spreadsheets import BOM, lines
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine, User
from responses.models import ContactImport, ImportRow, Purpose

from .columns import BOUNCED, REASON_HEADING, REFUSED

NAMED_BY = ["name", "given_name", "family_name", "organisation", "email"]


def rows(contact_import: ContactImport) -> QuerySet[ImportRow]:
    """Those of which is kept what they said."""
    failed = contact_import.rows.filter(fate=ImportRow.Fate.ERROR)
    return failed.exclude(cells=[], values={}).order_by("number")


def download(*, contact_import: ContactImport, by: User) -> Iterator[str]:
    """The file, line by line; the log keeps who took it. What to fix stands first, and is not read again."""
    log(LogLine.Act.EXPORTED, contact_import, by=by, detail="The rows to mend, as CSV")
    return _lines(contact_import)


def _lines(contact_import: ContactImport) -> Iterator[str]:
    columns = contact_import.columns
    yield BOM + lines([[REASON_HEADING, *(column["heading"] for column in columns)]])
    for row in rows(contact_import).iterator():
        yield lines([[reason(row), *typed(row, columns)]])


def reason(row: ImportRow) -> str:
    """What is wrong with a row, in one text."""
    return " ".join(f"{column}: {wrong}" if column else wrong for column, wrong in row.errors)


def typed(row: ImportRow, columns: Sequence[Mapping[str, Any]]) -> list[str]:
    """The row's cells as they were typed, below the headings; what is too much for them stands after."""
    if not row.cells:
        return [_said(row.values, column["holds"]) for column in columns]
    last = max((column["place"] for column in columns), default=-1)
    below = [row.cells[c["place"]] if c["place"] < len(row.cells) else "" for c in columns]
    return [*below, *row.cells[last + 1 :]]


def _said(values: Mapping[str, Any], holds: str) -> str:
    """What a row that was read says in a column."""
    if holds in Purpose.values:
        return "yes" if holds in values.get("yes", ()) else "no" if holds in values.get("no", ()) else ""
    if holds in (REFUSED, BOUNCED):
        return "yes" if values.get("refused") else ""
    return str(values.get(holds) or "")


def who(row: ImportRow, columns: Sequence[Mapping[str, Any]]) -> str:
    """Whose row it is, as it was typed; "" where that is not kept."""
    if not row.cells:
        return str(row.values.get("name", ""))
    found = {column["holds"]: text for column, text in zip(columns, typed(row, columns), strict=False)}
    return ", ".join(filter(None, (" ".join(found.get(part, "").split())[:80] for part in NAMED_BY)))
