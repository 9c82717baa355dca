"""The zip that a workbook is, unpacked for openpyxl no further than a list needs.

Zip and XML can both be made to unpack to more than any machine holds, and openpyxl keeps whole rows, all
shared texts and some of each row's tag. So sizes are asked first, and each part is weighed as it is read.
"""

import io
import struct
import xml.parsers.expat
from typing import IO, Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from openpyxl.xml.constants import SHEET_MAIN_NS

from .reading import WHAT_WE_READ, Refused

MOST_PARTS = 2000
LONGEST_DIRECTORY = 1024 * 1024  # bytes
MOST_UNPACKED = 256 * 1024 * 1024  # bytes
MOST_SQUEEZED = 300  # times smaller than it unpacks to; a sheet of much the same rows reaches 100
MOST_WHOLE = 16 * 1024 * 1024  # bytes of a part that openpyxl reads in one piece
LONGEST_TAG = 1024 * 1024  # bytes
MOST_HELD = 256 * 1024 * 1024  # bytes that openpyxl holds of a part at once, about
TAG, CLEARED_TAG, ATTRIBUTE, CHARACTER = 1000, 100, 100, 2  # bytes in memory, about
MOST_TRANSLATED = 100_000_000  # characters of shared formulas, which openpyxl works out cell by cell
LAST_ROW = 1_048_576  # of any Excel sheet
STRICT = "http://purl.oclc.org/ooxml/"
ROW, TEXT, FORMULA = (f"{SHEET_MAIN_NS} {name}" for name in ("row", "si", "f"))
END = b"PK\x05\x06"
TOO_BIG = "This workbook unpacks to far more than a list holds. Save the list alone as “CSV UTF-8”."
NOT_A_WORKBOOK = f"This is not an Excel workbook (.xlsx). {WHAT_WE_READ}"
NOT_XML = f"This workbook holds what no Excel workbook does. {WHAT_WE_READ}"
OTHER_XML = "This is a “Strict Open XML” workbook. Save it as “Excel Workbook (.xlsx)”, then upload that."
TOO_MANY_FORMULAS = "This workbook holds too many formulas. Put their values in their place."


class Unpacking(ZipFile):
    """A workbook's parts. Raises Refused where the directory, or a part that is read, is out of bounds."""

    releases = ROW  # the tag whose content openpyxl lets go of where it closes

    def __init__(self, file: BinaryIO) -> None:
        _expect_a_short_directory(file)
        super().__init__(file)
        parts = self.infolist()
        unpacked = sum(part.file_size for part in parts)
        squeezed = any(part.file_size > MOST_SQUEEZED * max(part.compress_size, 4096) for part in parts)
        if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or squeezed:
            raise Refused(TOO_BIG)
        if any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts):
            raise Refused(NOT_A_WORKBOOK)

    def open(self, *args: Any, **options: Any) -> Any:
        return Weighed(super().open(*args, **options), self.releases)


def _expect_a_short_directory(file: BinaryIO) -> None:
    """Looks at what the zip says of its directory, before that is read into memory."""
    size = file.seek(0, 2)
    file.seek(max(size - 65557, 0))
    tail = file.read()
    at = len(tail) - 22
    if tail[at : at + 4] != END or tail[-2:] != b"\0\0":
        at = tail.rfind(END)
    if at < 0 or len(tail) < at + 22:
        raise Refused(NOT_A_WORKBOOK)
    (directory,) = struct.unpack_from("<L", tail, at + 12)
    if directory > LONGEST_DIRECTORY or b"PK\x06\x07" in tail[max(at - 20, 0) : at]:
        raise Refused(TOO_BIG)


class Weighed(io.RawIOBase):
    """A part on its way to openpyxl: refused as soon as what it makes openpyxl hold weighs too much."""

    def __init__(self, part: IO[bytes], releases: str) -> None:
        self.part, self.releases = part, releases
        self.passed = self.tags = self.text = self.row = 0
        self.before, self.leaves = (0, 0), 0  # what was held as a row or text opened; what stays of its tag
        self.formula_at, self.formulas, self.formula_text = -1, 0, 0
        self.parser = xml.parsers.expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._opens, self._closes
        self.parser.CharacterDataHandler, self.parser.StartDoctypeDeclHandler = self._says, self._refuses

    def read(self, size: int = -1) -> bytes:
        """The next bytes, or the whole part, of which openpyxl then lets go of nothing."""
        if size < 0:
            size, self.releases = MOST_WHOLE + 1, ""
        data = self.part.read(size)
        self.parser.Parse(data, False)
        self.passed += len(data)
        if self.tags + self.text > MOST_HELD or len(data) > MOST_WHOLE:
            raise Refused(TOO_BIG)
        if self.passed - self.parser.CurrentByteIndex > LONGEST_TAG:
            raise Refused(NOT_XML)
        if max(self.formulas, 1000) * self.formula_text > MOST_TRANSLATED:
            raise Refused(TOO_MANY_FORMULAS)
        return data

    def close(self) -> None:
        self.part.close()
        super().close()

    def _opens(self, name: str, attributes: dict[str, str]) -> None:
        weight = ATTRIBUTE * len(attributes) + sum(map(len, attributes.values()))
        if name == self.releases:
            self.before, self.leaves = (self.tags, self.text), CLEARED_TAG + weight
            if name == ROW:
                self._expect_further_down(int(attributes.get("r", self.row + 1)))
        elif name == FORMULA:
            self.formula_at = self.text if attributes.get("t") == "shared" else -1
        elif name.startswith(STRICT):
            raise Refused(OTHER_XML)
        self.tags += TAG + weight

    def _expect_further_down(self, row: int) -> None:
        if not self.row < row <= LAST_ROW:  # openpyxl would drop the one, and count up to the other
            raise Refused(NOT_XML)
        self.row = row

    def _closes(self, name: str) -> None:
        if name == self.releases:
            tags, text = self.before
            self.tags, self.text = tags + self.leaves, text if name == ROW else self.text
        elif name == FORMULA and self.formula_at >= 0:
            self.formulas += 1
            self.formula_text += (self.text - self.formula_at) // CHARACTER

    def _says(self, text: str) -> None:
        self.text += CHARACTER * len(text)

    def _refuses(self, *_: object) -> None:
        raise Refused(NOT_XML)
