"""A sheet of a workbook: its cells as people see them, with what the workbook holds them as."""

import datetime as dt
import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel, from_ISO8601

from accord_portal.foundation.dates import day_in_words

from .rows import (
    DAMAGED,
    ERROR_VALUE,
    FORMULA,
    LOST_DIGITS,
    MAX_CELL_CHARACTERS,
    MAX_COLUMNS,
    UNREADABLE,
    Cell,
    Converted,
    Layout,
    Refused,
    Row,
    fit,
)
from .unpacking import NOT_XML, Reader

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LAST_ROW = 1_048_576  # of any Excel sheet
LAST_COLUMN = 16_384
EXACT = 10**15  # Excel keeps fifteen digits of a number
TRUE = ("1", "true")
DATE, TIME_SPAN = "date", "time span"
PLACE = re.compile(r"([A-Z]{1,3})\d*")


class Styles(Reader):
    """Which of the cells' styles show a number as a date or a span of time."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.formats: dict[str, str] = {}
        self.of_cells = False
        self.opens = {
            f"{MAIN} numFmt": self._format,
            f"{MAIN} cellXfs": lambda _: setattr(self, "of_cells", True),
            f"{MAIN} xf": self._style,
        }
        self.closes = {f"{MAIN} cellXfs": lambda: setattr(self, "of_cells", False)}

    def _format(self, said: dict[str, str]) -> None:
        self.formats[said.get("numFmtId", "")] = said.get("formatCode", "")[:255]

    def _style(self, said: dict[str, str]) -> None:
        if self.of_cells:
            number = said.get("numFmtId", "0")
            self.found.append(_shows(self.formats.get(number) or _built_in(number)))


def _built_in(number: str) -> str:
    return str(BUILTIN_FORMATS.get(int(number), "")) if number.isdecimal() and len(number) < 9 else ""


@lru_cache(maxsize=1000)
def _shows(code: str) -> str:
    return TIME_SPAN if is_timedelta_format(code) else DATE if is_date_format(code) else ""


class TextReader(Reader):
    """Reads a text, to one character more than a cell may hold and without how it is pronounced (rPh)."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.room = "", 0
        self.opens = {f"{MAIN} t": self._listen, f"{MAIN} rPh": self._skip}
        self.closes = {f"{MAIN} t": lambda: self.hears(None), f"{MAIN} rPh": self._go_on}

    def begins(self) -> None:
        """The next text begins."""
        self.text, self.room = "", MAX_CELL_CHARACTERS + 1

    def _listen(self, _: dict[str, str]) -> None:
        self.hears(self._hear if self.room else None)

    def _skip(self, _: dict[str, str]) -> None:
        self.room, self.put_by = 0, self.room

    def _go_on(self) -> None:
        self.room = self.put_by

    def _hear(self, text: str) -> None:
        self.text += text[: self.room]
        self.room = max(self.room - len(text), 0)


class Sheet(TextReader):
    """The rows of a sheet, taken as they come; what is hidden is said in `layout`."""

    def __init__(
        self, layout: Layout, texts: Sequence[str], styles: Sequence[str], *, counts_from_1904: bool
    ) -> None:
        super().__init__()
        self.layout, self.texts, self.styles = layout, texts, styles
        self.epoch = MAC_EPOCH if counts_from_1904 else WINDOWS_EPOCH
        self.done: list[tuple[int, Row]] = []
        self.number = 0
        self.cells: dict[int, Cell] | None = None
        self.place, self.cell = -1, {}
        self.is_formula = False
        self.opens |= {
            f"{MAIN} col": self._column,
            f"{MAIN} row": self._row,
            f"{MAIN} c": self._cell,
            f"{MAIN} v": self._listen,
            f"{MAIN} f": self._formula,
        }
        self.closes |= {
            f"{MAIN} row": self._row_ends,
            f"{MAIN} c": self._cell_ends,
            f"{MAIN} v": lambda: self.hears(None),
        }

    cell: dict[str, str]

    def take(self) -> list[tuple[int, Row]]:
        """The rows that have come since."""
        taken, self.done = self.done, []
        return taken

    def _column(self, said: dict[str, str]) -> None:
        if said.get("hidden") in TRUE:
            last = min(_count(said.get("max", "")), MAX_COLUMNS + 1)
            self.layout.hidden_columns.update(range(_count(said.get("min", "")) - 1, last))

    def _row(self, said: dict[str, str]) -> None:
        number = _count(said["r"]) if "r" in said else self.number + 1
        if self.cells is not None or not self.number < number <= LAST_ROW:
            raise Refused(NOT_XML)
        self.number, self.cells, self.place = number, {}, -1
        self.is_hidden = said.get("hidden") in TRUE

    def _row_ends(self) -> None:
        if self.cells:
            self.done.append((self.number, [self.cells.get(at, "") for at in range(max(self.cells) + 1)]))
            if self.is_hidden:
                self.layout.hidden_rows.add(self.number)
        self.cells = None

    def _cell(self, said: dict[str, str]) -> None:
        self.place = _place(said["r"]) if "r" in said else self.place + 1
        self.cell, self.is_formula = said, False
        self.begins()

    def _formula(self, _: dict[str, str]) -> None:
        self.is_formula = True

    def _cell_ends(self) -> None:
        if (self.text or self.is_formula) and self.cells is not None and self.place <= MAX_COLUMNS:
            kind, style = self.cell.get("t", "n"), self.cell.get("s", "0")
            self.cells[self.place] = (
                FORMULA.instead_of(self.text) if self.is_formula else self._read(kind, style)
            )

    def _read(self, kind: str, style: str) -> Cell:
        """The cell as people see it: 21123456, not 2.1123456E7; a day in words."""
        text = self.text
        match kind:
            case "s":
                return fit(_plain(self.texts[int(text)]))
            case "str" | "inlineStr":
                return fit(_plain(text))
            case "b":
                return Converted("true" if text in TRUE else "false", "a yes or no")
            case "e":
                return ERROR_VALUE.instead_of(text)
        try:
            if kind == "d":
                return _day(from_ISO8601(text))
            shows = self.styles[int(style)] if self.styles else ""
            return _day(from_excel(float(text), self.epoch, shows == TIME_SPAN)) if shows else _number(text)
        except (ValueError, OverflowError, IndexError):
            return UNREADABLE.instead_of(text)


@lru_cache(maxsize=4000)
def _place(cell: str) -> int:
    """The column of "AB12", counted from 0."""
    found = PLACE.fullmatch(cell.upper())
    if not found:
        raise Refused(DAMAGED)
    place = 0
    for letter in found[1]:
        place = place * 26 + ord(letter) - 64
    return place - 1


def _count(text: str) -> int:
    """A whole number that the workbook counts with. Raises Refused where it is none."""
    try:
        return int(text)
    except ValueError:
        raise Refused(DAMAGED) from None


def _plain(text: str) -> str:
    return text.replace("_x000D_", "")


def _number(text: str) -> Cell:
    number = float(text)
    if not math.isfinite(number):
        return UNREADABLE.instead_of(text)
    if number != int(number):
        return Converted(str(number), "a fraction")
    return str(int(number)) if abs(number) < EXACT else LOST_DIGITS.instead_of(text)


def _day(found: Any) -> Cell:
    if isinstance(found, dt.datetime | dt.date):
        day = found.date() if isinstance(found, dt.datetime) else found
        return Converted(day_in_words(day), "a date")
    return Converted(str(found), "a time")
