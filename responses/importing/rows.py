"""What a list is made of once its file is read: rows of cells, and what stands in place of the unfit."""

import re
from dataclasses import dataclass, field, replace

from accord_portal.foundation.spreadsheets import as_it_was

MAX_COLUMNS = 200
MAX_CELL_CHARACTERS = 5000  # a cell
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # no database takes NUL or half of a surrogate pair
WHAT_WE_READ = "Save it as “CSV UTF-8” or as an Excel workbook (.xlsx), then upload that."
DAMAGED = f"This file is damaged, or is not what it seems to be. {WHAT_WE_READ}"


class Refused(Exception):
    """The file cannot be read; the message says why and what to do."""


@dataclass(frozen=True)
class Unfit:
    """Stands in place of a cell, or of a whole row, that cannot be taken; `typed` is what stood there."""

    reason: str
    typed: tuple[str, ...] = field(default=(), compare=False, repr=False)

    def instead_of(self, *typed: str) -> "Unfit":
        """The same, in place of what was typed; of a text without end only the beginning is kept."""
        return replace(
            self, typed=tuple(UNSTORABLE.sub("", text[: MAX_CELL_CHARACTERS + 1]) for text in typed)
        )


class Converted(str):
    """Text that a workbook holds as something else: `kind` says as what ("a date", "a fraction", …)."""

    __slots__ = ("kind",)
    kind: str

    def __new__(cls, text: str, kind: str) -> "Converted":
        made = super().__new__(cls, text)
        made.kind = kind
        return made


Cell = str | Unfit
Row = list[Cell] | Unfit

FORMULA = Unfit("A formula stands here. Put its value in its place.")
TOO_LONG = Unfit(f"This holds more than {MAX_CELL_CHARACTERS:,} characters. Shorten it.")
NO_TEXT = Unfit("This holds a character that cannot be kept. Type it again.")
LOST_DIGITS = Unfit("This number has lost digits. Format the cell as text, then type the whole number.")
ERROR_VALUE = Unfit("The workbook shows an error here, such as #N/A. Put the right value in its place.")
UNREADABLE = Unfit("This is no number, day or text that can be read. Type it again.")


@dataclass
class Layout:
    """What a workbook shows and hides; filled while its rows are read. Columns are counted from 0."""

    sheet: str = ""
    other_sheets: list[str] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)


def fit(text: str) -> Cell:
    """The text as a cell, unless it is too long or holds what no database takes.

    The apostrophe is gone that our own files put before what a spreadsheet would run.
    """
    if len(text) > MAX_CELL_CHARACTERS:
        return TOO_LONG.instead_of(text)
    return NO_TEXT.instead_of(text) if UNSTORABLE.search(text) else as_it_was(text)


def is_blank(row: Row) -> bool:
    """Whether nothing stands in the row."""
    return not isinstance(row, Unfit) and not any(isinstance(c, Unfit) or c.strip() for c in row)
