"""What an uploaded list holds, row by row, whatever its bytes are: the rows, or a reason in plain words.

A file is known by its content, never by its name. Nothing here holds more than one row in memory.
"""

import logging
import re
from collections.abc import Generator, Iterator
from typing import BinaryIO, NamedTuple

log = logging.getLogger(__name__)

MOST_COLUMNS = 200
MOST_CHARACTERS = 5000  # a cell
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # no database takes NUL or half of a surrogate pair


class Refused(Exception):
    """The file cannot be read; the message says why and what to do."""


class Unfit(NamedTuple):
    """What stands in place of a cell, or of a whole row, that cannot be taken."""

    reason: str


Cell = str | Unfit
Row = list[Cell] | Unfit

FORMULA = Unfit("A formula stands here: put its value in its place")
TOO_LONG = Unfit(f"Holds more than {MOST_CHARACTERS:,} characters")
NO_TEXT = Unfit("Holds a character that cannot be kept")
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WHAT_WE_READ = "Save it as “CSV UTF-8” or as an Excel workbook (.xlsx), then upload that."


def rows(file: BinaryIO) -> Generator[tuple[int, Row], None, None]:
    """Each row that holds anything, with its number in the file. Raises Refused and nothing else."""
    try:
        yield from _rows(file)
    except Refused:
        raise
    except Exception as error:  # a file made to break its reader, in a way we have not thought of
        log.warning("A list could not be read: %s", type(error).__name__)
        raise Refused(f"This file is damaged, or is not what it seems to be. {WHAT_WE_READ}") from error


def _rows(file: BinaryIO) -> Iterator[tuple[int, Row]]:
    from . import csv_file, workbook  # each in turn reads what stands above

    file.seek(0)
    head = file.read(1024)
    if head.startswith(b"PK"):
        return workbook.rows(file)
    if head.startswith(OLD_WORKBOOK):
        raise Refused(f"This is an old Excel workbook (.xls), or one with a password. {WHAT_WE_READ}")
    if head.startswith((b"%PDF", b"\x1f\x8b", b"{\\rtf")) or head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
        raise Refused(f"This is not a list of rows and columns. {WHAT_WE_READ}")
    return csv_file.rows(file)


def fit(text: str) -> Cell:
    """The text as a cell, unless it is too long or holds what no database takes."""
    if len(text) > MOST_CHARACTERS:
        return TOO_LONG
    return NO_TEXT if UNSTORABLE.search(text) else text


def is_blank(row: Row) -> bool:
    """Whether nothing stands in the row."""
    return not isinstance(row, Unfit) and not any(isinstance(c, Unfit) or c.strip() for c in row)
