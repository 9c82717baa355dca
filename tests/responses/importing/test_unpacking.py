"""Workbooks that do harm or are broken: refused in plain words, before they are held in memory."""

import io
import random
import struct
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest

from responses.importing import unpacking, workbook
from tests import workbooks
from tests.responses.importing.files import USUAL, refusal, rows, rows_or_reason


def doctype(inside: str) -> str:
    return workbooks.sheet(f"<row><c t='str'><v>{inside}</v></c></row>").replace(
        workbooks.DECLARATION,
        '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/hostname">]>',
    )


STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"sheet1": doctype("&b;")}, "This workbook holds what no Excel workbook does."),
        ({"sheet1": doctype("&c;")}, "This workbook holds what no Excel workbook does."),
        ({"sharedStrings": doctype("")}, "This workbook holds what no Excel workbook does."),
        ({"sheet1": workbooks.sheet("<row>" * 100)}, "This workbook holds what no Excel workbook does."),
        ({"sheet1": workbooks.sheet('<row r="2"/><row r="2"/>')}, "This workbook holds what no Excel"),
        ({"sheet1": workbooks.sheet("").replace(workbooks.MAIN, STRICT)}, "This is a “Strict Open XML”"),
        (
            {"sheet1": workbooks.sheet(f'<row a="{"x" * 3_000_000}"/>')},
            "This workbook unpacks to far more than a list holds.",
        ),
        ({"sheet1": workbooks.sheet('<row r="2000000"/>')}, "This workbook holds what no Excel workbook"),
        ({"sheet1": workbooks.sheet('<row><c t="s"><v>9</v></c></row>')}, "This file is damaged"),
        ({"sheet1": "<worksheet>"}, "This file is damaged"),
        ({"sheet1": "\0"}, "This file is damaged"),
        ({"sheet1": workbooks.sheet('<row><c r="AAAAA1"><v>1</v></c></row>')}, "This file is damaged"),
        ({"sheet1": " " * 50_000_000}, "This workbook unpacks to far more than a list holds."),
        ({"sharedStrings": "<sst>" + "<si/>" * 5_000_000}, "This workbook unpacks to far more"),
    ],
    ids=[
        "entities",
        "a file of ours",
        "entities in the texts",
        "deep",
        "a row twice",
        "other XML",
        "a tag without end",
        "a row too far down",
        "a text that is not there",
        "half a sheet",
        "no XML",
        "no column",
        "a bomb",
        "a bomb of texts",
    ],
)
def test_a_workbook_made_to_do_harm_is_refused(changed: dict[str, str], why: str) -> None:
    assert refusal(workbooks.workbook([["name"]], **changed)).startswith(why)


NO_BOUNDS = {"MAX_COMPRESSION": 5000, "MAX_UNPACKED_BYTES": 2**40}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"sheet1": workbooks.sheet(f'<row a="{"x" * 3_000_000}"/>')}, "This workbook holds what no Excel"),
        ({"sheet1": workbooks.sheet("<a>" * 50_000)}, "This workbook holds what no Excel workbook does."),
        ({"sharedStrings": workbooks.texts("<si>" * 50_000)}, "This workbook holds what no Excel workbook"),
        ({"sheet1": workbooks.sheet("<a/>" * 200_000)}, "This workbook unpacks to far more"),
        ({"sheet1": workbooks.sheet(f"<row>{'<c/>' * 200_000}</row>")}, "This workbook unpacks to far more"),
        ({"styles": f"<a>{'<xf/>' * 200_000}</a>"}, "This workbook unpacks to far more"),
        ({"workbook": f"<a>{'<sheet/>' * 200_000}</a>"}, "This workbook unpacks to far more"),
        ({"sharedStrings": workbooks.texts("<si><t/></si>" * 200_000)}, "This workbook unpacks to far more"),
        ({"sharedStrings": workbooks.texts("", count="3000000")}, "This workbook unpacks to far more"),
        ({"sharedStrings": workbooks.texts(f"<si><t>{'x' * 5000}</t></si>" * 300)}, "This workbook unpacks"),
    ],
    ids=[
        "tag",
        "depth",
        "depth of texts",
        "tags",
        "cells",
        "styles",
        "sheets",
        "texts",
        "count",
        "text",
    ],
)
def test_what_would_fill_the_memory_is_refused_before_it_is_held(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], why: str
) -> None:
    for name, bound in {**NO_BOUNDS, "MAX_TAGS": 100_000}.items():
        monkeypatch.setattr(unpacking, name, bound)
    monkeypatch.setattr(workbook, "MAX_TEXT_CHARACTERS", 1_000_000)
    monkeypatch.setattr(workbook, "MAX_TAGS_OF_TEXTS", 100_000)
    monkeypatch.setattr(workbook, "MAX_TAGS_OF_INDEX", 100_000)
    content = workbooks.workbook([["name"]], **changed)
    assert memory(lambda: refusal(content).startswith(why) or pytest.fail(refusal(content))) < 8_000_000


@pytest.mark.parametrize(
    "rows_of_it",
    [
        "<row/>" * 20_000,
        "<row>" + '<c s="1"/>' * 20_000 + "</row>",
        '<row s="1" customFormat="1"><c s="1"/></row>' * 20_000,
        f"<row><c t='str'><v>{'x' * 20_000_000}</v></c></row>",
        "<row>" + "<c t='inlineStr'><is><t>x</t></is></c>" * 20_000 + "</row>",
        "<a/>" * 20_000,
        " " * 30_000_000,
    ],
    ids=[
        "empty rows",
        "empty cells",
        "formatted rows",
        "a long cell",
        "many columns",
        "tags nobody knows",
        "space",
    ],
)
def test_what_is_only_large_costs_little_memory(monkeypatch: pytest.MonkeyPatch, rows_of_it: str) -> None:
    for name, bound in NO_BOUNDS.items():
        monkeypatch.setattr(unpacking, name, bound)
    content = workbooks.workbook([["name"]], sheet1=workbooks.sheet(rows_of_it))
    assert memory(lambda: len(rows(content))) < 8_000_000


def memory(act: Callable[[], object]) -> int:
    """The most bytes that the act held at once."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("missing", workbooks.parts([["name"]]))
def test_a_workbook_that_lacks_a_part_is_read_or_refused(missing: str) -> None:
    made = workbooks.parts([["name"]])
    del made[missing]
    if missing in ("_rels/.rels", "xl/styles.xml"):
        assert rows(workbooks.zipped(made)) == [(1, ["name"])]
    else:
        assert refusal(workbooks.zipped(made)).startswith("This ")


TYPES, RELATIONS = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
NO_WORKBOOK, DAMAGED = "This is not an Excel workbook (.xlsx).", "This file is damaged"


@pytest.mark.parametrize(
    ("part", "said", "why"),
    [
        (TYPES, workbooks.types(workbook="pivotTable", sharedStrings="sharedStrings"), NO_WORKBOOK),
        (TYPES, workbooks.types(workbook="sheet.main", styles="sharedStrings"), DAMAGED),
        (RELATIONS, workbooks.relations(worksheet="../../../etc/hostname"), DAMAGED),
        (RELATIONS, workbooks.relations(worksheet="http://localhost/"), DAMAGED),
        (RELATIONS, workbooks.relations(chartsheet="worksheets/sheet1.xml"), NO_WORKBOOK),
    ],
    ids=["no workbook", "other texts", "up and away", "elsewhere", "a chart"],
)
def test_parts_that_lead_elsewhere_are_refused(part: str, said: str, why: str) -> None:
    assert refusal(workbooks.zipped(workbooks.parts([["name"]]) | {part: said})).startswith(why)


@pytest.mark.parametrize("sheet", ["workbook.xml", "_rels/workbook.xml.rels"])
def test_a_part_that_is_no_sheet_has_no_rows(sheet: str) -> None:
    made = workbooks.parts([["name"]]) | {RELATIONS: workbooks.relations(worksheet=sheet)}
    assert rows(workbooks.zipped(made)) == []


@pytest.mark.parametrize("seed", range(200))
def test_a_usual_workbook_with_its_xml_broken_is_rows_or_a_reason(seed: int) -> None:
    chance = random.Random(seed)
    with zipfile.ZipFile(io.BytesIO(USUAL)) as archive:
        made = {name: bytearray(archive.read(name)) for name in archive.namelist()}
    part = made[chance.choice(sorted(made))]
    for _ in range(chance.randint(1, 3)):
        part[chance.randrange(len(part))] = chance.choice(b'\0<>"/&=0129azAZ:;{}[]-. \xff')
    assert all(number > 0 for number, _ in rows_or_reason(workbooks.zipped(made)))


def test_a_directory_of_very_many_parts_is_refused_unread() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(30_000):
            archive.writestr(str(number), "")
    assert refusal(file.getvalue()).startswith("This workbook unpacks to far more than a list holds.")


def test_a_part_that_is_longer_than_the_directory_says_is_refused() -> None:
    made = bytearray(workbooks.workbook([["name"]]))
    at = made.index(b"xl/worksheets/sheet1.xml", made.index(b"PK\x01\x02")) - 46
    assert made[at : at + 4] == b"PK\x01\x02"
    struct.pack_into("<L", made, at + 24, 10)
    assert refusal(bytes(made)).startswith("This file is damaged")
