"""Lists as text (RFC 4180, as Excel writes it): comma, semicolon or tab between the cells, in UTF-8 or
UTF-16, or in an older code page where it leaves no doubt."""

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from .rows import FORMULA, MAX_COLUMNS, Cell, Refused, Row, Unfit, fit, is_blank

MAX_LINE = 100_000  # characters; what follows in the line is not kept
MAX_ROW = 500_000  # characters, over however many lines: a mark that is never closed makes one row of all
LINES_LOOKED_AT = 50  # to find what stands between the cells
DELIMITERS = ",;\t"
SAYS_ITS_DELIMITER = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)  # Excel's own first line, which it hides
AS_TEXT = re.compile(r'\s*="([^"]*)"\s*')  # ="021123456", so that Excel keeps the zero
BEGINS_LIKE_A_FORMULA = re.compile(r"[\t\r]|\s*[=+@-]")
A_NUMBER = re.compile(r"\s*[+-][\d\s().,/-]*((ext\.?|x)[\d\s]*)?", re.IGNORECASE)  # or nothing but a dash
A_NAME = re.compile(r"\s*[=+@-]+\s*([^\W\d_](?:[^|!=*^<>{}\[\]\"$+(]|\s\(|\s\+\s)*)")  # @Home (Inc), -Dash-
A_CELL = re.compile(r"[A-Za-z]{1,3}\d+")
TOO_MANY_CELLS = Unfit("This row has more cells than headings. A cell with a comma needs quotation marks.")
MISMATCH = Unfit("The quotation marks in this row do not match. Put two where you mean one.")
NOT_UTF_8 = (
    "This file is not in UTF-8, so names would be garbled."
    " In Excel choose “Save as” and the type “CSV UTF-8”, then upload that."
)
# What means the same in the two code pages that “CSV” is saved in here: Windows-1252 and, with macrons, 1257
IN_NO_DOUBT = frozenset([*range(128), *"’–\xa0ÉéÖöÜüÄäÅåßó".encode("cp1252")])


class _Lines:
    """The lines of the file, none of them longer than the limit and no row either."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.text = text
        self.ahead: deque[str] = deque()
        self.row_begins()

    def row_begins(self) -> None:
        self.room, self.taken = MAX_ROW, ""

    def first(self, number: int) -> Sequence[str]:
        """The first lines, which will come again."""
        while len(self.ahead) < number and (line := self._read()):
            self.ahead.append(line)
        return self.ahead

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self.ahead.popleft() if self.ahead else self._read()
        if not line:
            raise StopIteration
        self.room -= len(line)
        if self.room < 0:
            raise csv.Error("a row without end")
        self.taken += line
        return line

    def _read(self) -> str:
        line = self.text.readline(MAX_LINE)
        if len(line) == MAX_LINE and not line.endswith(("\n", "\r")):
            line += '"' * self._marks_in_the_rest() + "\n"
        return line

    def _marks_in_the_rest(self) -> int:
        """Drops the rest of the line; 1 where a quotation mark in it opened or closed a cell, else 0."""
        marks = 0
        while piece := self.text.readline(MAX_LINE):
            marks += piece.count('"')
            if piece.endswith(("\n", "\r")):
                break
        return marks % 2


def rows(file: BinaryIO) -> Iterator[tuple[int, Row]]:
    """Each row that holds anything, with its number. Raises Refused where the text cannot be read."""
    text = io.TextIOWrapper(file, _encoding(file), newline="")
    try:
        yield from _numbered(_Lines(text))
    except UnicodeError as error:
        raise Refused(NOT_UTF_8) from error
    finally:
        text.detach()  # the file is its owner's to close


def _encoding(file: BinaryIO) -> str:
    """How the text is written. Raises Refused where some letters might be others."""
    file.seek(0)
    head = file.read(2)
    if head in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        file.seek(0)
        return "utf-16"
    decoder, used = codecs.getincrementaldecoder("utf-8")(), set(head)
    is_utf_8 = _goes_through(decoder, head)
    while piece := file.read(64 * 1024):
        is_utf_8 = is_utf_8 and _goes_through(decoder, piece)
        used.update(piece)
    file.seek(0)
    if is_utf_8 and _goes_through(decoder, b"", final=True):
        return "utf-8-sig"
    if used <= IN_NO_DOUBT and 0 not in used:
        return "cp1252"
    raise Refused(NOT_UTF_8)


def _goes_through(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


def _numbered(lines: _Lines) -> Iterator[tuple[int, Row]]:
    first = lines.first(LINES_LOOKED_AT)
    if first and "\x00" in first[0]:
        raise Refused(NOT_UTF_8)
    if first and (says := SAYS_ITS_DELIMITER.fullmatch(first[0])):
        delimiter = says[1]
        lines.ahead.popleft()
    else:
        delimiter = max(DELIMITERS, key=lambda each: _fits(each, first))
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    number = width = 0
    row: Row
    while True:
        number += 1
        lines.row_begins()
        try:
            texts = next(reader)
            row = _fit(texts)
            if width and any(texts[width:]):
                row = TOO_MANY_CELLS.instead_of(*texts[:MAX_COLUMNS])
        except StopIteration:
            return
        except csv.Error as error:
            if "expected after" not in str(error):
                raise Refused(
                    f"A quotation mark opens a cell in row {number} that has no end, or hardly one."
                    " What follows cannot be told apart. Correct that row, then upload the list again."
                ) from error
            row = MISMATCH.instead_of(lines.taken.rstrip("\r\n"))
        if not is_blank(row):
            width = width or len(texts)
            yield number, row


def _fits(delimiter: str, lines: Sequence[str]) -> tuple[int, int]:
    """How well this parts the cells: how many rows are as wide as their heading, and how wide that is."""
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    widths = []
    while True:
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error:
            widths.append(0)
            continue
        if any(cell.strip() for cell in row):
            widths.append(len(row))
    heading = widths[0] if widths else 0
    return (widths[1:].count(heading), heading) if heading > 1 else (0, 0)


def _fit(texts: list[str]) -> Row:
    cells = [_cell(text) for text in texts[:MAX_COLUMNS]]
    return [*cells, *(["…"] if any(texts[MAX_COLUMNS:]) else [])]


def _cell(text: str) -> Cell:
    if as_text := AS_TEXT.fullmatch(text):
        return fit(as_text[1])
    return FORMULA.instead_of(text) if _is_a_formula(text) else fit(text)


def _is_a_formula(text: str) -> bool:
    """Whether a spreadsheet would work this out, and no name or number is written so."""
    if not BEGINS_LIKE_A_FORMULA.match(text) or A_NUMBER.fullmatch(text):
        return False
    name = A_NAME.fullmatch(text)
    return text[0] in "\t\r" or not name or bool(A_CELL.fullmatch(name[1].strip()))
