"""Excel workbooks as Excel writes them, texts shared, and as nobody should; made by hand, part by part."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
A_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def relations(**targets: str) -> str:
    """The file beside a part that says where the parts are that it names."""
    rows = "".join(
        f'<Relationship Id="{kind}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for kind, target in targets.items()
    )
    return f'{DECLARATION}<Relationships xmlns="{RELATIONS}">{rows}</Relationships>'


def types(**parts: str) -> str:
    """The part that says of what kind each part is."""
    rows = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{A_TYPE}.{kind}+xml"/>'
        for name, kind in parts.items()
    )
    return f'{DECLARATION}<Types xmlns="{TYPES}">{rows}</Types>'


def sheet(rows: str) -> str:
    """A sheet with these rows, which says wrongly that it has one cell."""
    data = f'<dimension ref="A1"/><sheetData>{rows}</sheetData>'
    return f'{DECLARATION}<worksheet xmlns="{MAIN}">{data}</worksheet>'


def texts(texts: str, count: str = "") -> str:
    """The part with the texts that cells share."""
    said = f' uniqueCount="{count}"' if count else ""
    return f'{DECLARATION}<sst xmlns="{MAIN}"{said}>{texts}</sst>'


def parts(rows: Iterable[Sequence[Any]]) -> dict[str, str]:
    """The parts of a workbook with these rows: texts are shared, numbers are numbers, None is no cell."""
    shared: dict[str, int] = {}
    lines = []
    for number, row in enumerate(rows, 1):
        cells = [
            f'<c r="{letter(place)}{number}" t="s"><v>{shared.setdefault(value, len(shared))}</v></c>'
            if isinstance(value, str)
            else f'<c r="{letter(place)}{number}"><v>{value}</v></c>'
            for place, value in enumerate(row)
            if value is not None
        ]
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    strings = "".join(f"<si><t>{escape(text)}</t></si>" for text in shared)
    sheets = '<sheets><sheet name="List" sheetId="1" r:id="worksheet"/></sheets>'
    book = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{sheets}</workbook>'
    styles = (
        f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    )
    return {
        "[Content_Types].xml": types(workbook="sheet.main", sharedStrings="sharedStrings"),
        "_rels/.rels": relations(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": DECLARATION + book,
        "xl/_rels/workbook.xml.rels": relations(
            worksheet="worksheets/sheet1.xml", sharedStrings="sharedStrings.xml", styles="/xl/styles.xml"
        ),
        "xl/worksheets/sheet1.xml": sheet("".join(lines)),
        "xl/sharedStrings.xml": f'{DECLARATION}<sst xmlns="{MAIN}">{strings}</sst>',
        "xl/styles.xml": DECLARATION + styles,
    }


def zipped(parts: Mapping[str, str | bytes], file: Any = None) -> bytes:
    """The parts as one file."""
    file = file or io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return file.getvalue() if isinstance(file, io.BytesIO) else b""


def workbook(rows: Iterable[Sequence[Any]], **changed: str) -> bytes:
    """A workbook with these rows; a part of it may be changed: `sheet1=…` or `sharedStrings=…`."""
    made = parts(rows)
    for name in made:
        made[name] = changed.get(name.rpartition("/")[2].removesuffix(".xml"), made[name])
    return zipped(made)


def letter(place: int) -> str:
    """A column's letters: A, B, … Z, AA."""
    return (letter(place // 26 - 1) if place >= 26 else "") + chr(65 + place % 26)
