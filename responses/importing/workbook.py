"""Lists as Excel workbooks (.xlsx, ECMA-376): the rows of the first sheet that is seen."""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, TypeVar

from .rows import Layout, Refused, Row, is_blank
from .sheet import MAIN, Sheet, Styles, TextReader
from .unpacking import NOT_A_WORKBOOK, TOO_BIG, Reader, Unpacking

TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE_XMLNS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
A_WORKBOOK = ("sheet.main+xml", "sheet.macroEnabled.main+xml", "template.main+xml")
MAX_TAGS_OF_INDEX = 1_000_000  # of a part that says how the others hang together
MAX_TAGS_OF_TEXTS = 8_000_000
MAX_TEXTS = 1_000_000
MAX_TEXT_CHARACTERS = 50_000_000  # characters that are shared, in all
OTHER_SHEETS_NAMED = 20
MAX_SHEET_NAME = 31  # characters of a sheet's name, in Excel

Some = TypeVar("Some", bound=Reader)


def rows(file: BinaryIO, layout: Layout) -> Iterator[tuple[int, Row]]:
    """Each row of the first sheet that holds anything, with its number in the sheet."""
    with Unpacking(file) as archive:
        types = _read(archive, "[Content_Types].xml", _Types())
        book = types.path(*A_WORKBOOK)
        if not book:
            raise Refused(NOT_A_WORKBOOK)
        sheets = _read(archive, book, _Sheets())
        folder, name = posixpath.split(book)
        relations = _read(archive, f"{folder}/_rels/{name}.rels", _Relations(folder))
        path = _first_seen(sheets.found, relations.found, layout)
        texts, styles = _Texts(), Styles()
        if shared := types.path("sharedStrings+xml"):
            texts = _read(archive, shared, texts, MAX_TAGS_OF_TEXTS)
        if archive.holds(styled := dict(relations.found.values()).get("styles", "")):
            styles = _read(archive, styled, styles)
        sheet = Sheet(layout, texts.found, styles.found, counts_from_1904=sheets.count_from_1904)
        for _ in archive.read_through(path, sheet):
            for number, row in sheet.take():
                if not is_blank(row):
                    yield number, row


def _read(archive: Unpacking, name: str, reader: Some, most_tags: int = 0) -> Some:
    """The reader, once it has read the whole part."""
    for _ in archive.read_through(name, reader, most_tags or MAX_TAGS_OF_INDEX):
        pass
    return reader


def _first_seen(
    sheets: Sequence[tuple[str, str, bool]], relations: Mapping[str, tuple[str, str]], layout: Layout
) -> str:
    """The path of the first sheet of rows that is seen; the others are said in `layout`."""
    path = ""
    for name, key, is_seen in sheets:
        kind, place = relations.get(key, ("", ""))
        if kind != "worksheet":
            continue
        if is_seen and not path:
            path, layout.sheet = place, name[:MAX_SHEET_NAME]
        elif len(layout.other_sheets) < OTHER_SHEETS_NAMED:
            layout.other_sheets.append(
                name[:MAX_SHEET_NAME] if is_seen else f"{name[:MAX_SHEET_NAME]} (hidden)"
            )
    if not path:
        raise Refused(NOT_A_WORKBOOK)
    return path


class _Types(Reader):
    """Of what kind each part is."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.opens = {f"{TYPES} Override": self._override}

    def _override(self, said: dict[str, str]) -> None:
        self.found.setdefault(said.get("ContentType", ""), said.get("PartName", "").lstrip("/"))

    def path(self, *endings: str) -> str:
        """The first part of such a kind, or ""."""
        return next((path for kind, path in self.found.items() if kind.endswith(endings)), "")


class _Relations(Reader):
    """Where the parts are that a part names."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.folder = folder
        self.found: dict[str, tuple[str, str]] = {}  # by key: of what kind, and where
        self.opens = {f"{RELATIONS} Relationship": self._relation}

    def _relation(self, said: dict[str, str]) -> None:
        kind = said.get("Type", "").rpartition("/")[2]
        path = posixpath.normpath(posixpath.join("/", self.folder, said.get("Target", ""))).lstrip("/")
        self.found[said.get("Id", "")] = kind, path


class _Sheets(Reader):
    """The sheets of a workbook, in order: name, relation and whether it is seen."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, bool]] = []
        self.count_from_1904 = False
        self.opens = {f"{MAIN} sheet": self._sheet, f"{MAIN} workbookPr": self._properties}

    def _sheet(self, said: dict[str, str]) -> None:
        seen = said.get("state", "visible") == "visible"
        self.found.append((said.get("name", ""), said.get(f"{OFFICE_XMLNS} id", ""), seen))

    def _properties(self, said: dict[str, str]) -> None:
        self.count_from_1904 = said.get("date1904") in ("1", "true")


class _Texts(TextReader):
    """The texts that cells share."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.in_all = 0
        self.opens |= {
            f"{MAIN} sst": self._expect_few,
            f"{MAIN} si": lambda _: self.begins(),
        }
        self.closes[f"{MAIN} si"] = self._end

    def _expect_few(self, said: dict[str, str]) -> None:
        count = said.get("uniqueCount", "")
        if count.isdecimal() and int(count[:9]) > MAX_TEXTS:
            raise Refused(TOO_BIG)

    def _end(self) -> None:
        self.found.append(self.text)
        self.in_all += len(self.text)
        if len(self.found) > MAX_TEXTS or self.in_all > MAX_TEXT_CHARACTERS:
            raise Refused(TOO_BIG)
