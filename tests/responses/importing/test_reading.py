"""What a file holds, whatever its bytes: the rows with their numbers, or a reason in plain words."""

import datetime as dt
import io
import random
import struct
import tracemalloc
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from responses.importing import reading, unpacking, workbook
from responses.importing import rows as lists
from responses.importing.rows import (
    ERROR_VALUE,
    FORMULA,
    LOST_DIGITS,
    NO_TEXT,
    TOO_LONG,
    UNREADABLE,
    Converted,
    Layout,
    Refused,
    Row,
    Unfit,
)
from tests import workbooks

HEADING = "name,email\n"
AROHA = ["Aroha", "aroha@example.org"]


def rows(content: bytes) -> list[tuple[int, Row]]:
    return list(reading.rows(io.BytesIO(content)))


def refusal(content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        rows(content)
    return str(refused.value)


# --- text ------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_text_is_read_as_people_save_it(encoding: str, delimiter: str, end: str) -> None:
    lines = ["name,email", 'Hēmi,"hemi@example.org"', "", " , ", '"Ngāio, or ""N""",n@example.org']
    text = end.join(line.replace(",", delimiter) for line in lines)
    assert rows(text.encode(encoding)) == [
        (1, ["name", "email"]),
        (2, ["Hēmi", "hemi@example.org"]),
        (5, [f'Ngāio{delimiter} or "N"', "n@example.org"]),
    ]


@pytest.mark.parametrize(
    ("head", "first"),
    [
        (b"\nname;email\n", 2),
        (b"\r\n;\r\n\r\nname;email\r\n", 4),
        (b"sep=;\nname;email\n", 1),
        (b"\xef\xbb\xbfSEP=;\r\nname;email\r\n", 1),
        (b'"sep=;"\nname;email\n', 1),
        (b'sep=;\n"name";email\n', 1),
    ],
)
def test_what_stands_above_the_headings_does_not_hide_them(head: bytes, first: int) -> None:
    content = head + b'Aroha;"a@example.org"\n'
    assert rows(content) == [(first, ["name", "email"]), (first + 1, ["Aroha", "a@example.org"])]


@pytest.mark.parametrize(
    ("delimiter", "heading", "cells"),
    [
        (";", '"Name (family, given)";"Email, work"', ["Name (family, given)", "Email, work"]),
        (";", "Name (family, given);Email, work, or home", ["Name (family, given)", "Email, work, or home"]),
        (";", '"Name\n(family, given, other)";"Email"', ["Name\n(family, given, other)", "Email"]),
        (",", '"Name; all of it","Email; work"', ["Name; all of it", "Email; work"]),
        ("\t", "Name, all of it\tEmail; work; home", ["Name, all of it", "Email; work; home"]),
    ],
)
def test_a_heading_may_hold_the_other_separators(delimiter: str, heading: str, cells: list[str]) -> None:
    content = f"{heading}\nAroha{delimiter}a@example.org\nBo{delimiter}b@example.org\n"
    found = [row for _, row in rows(content.encode())]
    assert found == [cells, ["Aroha", "a@example.org"], ["Bo", "b@example.org"]]


@pytest.mark.parametrize("name", ["José", "Müller & Söhne", "O’Brien – Ann", "Åse"])
def test_an_older_code_page_is_read_where_it_leaves_no_doubt(name: str) -> None:
    assert rows(f"name,email\r\n{name},x\r\n".encode("cp1252"))[1] == (2, [name, "x"])


@pytest.mark.parametrize(
    ("name", "page"),
    [
        *(("François", page) for page in ("cp1252", "cp850", "mac-roman")),
        *(("Hēmi", page) for page in ("cp1257", "iso-8859-13")),
        ("Zoë", "cp1252"),
        ("José", "cp850"),
        ("José", "mac-roman"),
    ],
)
def test_an_older_code_page_in_doubt_is_refused(name: str, page: str) -> None:
    assert refusal(f"name,email\n{name},x\n".encode(page)).startswith("This file is not in UTF-8")


def test_a_cell_may_hold_several_lines() -> None:
    assert rows(b'name,address\nJo,"1 High St\nLevin"\nMo,Levin') == [
        (1, ["name", "address"]),
        (2, ["Jo", "1 High St\nLevin"]),
        (3, ["Mo", "Levin"]),
    ]


@pytest.mark.parametrize("content", [b"", b"\n\n", b" \r\n,,\n", "\ufeff".encode()])
def test_an_empty_file_has_no_rows(content: bytes) -> None:
    assert rows(content) == []


@pytest.mark.parametrize(
    "content",
    [
        "name\nHēmi\n".encode("cp1257"),
        ("name\n" + "Aroha\n" * 100_000 + "Hēmi").encode("iso-8859-13"),
        "name\nHēmi\n".encode("utf-16-le"),
        "name\nHēmi\n".encode("utf-32"),
        b"name\n\xed\xa0\x80\n",
        b"\xff\xfen\x00a\x00\x00\xd8\n\x00",
    ],
    ids=["Baltic", "far down", "UTF-16 without a mark", "UTF-32", "half a pair", "half a pair in UTF-16"],
)
def test_other_encodings_are_told_how_to_be_saved(content: bytes) -> None:
    assert refusal(content) == (
        "This file is not in UTF-8, so names would be garbled."
        " In Excel choose “Save as” and the type “CSV UTF-8”, then upload that."
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "This is an old Excel workbook (.xls), or one"),
        (b"%PDF-1.7 \n", "This is not a list of rows and columns."),
        (b"<html><table><tr><td>name", "This is not a list of rows and columns."),
        (b"\x1f\x8b\x08\x00", "This is not a list of rows and columns."),
        (b"PK\x05\x06" + b"\0" * 18, "This file is damaged, or is not what it seems to be."),
        (b"PK\x03\x04rubbish", "This is not an Excel workbook (.xlsx)."),
        (workbooks.zipped({"word/document.xml": "<a/>"}), "This file is damaged, or is not"),
    ],
)
def test_what_is_no_list_is_known_by_its_content(content: bytes, why: str) -> None:
    assert refusal(content).startswith(why)


@pytest.mark.parametrize(
    "cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(A1)", "\t=1", "\tJo", " =1", "=", '"=1"']
)
def test_a_formula_in_text_is_no_value(cell: str) -> None:
    assert rows(f"{HEADING}{cell},x\n".encode())[1] == (2, [FORMULA, "x"])


@pytest.mark.parametrize(
    "cell", ["+64 4 494 5718", "+64-21/123 456 ext. 7", "(04) 494 5718", "-", "+6444945718x2"]
)
def test_a_telephone_number_is_no_formula(cell: str) -> None:
    assert rows(f"{HEADING}{cell},x\n".encode())[1] == (2, [cell, "x"])


@pytest.mark.parametrize(
    "name",
    [
        *("@Home Trust", "+Plus Youth", "-Dash- Collective", "= Equal Voices", "=Equal Voices"),
        *("@Home (Inc)", "- Tūhoe & Co.", "+Ōtaki", "@rangatahi, Levin"),
    ],
)
def test_a_name_that_begins_with_a_mark_is_no_formula(name: str) -> None:
    assert rows(f'{HEADING}"{name}",x\n'.encode())[1] == (2, [name, "x"])
    assert rows(f'{HEADING}"\'{name}",x\n'.encode())[1] == (2, [name, "x"])


@pytest.mark.parametrize(
    "cell", ["=A1", "=SUM(A1:A9)", "@A1", "=Sheet1!A1", '=HYPERLINK("x")', "=cmd|x", "-A1*2", "=name+1"]
)
def test_what_a_spreadsheet_works_out_is_a_formula(cell: str) -> None:
    quoted = cell.replace('"', '""')
    ((_, _), (_, row)) = rows(f'{HEADING}"{quoted}",x\n'.encode())
    assert (row[0], row[0].typed) == (FORMULA, (cell,))


def test_a_number_kept_as_text_is_that_text() -> None:
    assert rows(f'{HEADING}="0211234567",x\n'.encode())[1] == (2, ["0211234567", "x"])


@pytest.mark.parametrize("quoted", [True, False])
def test_a_cell_of_ten_megabytes_is_wrong_and_the_next_row_is_not(quoted: bool) -> None:
    long = "a" * 10_000_000
    cell = f'"{long}, ""b""","c"' if quoted else long
    found = rows(f"{HEADING}{cell}\nAroha,aroha@example.org\n".encode())
    assert [found[1][1][0], found[2]] == [TOO_LONG, (3, AROHA)]


def test_nul_is_no_text() -> None:
    assert rows(f"{HEADING}A\0B,x\n".encode())[1] == (2, [NO_TEXT, "x"])


@pytest.mark.parametrize("lines", [3, 100_000])
def test_a_mark_that_is_never_closed_swallows_nothing_silently(lines: int) -> None:
    content = f'{HEADING}Jo,jo@example.org\n"Mo,mo@example.org\n' + "Aroha,aroha@example.org\n" * lines
    assert refusal(content.encode()).startswith("A quotation mark opens a cell in row 3 that has no end")


def test_rows_without_end_made_of_short_cells_are_refused() -> None:
    content = HEADING.encode() + b'"a\n",' * 2_000_000
    assert refusal(content).startswith("A quotation mark opens a cell in row 2")


def test_marks_that_do_not_match_are_the_row_s_own_error() -> None:
    found = rows(f'{HEADING}"Smith" Ltd,x\nAroha,aroha@example.org\n'.encode())
    assert found[1:] == [
        (2, Unfit("The quotation marks in this row do not match. Put two where you mean one.")),
        (3, AROHA),
    ]


def test_a_row_with_more_cells_than_headings_is_wrong() -> None:
    found = rows(f"{HEADING}Jo,1 High Street, Levin\nAroha,aroha@example.org,,\n".encode())
    wrong = Unfit("This row has more cells than headings. A cell with a comma needs quotation marks.")
    assert found[1:] == [(2, wrong), (3, [*AROHA, "", ""])]


@pytest.mark.parametrize("content", [b"a," * 1_000_000, workbooks.workbook([["a"] * 500])])
def test_of_very_many_columns_one_more_than_the_most_is_read(content: bytes) -> None:
    ((_, row),) = rows(content)
    assert len(row) == lists.MAX_COLUMNS + 1


# --- workbooks -------------------------------------------------------------------------------


def cells(xml: str, *shared: str) -> Row:
    """The cells of a sheet with one row."""
    content = workbooks.workbook([shared], sheet1=workbooks.sheet(f'<row r="1">{xml}</row>'))
    ((_, row),) = rows(content)
    return row


def test_a_workbook_is_read_whatever_it_says_of_its_size() -> None:
    content = workbooks.workbook([["name", "email"], ["Hēmi & Co", "hemi@example.org"], [], [None, "x"]])
    assert rows(content) == [(1, ["name", "email"]), (2, ["Hēmi & Co", "hemi@example.org"]), (4, ["", "x"])]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("<c><v>21123456</v></c>", "21123456"),
        ("<c><v>2.1123456E7</v></c>", "21123456"),
        ("<c><v>1.5</v></c>", "1.5"),
        ("<c><v>1E-7</v></c>", "1e-07"),
        ('<c t="b"><v>1</v></c>', "true"),
        ('<c t="b"><v>0</v></c>', "false"),
        ('<c t="str"><v>text</v></c>', "text"),
        ('<c s="1"><v>42350</v></c>', "12 December 2015"),
        ('<c s="1"><v>99999999999</v></c>', UNREADABLE),
        ('<c t="d"><v>2015-12-12</v></c>', "12 December 2015"),
        ('<c t="s"><v>0</v></c>', "shared"),
        (
            '<c t="inlineStr"><is><r><t>Tū</t></r><rPh sb="0" eb="1"><t>x</t></rPh><r><t>a</t></r></is></c>',
            "Tūa",
        ),
        ('<c t="e"><v>#N/A</v></c>', ERROR_VALUE),
        ('<c t="str"><f>1+1</f><v>2</v></c>', FORMULA),
        ("<c><f>WEBSERVICE(1)</f></c>", FORMULA),
        ('<c r="A1"><f t="shared" ref="A1:A9" si="0">1+1</f><v>2</v></c>', FORMULA),
        ('<c r="A1"><f t="array" ref="A1">1+1</f><v>2</v></c>', FORMULA),
        ('<c t="str"><v>@Home Trust</v></c>', "@Home Trust"),
        (f'<c t="str"><v>{"a" * 1_000_000}</v></c>', TOO_LONG),
        ("<c><v>1e400</v></c>", UNREADABLE),
        ("<c><v>-1e400</v></c>", UNREADABLE),
        ("<c><v>NaN</v></c>", UNREADABLE),
        ("<c><v>twelve</v></c>", UNREADABLE),
        ("<c><v>64211234567</v></c>", "64211234567"),
        ("<c><v>64211234567.0</v></c>", "64211234567"),
        ("<c><v>6.4211234567E10</v></c>", "64211234567"),
        ("<c><v>1234567890123456</v></c>", LOST_DIGITS),
        ("<c><v>1E+300</v></c>", LOST_DIGITS),
        ('<c s="1"><v>-99999999</v></c>', UNREADABLE),
        ('<c s="1"><v>1e400</v></c>', UNREADABLE),
        ('<c s="9"><v>1</v></c>', UNREADABLE),
        ('<c t="d"><v>2015-02-30</v></c>', UNREADABLE),
        ('<c t="d"><v>yesterday</v></c>', UNREADABLE),
        ('<c t="e"><v>#REF!</v></c>', ERROR_VALUE),
        ("<c><f>A2</f></c>", FORMULA),
        ("""<c t="str"><v>'@Home Trust</v></c>""", "@Home Trust"),
    ],
)
def test_each_kind_of_cell_is_read_as_people_see_it(cell: str, read: str | Unfit) -> None:
    assert cells(cell, "shared") == [read]


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ('<c s="1"><v>42350</v></c>', "a date"),
        ('<c s="1"><v>0.5</v></c>', "a time"),
        ('<c t="d"><v>2015-12-12T09:30:00</v></c>', "a date"),
        ('<c t="d"><v>09:30:00</v></c>', "a time"),
        ("<c><v>0.5</v></c>", "a fraction"),
        ('<c t="b"><v>1</v></c>', "a yes or no"),
    ],
)
def test_what_a_workbook_holds_as_something_else_says_as_what(cell: str, kind: str) -> None:
    (found,) = cells(cell)
    assert isinstance(found, Converted)
    assert found.kind == kind


def test_one_bad_cell_is_that_cell_and_no_other() -> None:
    bad = "".join(f"<c>{cell}</c>" for cell in ("<v>1e400</v>", "<v>x</v>", "<v>5</v>", "<f>A1</f>"))
    row = f'<row r="2">{bad}<c s="1"><v>99999999999</v></c><c t="str"><v>Aroha</v></c></row>'
    content = workbooks.workbook([], sheet1=workbooks.sheet(f"{row}<row><c><v>7</v></c></row>"))
    assert rows(content) == [(2, [UNREADABLE, UNREADABLE, "5", FORMULA, UNREADABLE, "Aroha"]), (3, ["7"])]


def test_what_a_workbook_hides_is_said() -> None:
    book = usual()
    sheet, layout = book["List"], Layout()
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    found = list(reading.rows(io.BytesIO(saved(book)), layout))
    assert [number for number, _ in found] == [1, 2, 3]
    assert layout == Layout("List", ["Sheet (hidden)", "Another"], {1}, {3})


def test_a_long_shared_text_is_cut_and_wrong() -> None:
    assert rows(workbooks.workbook([["a" * 1_000_000, "b"]])) == [(1, [TOO_LONG, "b"])]


def saved(book: openpyxl.Workbook) -> bytes:
    """The workbook as openpyxl writes it."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def usual() -> openpyxl.Workbook:
    """A workbook with something of everything: a hidden sheet first, days, merged cells, a chart sheet."""
    book = openpyxl.Workbook()
    book.active.sheet_state = "hidden"
    book.active.append(["not this one"])
    book.create_chartsheet("Chart")
    sheet = book.create_sheet("List")
    sheet.append(["name", "email", "joined", "at", "yes", "sum", "number"])
    joined, at = dt.datetime(2015, 12, 12, 23, 30), dt.time(9, 30)
    sheet.append(["Hēmi_x000D_\nTe Ao", "hemi@example.org", joined, at, True, "=1+1", 6421123456])
    sheet.append(["A group", "group@example.org", dt.date(2015, 12, 12), "", False, "", 1.5])
    sheet["B2"].hyperlink = "mailto:hemi@example.org"
    sheet.merge_cells("A3:A4")
    book.create_sheet("Another").append(["nor this one"])
    return book


def test_the_first_sheet_that_is_seen_is_read_as_people_see_it() -> None:
    day = "12 December 2015"
    assert rows(saved(usual())) == [
        (1, ["name", "email", "joined", "at", "yes", "sum", "number"]),
        (2, ["Hēmi\nTe Ao", "hemi@example.org", day, "09:30:00", "true", FORMULA, "6421123456"]),
        (3, ["A group", "group@example.org", day, "", "false", "", "1.5"]),
    ]


def test_a_workbook_without_a_sheet_that_is_seen_is_no_list() -> None:
    book = usual()
    del book["List"], book["Another"]
    assert refusal(saved(book)).startswith("This is not an Excel workbook (.xlsx).")


def test_a_sheet_need_not_say_its_size() -> None:
    bare = workbooks.sheet('<row r="2"><c t="str"><v>name</v></c></row>').replace('<dimension ref="A1"/>', "")
    assert rows(workbooks.workbook([], sheet1=bare)) == [(2, ["name"])]


def test_a_cell_far_to_the_right_or_before_the_others_loses_nobody() -> None:
    there = '<c r="XFD1" t="str"><v>far</v></c><c r="B1" t="str"><v>b</v></c><c r="A1" t="str"><v>a</v></c>'
    assert cells(there) == ["a", "b"]


USUAL = saved(usual())


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


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("[Content_Types].xml", workbooks.types(workbook="pivotTable", sharedStrings="sharedStrings")),
        ("[Content_Types].xml", workbooks.types(workbook="sheet.main", styles="sharedStrings")),
        ("xl/_rels/workbook.xml.rels", workbooks.relations(worksheet="workbook.xml")),
        ("xl/_rels/workbook.xml.rels", workbooks.relations(worksheet="_rels/workbook.xml.rels")),
        ("xl/_rels/workbook.xml.rels", workbooks.relations(worksheet="../../../etc/hostname")),
        ("xl/_rels/workbook.xml.rels", workbooks.relations(worksheet="http://localhost/")),
        ("xl/_rels/workbook.xml.rels", workbooks.relations(chartsheet="worksheets/sheet1.xml")),
    ],
    ids=["no workbook", "other texts", "itself", "its relations", "up and away", "elsewhere", "a chart"],
)
def test_parts_that_lead_elsewhere_are_no_rows(part: str, said: str) -> None:
    made = workbooks.parts([["name"]]) | {part: said}
    with suppress(Refused):
        assert rows(workbooks.zipped(made)) == []


@pytest.mark.parametrize("seed", range(200))
def test_a_usual_workbook_with_its_xml_broken_is_rows_or_a_reason(seed: int) -> None:
    chance = random.Random(seed)
    with zipfile.ZipFile(io.BytesIO(USUAL)) as archive:
        made = {name: bytearray(archive.read(name)) for name in archive.namelist()}
    part = made[chance.choice(sorted(made))]
    for _ in range(chance.randint(1, 3)):
        part[chance.randrange(len(part))] = chance.choice(b'\0<>"/&=0129azAZ:;{}[]-. \xff')
    with suppress(Refused):
        assert all(number > 0 for number, _ in rows(workbooks.zipped(made)))


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


@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"name,email\n", b"<"]))
def test_no_bytes_at_all_are_anything_but_rows_or_a_reason(content: bytes, head: bytes) -> None:
    try:
        found = rows(head + content)
    except Refused:
        return
    assert all(number > 0 for number, _ in found)


@given(st.data())
def test_a_workbook_with_any_byte_changed_is_rows_or_a_reason(data: st.DataObject) -> None:
    content = bytearray(USUAL)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Refused):
        rows(bytes(content))


@given(
    st.lists(st.lists(st.text(st.characters(codec="utf-8"), max_size=8), min_size=1, max_size=3), max_size=4)
)
def test_what_stands_in_a_workbook_comes_out(texts: Sequence[Sequence[str]]) -> None:
    storable = [[c.replace("\r", "") if c.isprintable() else "" for c in row] for row in texts]
    found = dict(rows(workbooks.workbook([[c or None for c in row] for row in storable])))
    for number, row in enumerate(storable, 1):
        if any(cell.strip() for cell in row):
            width = max(place for place, cell in enumerate(row) if cell) + 1
            assert found[number] == row[:width]
