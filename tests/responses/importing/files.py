"""Files as they are read: their rows, or why they are refused."""

import datetime as dt
import io

import openpyxl
import pytest

from responses.importing import reading
from responses.importing.rows import (
    Refused,
    Row,
)
from tests import workbooks


def rows(content: bytes) -> list[tuple[int, Row]]:
    return list(reading.rows(io.BytesIO(content)))


def rows_or_reason(content: bytes) -> list[tuple[int, Row]]:
    """The rows, or none of a file that is refused for a reason we know; what would be a crash is one here."""
    try:
        return rows(content)
    except Refused as refused:
        if str(refused).startswith("This file is damaged") and refused.__cause__:
            raise refused.__cause__ from None
        return []


def refusal(content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        rows(content)
    return str(refused.value)


def cells(xml: str, *shared: str) -> Row:
    """The cells of a sheet with one row."""
    content = workbooks.workbook([shared], sheet1=workbooks.sheet(f'<row r="1">{xml}</row>'))
    ((_, row),) = rows(content)
    return row


def saved(book: openpyxl.Workbook) -> bytes:
    """The workbook as openpyxl writes it."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def usual() -> openpyxl.Workbook:
    """A workbook with something of everything: a hidden sheet first, days, merged cells, a chart sheet."""
    book = openpyxl.Workbook()
    book.active.sheet_state = "hidden"
    book.active.append(["not this one"])
    book.create_chartsheet("Chart")
    sheet = book.create_sheet("List")
    sheet.append(["name", "email", "joined", "at", "yes", "sum", "number"])
    joined, at = dt.datetime(2015, 12, 12, 23, 30), dt.time(9, 30)
    sheet.append(["Hēmi_x000D_\nTe Ao", "hemi@example.org", joined, at, True, "=1+1", 6421123456])
    sheet.append(["A group", "group@example.org", dt.date(2015, 12, 12), "", False, "", 1.5])
    sheet["B2"].hyperlink = "mailto:hemi@example.org"
    sheet.merge_cells("A3:A4")
    book.create_sheet("Another").append(["nor this one"])
    return book


USUAL = saved(usual())
