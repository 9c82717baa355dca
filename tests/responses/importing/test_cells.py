"""What spreadsheets do to numbers, what goes wrong with a row, and the rows to mend."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import DataError
from django.test import Client
from django.urls import reverse

from accord_portal.staff.models import LogLine, User
from responses.importing import carrying_out, cells, checking, failed, steps
from responses.models import Contact, ContactImport, ImportRow
from tests import workbooks
from tests.factories import permitted
from tests.responses.importing.lists import brought_in, errors, everything, fates, let_in, looked_at

pytestmark = pytest.mark.django_db
CHANGED = "A spreadsheet may have changed it. Format the cell as text, then type it again."
LOST = "This number has lost digits. Format the cell as text, then type the whole number."


@pytest.mark.parametrize(
    ("cell", "wrong"),
    [
        ("6.42112E+11", LOST),
        ("6,42112E+11", LOST),
        ("6.4e11", LOST),
        ("6E+11", LOST),
        ("12/03/2015", f"This is a date. {CHANGED}"),
        ("2015-03-12", f"This is a date. {CHANGED}"),
        ("12-Mar", f"This is a date. {CHANGED}"),
        ("Mar-21", f"This is a date. {CHANGED}"),
        ("9:30", f"This is a time. {CHANGED}"),
        ("09:30:00 am", f"This is a time. {CHANGED}"),
        ("211234567.5", f"This is a fraction. {CHANGED}"),
        ("4/21", f"This is a fraction. {CHANGED}"),
        ("½", f"This is a fraction. {CHANGED}"),
    ],
)
def test_a_number_that_a_spreadsheet_spoiled_is_that_cell_s_error(cell: str, wrong: str, mere: User) -> None:
    row = ["Aroha", "a@example.org", cell]
    assert errors(row, heading="Name,Email,Phone", mere=mere) == [[["Phone", wrong]]]


@pytest.mark.parametrize(
    "cell",
    [
        *("021 123 456", "(04) 494-5718", "021/123 456", "04.494.5718", "+64 21 123 456", "0800 20 20 20"),
        *("04 494 5718 ext. 12", "64211234567", "021-12-34-567", "'0211234567"),
    ],
)
def test_numbers_as_people_write_them_are_taken(cell: str, mere: User) -> None:
    assert errors(["Aroha", cell], heading="Name,Phone", mere=mere) == [[]]


@pytest.mark.parametrize(
    ("xml", "kept", "wrong"),
    [
        ("<v>64211234567</v>", "64211234567", ""),
        ("<v>6.4211234567E10</v>", "64211234567", ""),
        ("<v>211234567</v>", "0211234567", ""),
        ("<v>211234567.5</v>", "", f"This is a fraction. {CHANGED}"),
        ("<v>1e400</v>", "", "This is no number, day or text that can be read. Type it again."),
        ("<v>12345678901234567</v>", "", LOST),
    ],
)
def test_a_number_in_a_workbook(xml: str, kept: str, wrong: str, mere: User) -> None:
    rows = [["name", "phone"], ["Aroha", None]]
    sheet = workbooks.parts(rows)["xl/worksheets/sheet1.xml"].replace(
        "</row></sheet", f"<c>{xml}</c></row></sheet"
    )
    found = looked_at(workbooks.workbook(rows, sheet1=sheet), mere)
    row = found.rows.get()
    assert (row.values.get("telephone", ""), row.errors) == (kept, [["phone", wrong]] if wrong else [])


@pytest.mark.parametrize(
    ("typed", "kept"), [("211234567", "0211234567"), ("44945718", "044945718"), ("0211234567", "0211234567")]
)
def test_a_zero_that_was_lost_is_put_back_and_said(typed: str, kept: str, mere: User) -> None:
    row = looked_at([["name", "phone"], ["Aroha", typed]], mere).rows.get()
    told = [["phone", "The zero at its beginning was lost. It is put back."]]
    assert (row.values["telephone"], row.notes) == (kept, told if typed != kept else [])


@pytest.mark.parametrize("typed", ["12", "n/a", "ask at the marae", "1" * 40, "0000"])
def test_as_the_only_way_a_telephone_is_one_that_can_be_rung(typed: str, mere: User) -> None:
    wrong = "This cannot be rung, and it is the only way to reach them. Write it with its area code."
    assert errors(["Aroha", typed], heading="Name,Phone", mere=mere) == [[["Phone", wrong]]]
    rows = [["Aroha", typed, "a@example.org"]]
    found = looked_at([["name", "phone", "email"], *rows], mere)
    note = "This does not look like a number to ring. It is kept as typed."
    assert (found.rows.get().values["telephone"], found.rows.get().notes) == (typed, [["phone", note]])


@pytest.mark.parametrize(
    ("cells_", "kept", "dropped"),
    [
        (["04 494 5718", "021 123 456"], "04 494 5718", "Mobile"),
        (["", "021 123 456"], "021 123 456", ""),
        (["see below", "021 123 456"], "021 123 456", "Phone"),
        (["021 123 456", "+64 21 123456"], "021 123 456", ""),
    ],
)
def test_of_two_numbers_none_is_lost_without_a_word(
    cells_: list[str], kept: str, dropped: str, mere: User
) -> None:
    row = looked_at([["name", "email", "Phone", "Mobile"], ["A", "a@example.org", *cells_]], mere).rows.get()
    assert row.values["telephone"] == kept
    assert [column for column, _ in row.notes] == [dropped] * bool(dropped)


@pytest.mark.parametrize("heading", ["Email,E-mail", "Organisation,Group", "Address,Postal address"])
def test_nor_is_anything_else_that_stands_in_two_columns(heading: str, mere: User) -> None:
    first, second = heading.split(",")
    values = ["b@example.org", "c@example.org"] if "mail" in heading else ["One", "Two"]
    content = [["name", "phone", first, second], ["A", "021 123 456", *values]]
    row = looked_at(content, mere).rows.get()
    assert row.notes == [[second, f"This is not kept: “{first}” is."]]


# --- one row that raises --------------------------------------------------------------------------


def test_a_row_that_cannot_be_read_is_put_aside_and_the_rest_goes_on(
    mere: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = cells.read

    def breaks(number: int, *args: Any, **said: Any) -> ImportRow:
        if number == 3:
            raise RecursionError
        return read(number, *args, **said)

    monkeypatch.setattr(checking.cells, "read", breaks)
    found = brought_in([["name", "email"], *([f"P{n}", f"p{n}@example.org"] for n in range(3))], mere)
    assert (found.state, fates(found)) == ("done", {2: "new", 3: "error", 4: "new"})
    assert found.rows.get(number=3).errors == [["", checking.BROKE]]


@pytest.mark.parametrize("error", [DataError, ValueError, KeyError])
def test_a_row_that_cannot_be_written_is_put_aside_and_the_rest_goes_on(
    error: type[Exception], mere: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = looked_at([["name", "email"], *([f"P{n}", f"p{n}@example.org"] for n in range(4))], mere)
    make = cells.contact

    def breaks(values: dict[str, Any]) -> Contact:
        if values["name"] == "P2":
            raise error
        return make(values)

    monkeypatch.setattr(carrying_out.cells, "contact", breaks)
    let_in(found)
    steps.go_on(found.pk)
    found.refresh_from_db()
    assert (found.state, found.fates) == ("done", {"new": 3, "error": 1})
    assert found.rows.get(number=4).errors == [["", carrying_out.PUT_ASIDE]]
    assert LogLine.objects.latest("pk").detail == "1 error, 3 new"
    assert [row[1:3] for row in mended(found)[1:]] == [["P2", "p2@example.org"]]


@pytest.mark.postgresql
def test_a_row_too_long_for_its_column_is_put_aside(mere: User) -> None:
    found = looked_at([["name", "email"], *([f"P{n}", f"p{n}@example.org"] for n in range(3))], mere)
    row = found.rows.get(number=3)
    row.values |= {"name": "x" * 300}
    row.save()
    let_in(found)
    steps.go_on(found.pk)
    found.refresh_from_db()
    assert (found.state, found.fates) == ("done", {"new": 2, "error": 1})


# --- the rows to mend -----------------------------------------------------------------------------


def mended(found: ContactImport) -> list[list[str]]:
    text = "".join(failed.download(contact_import=found, by=found.uploaded_by))
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


HEADING = ["Name", "Town", "Email", "Keep informed", ""]
LONG = "I want to be kept informed about progress in giving effect to the Accord."


def test_the_rows_to_mend_hold_what_was_typed_and_come_back(mere: User) -> None:
    content = [
        ["Name", "Town", "Email", LONG],
        ["@Home Trust", "Levin", "home at example.org", "yes"],
        ["Aroha", "Foxton", "aroha@example.org", "yes"],
        ["=SUM(1)", "Levin", "sum@example.org", "perhaps"],
        ["Bo", "1 High St", " Levin", "bo@example.org", "yes"],
    ]
    found = brought_in(content, mere)
    rows = mended(found)
    assert rows[0] == ["What to fix", "Name", "Town", "Email", LONG]
    assert rows[1] == [
        "Email: This is not an email address. Write it like name@example.org.",
        "'@Home Trust",
        "Levin",
        "home at example.org",
        "yes",
    ]
    assert rows[2][1:] == ["'=SUM(1)", "Levin", "sum@example.org", "perhaps"]
    assert rows[3][1:] == ["Bo", "1 High St", "Levin", "bo@example.org", "yes"]
    rows[1][3], rows[3][2:] = "home@example.org", ["1 High St", "bo@example.org", "yes"]
    again = brought_in(text_of(rows), mere)
    assert fates(again) == {2: "new", 3: "error", 4: "new"}
    assert sorted(Contact.objects.values_list("name", flat=True)) == ["@Home Trust", "Aroha", "Bo"]


def text_of(rows: Sequence[Sequence[str]]) -> bytes:
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def test_a_row_too_long_to_keep_is_kept_not_at_all(mere: User) -> None:
    long = ["x" * 4000] * 6
    found = looked_at([["name", "email", *"abcdef"], ["A", "nobody", *long], ["B", "nobody", "", ""]], mere)
    assert [row[1] for row in mended(found)[1:]] == ["B"]


FAILED = "admin:responses_contactimport_failed"


def test_only_who_may_see_details_and_bring_lists_in_has_the_rows_to_mend(client: Client, mere: User) -> None:
    found = looked_at([["name", "email"], ["Aroha", "nobody"]], mere)
    url = reverse(FAILED, args=[found.pk])
    powers = ["responses.add_contactimport", "responses.view_contactimport", "responses.see_contact_details"]
    for power in powers:
        client.force_login(permitted(power, "responses.view_contactimport"))
        assert client.post(url).status_code == 403
    assert set(LogLine.objects.values_list("act", flat=True)) == {"refused"}
    client.force_login(permitted(*powers))
    assert client.get(url).status_code == 302
    assert set(LogLine.objects.values_list("act", flat=True)) == {"refused"}
    response = client.post(url)
    assert b"nobody" in b"".join(response.streaming_content)
    line = LogLine.objects.get(act="exported")
    assert (line.kind, line.key) == ("responses.contactimport", found.pk)


def test_nothing_of_a_list_changes_by_taking_the_rows_to_mend(mere: User) -> None:
    found = looked_at([["name", "email"], ["Aroha", "nobody"]], mere)
    before = everything()
    mended(found)
    assert everything() == before
