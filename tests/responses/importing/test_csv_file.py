"""Lists as text: the rows with their numbers, or a reason in plain words."""

import pytest

from responses.importing import rows as lists
from responses.importing.rows import FORMULA, NO_TEXT, TOO_LONG, Unfit
from tests import workbooks
from tests.responses.importing.files import refusal, rows

HEADING = "name,email\n"

AROHA = ["Aroha", "aroha@example.org"]


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
