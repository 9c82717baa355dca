"""What an uploaded list holds, row by row, whatever its bytes are: the rows, or a reason in plain words.

A file is known by its content, never by its name. Nothing here holds more than one row in memory.
"""

import logging
import zlib
from collections.abc import Generator, Iterator
from typing import BinaryIO
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile

from . import csv_file, workbook
from .rows import DAMAGED, WHAT_WE_READ, Layout, Refused, Row

log = logging.getLogger(__name__)

# What reading the zip and the XML of a workbook raises where its bytes are not what they should be.
OF_A_DAMAGED_FILE = (BadZipFile, zlib.error, ExpatError, EOFError, NotImplementedError, UnicodeDecodeError)
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def rows(file: BinaryIO, layout: Layout | None = None) -> Generator[tuple[int, Row], None, None]:
    """Each row that holds anything, with its number as a spreadsheet shows it.

    Raises Refused and nothing else. Says in `layout` what a workbook hides.
    """
    try:
        yield from _rows(file, Layout() if layout is None else layout)
    except Refused:
        raise
    except OF_A_DAMAGED_FILE:
        raise Refused(DAMAGED) from None
    except Exception as error:  # a file made to break its reader, in a way we have not thought of
        log.warning("A list could not be read: %s", type(error).__name__)
        raise Refused(DAMAGED) from error


def _rows(file: BinaryIO, layout: Layout) -> Iterator[tuple[int, Row]]:
    file.seek(0)
    head = file.read(1024)
    if head.startswith(b"PK"):
        return workbook.rows(file, layout)
    if head.startswith(OLD_WORKBOOK):
        raise Refused(f"This is an old Excel workbook (.xls), or one with a password. {WHAT_WE_READ}")
    if head.startswith((b"%PDF", b"\x1f\x8b", b"{\\rtf")) or head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
        raise Refused(f"This is not a list of rows and columns. {WHAT_WE_READ}")
    return csv_file.rows(file)
