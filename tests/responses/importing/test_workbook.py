"""Workbooks: each cell as people see it, and what is hidden is said."""

import io

import pytest

from responses.importing import reading
from responses.importing.rows import (
    ERROR_VALUE,
    FORMULA,
    LOST_DIGITS,
    TOO_LONG,
    UNREADABLE,
    Converted,
    Layout,
    Unfit,
)
from tests import workbooks
from tests.responses.importing.files import cells, refusal, rows, saved, usual


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
