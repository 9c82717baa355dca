"""Lists as text: comma, semicolon or tab between the cells; UTF-8, or UTF-16 that says so."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from .reading import FORMULA, MOST_COLUMNS, Cell, Refused, Row, Unfit, fit, is_blank

LONGEST_LINE = 100_000  # characters; what follows in the line is not kept
LONGEST_ROW = 500_000  # characters, over however many lines: a mark that is never closed makes one row of all
DELIMITERS = ",;\t"
BEGINS_A_FORMULA = re.compile(r"[\t\r]|\s*[=+@-]")
A_NUMBER = re.compile(r"\s*[+-][\d\s().,/-]*((ext\.?|x)[\d\s]*)?", re.IGNORECASE)  # or nothing but a dash
TOO_MANY_CELLS = Unfit("Has more cells than the headings: a cell with a comma needs quotation marks")
MISMATCH = Unfit("The quotation marks in this row do not match")
NOT_UTF_8 = (
    "This file is not in UTF-8, so names would be garbled."
    " In Excel choose “Save as” and the type “CSV UTF-8”, then upload that."
)


class _Lines:
    """The lines of the file, none of them longer than the limit and no row either."""

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        head = file.read(4)
        is_utf_16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        file.seek(0)
        self.text = io.TextIOWrapper(file, "utf-16" if is_utf_16 else "utf-8-sig", newline="")
        self.row_begins()

    def row_begins(self) -> None:
        self.room = LONGEST_ROW

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self.text.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
            line += '"' * self._marks_in_the_rest() + "\n"
        self.room -= len(line)
        if self.room < 0:
            raise csv.Error("a row without end")
        return line

    def _marks_in_the_rest(self) -> int:
        """Drops the rest of the line; 1 where a quotation mark in it opened or closed a cell, else 0."""
        marks = 0
        while piece := self.text.readline(LONGEST_LINE):
            marks += piece.count('"')
            if piece.endswith(("\n", "\r")):
                break
        return marks % 2


def rows(file: BinaryIO) -> Iterator[tuple[int, Row]]:
    """Each row that holds anything, with its number. Raises Refused where the text cannot be read."""
    lines = _Lines(file)
    try:
        yield from _numbered(lines)
    except UnicodeError as error:
        raise Refused(NOT_UTF_8) from error
    finally:
        lines.text.detach()  # the file is its owner's to close


def _numbered(lines: _Lines) -> Iterator[tuple[int, Row]]:
    first = next(lines, "")
    if "\x00" in first:
        raise Refused(NOT_UTF_8)
    reader = csv.reader(_with(first, lines), delimiter=_delimiter(first), skipinitialspace=True, strict=True)
    number = width = 0
    row: Row
    while True:
        number += 1
        lines.row_begins()
        try:
            texts = next(reader)
            row = _fit(texts) if not width or not any(texts[width:]) else TOO_MANY_CELLS
        except StopIteration:
            return
        except csv.Error as error:
            if "expected after" not in str(error):
                raise Refused(
                    f"A quotation mark opens a cell in row {number} that has no end, or hardly one."
                    " What follows cannot be told apart. Correct that row, then upload the list again."
                ) from error
            row = MISMATCH
        if not is_blank(row):
            width = width or len(texts)
            yield number, row


def _with(first: str, lines: _Lines) -> Iterator[str]:
    yield first
    yield from lines


def _delimiter(heading: str) -> str:
    bare = re.sub(r'"[^"]*"', "", heading)
    return max(DELIMITERS, key=bare.count)


def _fit(texts: list[str]) -> Row:
    cells = [_cell(text) for text in texts[:MOST_COLUMNS]]
    return [*cells, *(["…"] if any(texts[MOST_COLUMNS:]) else [])]


def _cell(text: str) -> Cell:
    if BEGINS_A_FORMULA.match(text) and not A_NUMBER.fullmatch(text):
        return FORMULA
    return fit(text)
