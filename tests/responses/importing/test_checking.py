"""A list is uploaded and looked at: what is read from its rows, and what is wrong with them."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import IntegrityError

from accord_portal.staff.models import User
from responses.importing import overview, steps
from responses.models import (
    Contact,
    ContactImport,
    ImportPart,
    ImportRow,
    Involvement,
)
from tests import workbooks
from tests.responses.importing.lists import brought_in, errors, looked_at, matched, text_of, uploaded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

State = ContactImport.State


def test_the_file_is_kept_in_pieces_until_it_is_looked_at(
    mere: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "PART_BYTES", 10)
    content = text_of([["name", "email"], ["Aroha", "aroha@example.org"]])
    file = UploadedFile(io.BytesIO(content), name="list.csv", size=len(content))
    found = steps.upload(file=file, source="s", basis="none", by=mere)
    pieces = [bytes(part.content) for part in found.parts.all()]
    assert (found.state, len(pieces), pieces[0]) == (State.UPLOADED, 4, b"name,email")
    found = matched(found, mere)
    assert (found.state, found.rows_in_all, ImportPart.objects.count()) == (State.CHECKED, 1, 0)
    assert Contact.objects.count() == 0


def test_a_name_no_database_takes_is_cleaned(mere: User) -> None:
    file = SimpleUploadedFile("x", b"name,email")
    file._name = "a\0b\ud800" + "c" * 300 + ".csv"
    found = steps.upload(file=file, source="s", basis="none", by=mere)
    assert (len(found.file_name), found.file_name[-5:]) == (200, "c.csv")


@pytest.mark.parametrize(
    "heading",
    [
        "name,organisation,email,telephone,postal address,keep informed",
        "FULL NAME,Organization,E-mail,Mobile,Address,keep_informed",
        "Contact_Name:,Group,Email Address*,Phone Number,Mailing address,"
        '"I want to be kept informed about progress in giving effect to the Accord."',
    ],
)
def test_headings_are_read_in_any_spelling_and_order(heading: str, mere: User) -> None:
    names = next(csv.reader([heading]))
    row = ["Hēmi  Walker", "Hapori Trust", "Hemi@Example.org ", "021 123 456", "1 High St\nLevin", "Y"]
    brought_in([[*names[::-1], "Shoe size"], [*row[::-1], "12"]], mere)
    contact = Contact.objects.get()
    assert [contact.name, contact.organisation, contact.email, contact.mailbox, contact.telephone_e164] == [
        "Hēmi Walker",
        "Hapori Trust",
        "Hemi@Example.org",
        "hemi@example.org",
        "+6421123456",
    ]
    assert contact.postal_address == "1 High St\nLevin"
    assert [i.purpose for i in contact.involvements.waiting()] == ["keep_informed"]
    last = ContactImport.objects.get().columns[-1]
    assert (last["heading"], last["holds"], last["samples"]) == ("Shoe size", "", [])


def test_a_name_in_two_columns_is_put_together_and_an_office_goes_by_its_own(mere: User) -> None:
    heading = ["Surname", "First name", "Organisation", "Email", "Phone", "Mobile"]
    rows = [
        ["Ngata", "Aroha", "Trust", "a@example.org", "", "021 123 456"],
        ["", "", "Fono", "f@example.org"],
    ]
    brought_in([heading, *rows], mere)
    people = Contact.objects.order_by("pk").values_list("name", "organisation", "telephone")
    assert list(people) == [("Aroha Ngata", "Trust", "021 123 456"), ("Fono", "", "")]


@pytest.mark.parametrize(
    ("content", "basis", "why"),
    [
        (b"", "none", "The file is empty."),
        (b"\n , \n", "none", "The file is empty."),
        (b"name,email\n", "none", "The list has headings and nothing else."),
        (b"Aroha,aroha@example.org\nBo,b@example.org\n", "none", "The first row holds an email address"),
        (b"name," * 300, "none", "The list has more than 200 columns."),
        ("name\nHēmi".encode("cp1257"), "none", "This file is not in UTF-8"),
        (
            workbooks.workbook([["name"]], sheet1=" " * 50_000_000),
            "none",
            "This workbook unpacks to far more",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_in_plain_words(
    content: bytes, basis: str, why: str, mere: User
) -> None:
    found = looked_at(content, mere, basis)
    assert (found.state, found.trouble[: len(why)]) == (State.REFUSED, why)
    assert (ImportPart.objects.count(), ImportRow.objects.count(), found.fates) == (0, 0, {})


def test_more_rows_than_the_limit_are_refused_and_forgotten(
    mere: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "MAX_ROWS", 3)
    found = looked_at([["name", "email"], *([f"P{n}", f"p{n}@example.org"] for n in range(4))], mere)
    assert (found.state, found.trouble) == (
        State.REFUSED,
        "The list has more than 3 rows. Split it, and upload part by part.",
    )
    assert ImportRow.objects.count() == 0


def test_what_says_that_people_were_asked_says_what(mere: User) -> None:
    with pytest.raises(IntegrityError):
        uploaded(b"name", mere, "express", basis_detail="")


def test_each_error_names_its_column_and_repeats_nothing(mere: User) -> None:
    assert errors(
        ["Aroha", "aroha@@example", "", "", ""],
        ["", "b@example.org", "", "", ""],
        ["Cilla", "", "", "yes", ""],
        ["Dan", "d@example.org", "", "perhaps", ""],
        ["=1+1", "e@example.org", "", "", ""],
        ["F" * 201, "f@example.org", "x" * 61, "maybe", "b" * 401],
        ["G" * 6000, "g@example.org", "", "", ""],
        ["H", "h@example.org", "", "", "yes"],
        ["I\0", "i@[127.0.0.1]", "", "", ""],
        mere=mere,
    ) == [
        [["Email", "This is not an email address. Write it like name@example.org."]],
        [["Name", "The name is missing, and so is the organisation. Fill in one."]],
        [
            [
                "Email address",
                "The email address is missing, and so are telephone and postal address. Fill in one.",
            ]
        ],
        [["Keep informed", "This says neither yes nor no. Write one of the two."]],
        [["Name", "A formula stands here. Put its value in its place."]],
        [
            ["Name", "This is longer than 200 characters. Shorten it."],
            ["Phone", "This is longer than 60 characters. Shorten it."],
            ["Keep informed", "This says neither yes nor no. Write one of the two."],
            ["Basis", "This is longer than 400 characters. Shorten it."],
        ],
        [["Name", "This holds more than 5,000 characters. Shorten it."]],
        [["Basis", "This says only Yes. Write what the person was asked, and when."]],
        [
            ["Name", "This holds a character that cannot be kept. Type it again."],
            ["Email", "This is not an email address. Write it like name@example.org."],
        ],
    ]
    kept = ImportRow.objects.order_by().values_list("values", "mailbox", "likeness").distinct()
    assert list(kept) == [({}, "", "")]


def test_what_is_wrong_in_a_column_that_is_ignored_is_no_error(mere: User) -> None:
    assert errors(["Aroha", "a@example.org", "=1"], heading="Name,Email,Sum", mere=mere) == [[]]


def test_a_row_whose_marks_do_not_match_has_no_column(mere: User) -> None:
    found = looked_at(b'name,email\n"A" B,a@example.org\n', mere)
    assert found.rows.get().errors == [
        ["", "The quotation marks in this row do not match. Put two where you mean one."]
    ]


def test_beside_an_address_a_telephone_that_cannot_be_read_is_kept_as_typed(mere: User) -> None:
    rows = [["Aroha", "ask at the marae", "a@example.org"], ["Mere", "+64 4 494 5718", ""]]
    brought_in([["name", "phone", "email"], *rows], mere)
    people = Contact.objects.order_by("pk").values_list("telephone", "telephone_e164")
    assert list(people) == [("ask at the marae", ""), ("+64 4 494 5718", "+6444945718")]


@pytest.mark.parametrize(
    ("cell", "yes"),
    [(word, True) for word in ("yes", "Y", "TRUE", "1", " x ")]
    + [(word, False) for word in ("no", "N", "False", "0", "", "-")],
)
def test_yes_and_no_in_the_words_people_use(cell: str, yes: bool, mere: User) -> None:
    brought_in([["name", "email", "give advice"], ["Aroha", "a@example.org", cell]], mere)
    assert Involvement.objects.waiting().exists() is yes
