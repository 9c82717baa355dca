"""The zip that a workbook is: its parts unpacked no further than a list needs, and read as a stream.

Zip and XML can both be made to unpack to more than any machine holds. So sizes are asked first, the
tags of a part are counted before any is read, and nothing of a part is held but what its reader keeps.
"""

import struct
import xml.parsers.expat
from collections.abc import Callable, Iterator
from typing import IO, BinaryIO, NoReturn
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from .rows import DAMAGED, WHAT_WE_READ, Refused

READ_BYTES = 64 * 1024  # bytes unpacked at once
MAX_PARTS = 2000
MAX_DIRECTORY_BYTES = 1024 * 1024  # bytes
MAX_UNPACKED_BYTES = 256 * 1024 * 1024  # bytes
MAX_COMPRESSION = 300  # times smaller than it unpacks to; a sheet of much the same rows reaches 100
MAX_TAGS = 16_000_000  # opening and closing, of a part: a second each three million
MAX_TAG_BYTES = 1024 * 1024  # bytes
MAX_DEPTH = 100  # tags inside each other
STRICT = "http://purl.oclc.org/ooxml/"
ENCRYPTED = 1  # a flag of a part
END = b"PK\x05\x06"
TOO_BIG = "This workbook unpacks to far more than a list holds. Save the list alone as “CSV UTF-8”."
NOT_A_WORKBOOK = f"This is not an Excel workbook (.xlsx). {WHAT_WE_READ}"
NOT_XML = f"This workbook holds what no Excel workbook does. {WHAT_WE_READ}"
OTHER_XML = "This is a “Strict Open XML” workbook. Save it as “Excel Workbook (.xlsx)”, then upload that."


class Unpacking(ZipFile):
    """A workbook's parts. Raises Refused where the directory, or a part that is read, is out of bounds."""

    def __init__(self, file: BinaryIO) -> None:
        _expect_a_short_directory(file)
        super().__init__(file)
        parts = self.infolist()
        unpacked = sum(part.file_size for part in parts)
        squeezed = any(part.file_size > MAX_COMPRESSION * max(part.compress_size, 4096) for part in parts)
        if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED_BYTES or squeezed:
            raise Refused(TOO_BIG)
        if any(part.header_offset < 0 or part.flag_bits & ENCRYPTED for part in parts):
            raise Refused(DAMAGED)
        if any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts):
            raise Refused(NOT_A_WORKBOOK)

    def holds(self, name: str) -> bool:
        """Whether there is such a part."""
        return name in self.NameToInfo

    def read_through(self, name: str, reader: "Reader", most_tags: int = 0) -> Iterator[None]:
        """Gives the part's tags and texts to the reader; comes back after each piece of it.

        Raises Refused before anything is given, where the part has too many tags.
        """
        if not self.holds(name):
            raise Refused(DAMAGED)
        with self.open(name) as part:
            _expect_few_tags(part, most_tags or MAX_TAGS)
        with self.open(name) as part:
            yield from reader.read(part)


def _expect_few_tags(part: IO[bytes], most: int) -> None:
    tags = 0
    while piece := part.read(READ_BYTES):
        tags += piece.count(b"<")
        if tags > most:
            raise Refused(TOO_BIG)


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
    if directory > MAX_DIRECTORY_BYTES or b"PK\x06\x07" in tail[max(at - 20, 0) : at]:
        raise Refused(TOO_BIG)


class Reader:
    """Hears a part's tags, each with its namespace before it, and texts; each kind of part has its own."""

    opens: dict[str, Callable[[dict[str, str]], None]]
    closes: dict[str, Callable[[], None]]

    def __init__(self) -> None:
        self.opens, self.closes, self.depth = {}, {}, 0
        self.parser = xml.parsers.expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._opens, self._closes
        self.parser.StartDoctypeDeclHandler = self._refuses

    def read(self, part: IO[bytes]) -> Iterator[None]:
        """Reads the part piece by piece. Raises Refused or ExpatError."""
        passed = 0
        while piece := part.read(READ_BYTES):
            self.parser.Parse(piece, False)
            passed += len(piece)
            if passed - self.parser.CurrentByteIndex > MAX_TAG_BYTES:
                raise Refused(NOT_XML)
            yield
        self.parser.Parse(b"", True)
        yield

    def hears(self, hears: Callable[[str], None] | None) -> None:
        """From now on texts are given to this; None for no longer."""
        self.parser.CharacterDataHandler = hears

    def _opens(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH or name.startswith(STRICT):
            raise Refused(OTHER_XML if name.startswith(STRICT) else NOT_XML)
        if hears := self.opens.get(name):
            hears(attributes)

    def _closes(self, name: str) -> None:
        self.depth -= 1
        if hears := self.closes.get(name):
            hears()

    def _refuses(self, *_: object) -> NoReturn:
        raise Refused(NOT_XML)
