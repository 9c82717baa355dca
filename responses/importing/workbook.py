"""Lists as Excel workbooks (.xlsx): the first sheet that is seen, as openpyxl reads it row by row."""

import datetime as dt
import warnings
from collections.abc import Iterator
from typing import Any, BinaryIO

from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.reader.excel import ExcelReader

from accord_portal.foundation.dates import day_in_words

from .reading import FORMULA, MOST_COLUMNS, Cell, Refused, Row, Unfit, fit, is_blank
from .unpacking import NOT_A_WORKBOOK, ROW, TEXT, Unpacking

ERROR_VALUE = Unfit("Holds an error of the workbook, such as #N/A")


def rows(file: BinaryIO) -> Iterator[tuple[int, Row]]:
    """Each row of the first sheet that holds anything, with its number in the sheet."""
    warnings.filterwarnings("ignore", module="openpyxl")  # they repeat what stands in cells
    with Unpacking(file) as archive:
        for number, cells in enumerate(_first_sheet(archive).iter_rows(max_col=MOST_COLUMNS + 1), 1):
            row = _row(cells)
            if not is_blank(row):
                yield number, row


class Reader(ExcelReader):
    """`load_workbook(read_only=True)`, out of an archive that weighs what is unpacked."""

    def __init__(self, archive: Unpacking) -> None:
        super().__init__(archive.fp, read_only=True, keep_links=False)
        self.archive = archive

    def read_strings(self) -> None:
        self.archive.releases = TEXT
        super().read_strings()
        self.archive.releases = ROW

    def read_chartsheet(self, sheet: Any, rel: Any) -> None:
        """Holds no rows."""


def _first_sheet(archive: Unpacking) -> Any:
    reader = Reader(archive)
    reader.read()
    for sheet in reader.wb.worksheets:
        if sheet.sheet_state == "visible":
            sheet.reset_dimensions()  # some programs write them wrong
            return sheet
    raise Refused(NOT_A_WORKBOOK)


def _row(cells: tuple[Any, ...]) -> list[Cell]:
    row: list[Cell] = []
    for cell in cells:
        if cell is not EMPTY_CELL and cell.value is not None:
            row += [""] * (cell.column - 1 - len(row)) + [_text(cell)]
    return row


def _text(cell: Any) -> Cell:
    """A cell as people read it: 21123456, not 2.1123456E7; a day in words."""
    if cell.data_type == "f":
        return FORMULA
    if cell.data_type == "e":
        return ERROR_VALUE
    match cell.value:
        case bool(value):
            return "true" if value else "false"
        case dt.datetime() as instant:
            return day_in_words(instant.date())
        case dt.date() as day:
            return day_in_words(day)
        case float(number) if number == int(number):
            return str(int(number))
    return fit(str(cell.value).replace("_x000D_", ""))
