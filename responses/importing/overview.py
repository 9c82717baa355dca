"""The first look at a list: its columns with samples and guesses, and what a workbook hides.

The whole file is read once, so that what cannot be read is refused before staff spend time on it.
"""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.db import transaction

from accord_portal.foundation import clock
from accord_portal.foundation.addresses import validate_address
from responses.models import ContactImport

from . import columns, reading
from .rows import MAX_COLUMNS, Cell, Layout, Refused, Row, Unfit

MAX_ROWS = 200_000
SAMPLES, MAX_SAMPLE = 3, 60  # a column; characters
MAX_HEADING_KEPT = 500  # characters
VALUES_LOOKED_AT = 20  # different ones, a column
State = ContactImport.State


def look_over(contact_import: ContactImport) -> None:
    """Says what the columns seem to hold; then staff say what they do. What cannot be read is refused."""
    layout = Layout()
    try:
        with file_of(contact_import) as file, closing(reading.rows(file, layout)) as numbered:
            found, number = _columns(numbered, layout)
    except Refused as refused:
        refuse(contact_import, str(refused))
        return
    seen = ContactImport.objects.filter(pk=contact_import.pk, state=State.UPLOADED)
    seen.update(
        state=State.MATCHING,
        columns=found,
        layout={
            "rows": number,
            "hidden_rows": len(layout.hidden_rows),
            "sheet": layout.sheet,
            "other_sheets": layout.other_sheets,
        },
        worked_on_at=None,
    )


def file_of(contact_import: ContactImport) -> BinaryIO:
    """The file as it was uploaded, put together; whoever asks closes it."""
    file = tempfile.TemporaryFile()  # noqa: SIM115
    parts = contact_import.parts.order_by("number").values_list("content", flat=True)
    file.writelines(parts.iterator(1))
    return file


@transaction.atomic
def refuse(contact_import: ContactImport, why: str) -> None:
    """The list cannot be read: nothing of it is kept but the reason."""
    refused = ContactImport.objects.filter(pk=contact_import.pk, state__in=ContactImport.LOOKED_AT)
    if refused.update(state=State.REFUSED, trouble=why, fates={}, columns=[], finished_at=clock.now()):
        contact_import.parts.all().delete()
        contact_import.rows.all().delete()


def _columns(numbered: Iterator[tuple[int, Row]], layout: Layout) -> tuple[list[dict[str, Any]], int]:
    """The columns as they are shown to staff, and how many rows there are below them."""
    _, heading = next(numbered, (0, None))
    if heading is None:
        raise Refused("The file is empty.")
    if isinstance(heading, Unfit):
        raise Refused(f"The row of headings cannot be read. {heading.reason}")
    if len(heading) > MAX_COLUMNS:
        raise Refused(f"The list has more than {MAX_COLUMNS} columns. Leave out those that are not needed.")
    if any(map(_is_an_address, heading)):
        raise Refused(
            "The first row holds an email address, so it is no row of headings. Write headings above it."
        )
    values: dict[int, dict[str, None]] = {place: {} for place, cell in enumerate(heading) if _text(cell)}
    number = 0
    for number, (_, row) in enumerate(numbered, 1):
        if number > MAX_ROWS:
            raise Refused(f"The list has more than {MAX_ROWS:,} rows. Split it, and upload part by part.")
        for place, cell in enumerate(() if isinstance(row, Unfit) else row[:MAX_COLUMNS]):
            known = values.get(place)
            if (known is None or len(known) < VALUES_LOOKED_AT) and (text := _text(cell)):
                values.setdefault(place, {})[text[:MAX_SAMPLE]] = None
    if not number:
        raise Refused("The list has headings and nothing else.")
    texts = {place: _text(heading[place]) if place < len(heading) else "" for place in values}
    return [_column(place, texts[place], list(values[place]), layout) for place in sorted(values)], number


def _column(place: int, heading: str, values: list[str], layout: Layout) -> dict[str, Any]:
    holds, is_about_consent = columns.guess(heading, values)
    is_hidden = place in layout.hidden_columns
    if is_hidden and holds:
        holds = None if is_about_consent else ""
    return {
        "place": place,
        "heading": heading[:MAX_HEADING_KEPT] or f"Column {columns.letter(place)}, without a heading",
        "holds": holds,
        "consent": is_about_consent,
        "hidden": is_hidden,
        "samples": values[:SAMPLES],
    }


def _text(cell: Cell) -> str:
    return " ".join((next(iter(cell.typed), "") if isinstance(cell, Unfit) else cell).split())


def _is_an_address(cell: Cell) -> bool:
    try:
        validate_address(_text(cell))
    except (ValidationError, ValueError):
        return False
    return True
