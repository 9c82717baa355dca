"""A list is uploaded, looked at, brought in: what becomes of each row, and that nothing happens twice."""

import csv
import datetime as dt
import io
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.clock import now
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import LogLine, User
from responses.importing import carrying_out, checking, overview, steps
from responses.models import (
    Activity,
    Consent,
    Contact,
    ContactImport,
    ImportPart,
    ImportRow,
    Involvement,
    Suppression,
)
from responses.people import suppressions
from tests import workbooks
from tests.clock import NOON
from tests.factories import ConsentFactory, ContactFactory, received, subscriber

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ASKED = "Asked on the form of 2011"
State = ContactImport.State
List = Sequence[Sequence[str]]


def text_of(rows: List) -> bytes:
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue().encode()


def uploaded(content: bytes | List, mere: User, basis: str = "express", **said: str) -> ContactImport:
    file = SimpleUploadedFile("list.csv", content if isinstance(content, bytes) else text_of(content))
    said = {"source": "The register of 2011", "basis_detail": ASKED, **said}
    return steps.upload(file=file, basis=basis, by=mere, **said)


def matched(found: ContactImport, mere: User, **holds: str) -> ContactImport:
    """The list with its columns matched as they are guessed, or as told by their headings, and looked at."""
    steps.go_on(found.pk)
    found.refresh_from_db()
    if found.state == State.MATCHING:
        said = [holds.get(column["heading"], column["holds"]) for column in found.columns]
        steps.match(contact_import=found, holds=said, by=mere)
        steps.go_on(found.pk)
        found.refresh_from_db()
    return found


def to_be_looked_at(content: bytes | List, mere: User) -> ContactImport:
    """A list whose columns are matched as they are guessed."""
    found = uploaded(content, mere)
    steps.go_on(found.pk)
    found.refresh_from_db()
    steps.match(contact_import=found, holds=[c["holds"] for c in found.columns], by=mere)
    return found


def looked_at(content: bytes | List, mere: User, basis: str = "express", **said: str) -> ContactImport:
    return matched(uploaded(content, mere, basis, **said), mere)


def brought_in(content: bytes | List, mere: User, basis: str = "express", **said: str) -> ContactImport:
    found = looked_at(content, mere, basis, **said)
    steps.approve(contact_import=found, by=mere)
    steps.go_on(found.pk)
    found.refresh_from_db()
    return found


def fates(found: ContactImport) -> dict[int, str]:
    return dict(found.rows.values_list("number", "fate"))


def errors(
    *rows: Sequence[str], mere: User, basis: str = "express", heading: str = ""
) -> list[list[list[str]]]:
    """What is wrong with each row of a list."""
    names = heading.split(",") if heading else ["Name", "Email", "Phone", "Keep informed", "Basis"]
    found = looked_at([names, *rows], mere, basis)
    assert found.state == State.CHECKED, found.trouble
    return [row.errors for row in found.rows.order_by("number")]


def everything() -> dict[str, list[Any]]:
    """All that an import may change, the import itself and the log aside."""
    models = [Contact, Consent, Involvement, Activity, Suppression, OutgoingMail]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


# --- the list as it is uploaded ----------------------------------------------------------------


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


# --- what is wrong, by row and column ------------------------------------------------------------


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


# --- what becomes of a row -----------------------------------------------------------------------

HEADING = ["name", "email", "keep informed", "give advice"]


def test_a_new_contact_waits_to_be_asked(mere: User) -> None:
    found = brought_in([HEADING, ["Aroha", "aroha@example.org", "yes", "no"]], mere)
    contact = Contact.objects.get()
    assert (found.state, found.fates, fates(found)) == (State.DONE, {"new": 1}, {2: "new"})
    assert (contact.created_at, contact.restricted_at, contact.email_confirmed_at) == (NOON, None, None)
    line = Consent.objects.get()
    assert (line.contact, line.purpose, line.decision, line.source, line.recorded_by, line.recorded_at) == (
        contact,
        "keep_informed",
        "given",
        "import",
        mere,
        NOON,
    )
    assert line.message == f"Import {found.pk}: {ASKED}"
    involvement = contact.involvements.get()
    assert (involvement.consent, involvement.since_at, involvement.confirmed_at) == (line, NOON, None)
    activity = Activity.objects.get()
    assert (activity.contact, activity.kind, activity.text, activity.done_by) == (
        contact,
        "imported",
        f"The register of 2011 (import {found.pk})",
        mere,
    )
    assert not Involvement.objects.permitting("keep_informed").exists()
    assert OutgoingMail.objects.count() == 0


def test_without_a_basis_nobody_is_written_to_and_no_yes_counts(mere: User) -> None:
    heading = [*HEADING, "basis"]
    rows = [
        ["Aroha", "a@example.org", "yes", "", ""],
        ["Bo", "b@example.org", "yes", "", "Signed up at the hui of 2014"],
        ["Cilla", "c@example.org", "yes", "", "None"],
    ]
    found = brought_in([heading, *rows], mere, "by_row")
    assert fates(found) == {2: "new_unwritten", 3: "new", 4: "new_unwritten"}
    assert list(Contact.objects.order_by("pk").values_list("restricted_because", "restricted_at")) == [
        ("no_basis", NOON),
        ("", None),
        ("no_basis", NOON),
    ]
    assert Consent.objects.get().message == f"Import {found.pk}: Signed up at the hui of 2014"
    assert brought_in([heading, ["Dan", "d@example.org", "yes", "", "Hui"]], mere, "none").fates == {
        "new_unwritten": 1
    }


def test_what_is_known_is_never_overwritten_and_only_what_was_never_said_is_added(mere: User) -> None:
    received("keep_informed", name="Aroha Ngata", organisation="Trust", email="aroha@example.org")
    quiet = ContactFactory(name="Quiet", email="quiet@example.org")
    ConsentFactory(contact=quiet, purpose="keep_informed", decision="declined")
    rows = [
        ["A. N. Other", "Aroha@example.org", "yes", "yes"],
        ["Q", "quiet@example.org", "yes", "yes"],
        ["Q", "QUIET@example.org", "yes", "yes"],
    ]
    found = brought_in([HEADING, *rows], mere)
    assert fates(found) == {2: "known", 3: "adds", 4: "repeated"}
    assert sorted(Contact.objects.values_list("name", "organisation")) == [
        ("Aroha Ngata", "Trust"),
        ("Quiet", ""),
    ]
    assert list(Consent.objects.filter(source="import").values_list("contact", "purpose")) == [
        (quiet.pk, "give_advice")
    ]
    assert [a.contact for a in Activity.objects.filter(kind="imported")] == [quiet]
    assert found.rows.get(number=3).contact == quiet


def test_a_mailbox_that_was_merged_speaks_for_the_kept_contact(mere: User) -> None:
    kept = ContactFactory(email="kept@example.org")
    other = ContactFactory(email="other@example.org", merged_into=kept)
    ConsentFactory(contact=other, purpose="keep_informed", decision="withdrawn", source="one_click")
    found = brought_in([HEADING, ["X", "other@example.org", "yes", "yes"]], mere)
    assert (fates(found), found.rows.get().contact) == ({2: "adds"}, kept)
    assert list(Consent.objects.filter(source="import").values_list("contact", "purpose")) == [
        (kept.pk, "give_advice")
    ]


@pytest.mark.parametrize(
    "state",
    [
        {"restricted_at": NOON, "restricted_because": "asked"},
        {"restricted_at": NOON, "restricted_because": "no_basis"},
        {"never_again_at": NOON},
    ],
)
def test_no_list_adds_a_yes_for_somebody_who_is_not_to_be_written_to(
    state: dict[str, Any], mere: User
) -> None:
    ContactFactory(email="a@example.org", **state)
    assert brought_in([HEADING, ["A", "a@example.org", "yes", "yes"]], mere).fates == {"known": 1}
    assert Consent.objects.count() == 0


@pytest.mark.parametrize("scope", ["never_again", "erased"])
def test_who_asked_for_it_is_left_out(scope: str, mere: User) -> None:
    suppressions.suppress("a@example.org", scope)
    suppressions.suppress("b@example.org", "invited")
    found = brought_in([HEADING, ["A", "A@example.org", "yes", ""], ["B", "b@example.org", "yes", ""]], mere)
    assert fates(found) == {2: "suppressed", 3: "new"}
    assert list(Contact.objects.values_list("name", flat=True)) == ["B"]
    assert found.rows.get(number=2).values == {}


def test_the_list_twice_changes_nothing(mere: User, clock: time_machine.Traveller) -> None:
    heading = ["name", "organisation", "email", "phone", "address", "keep informed"]
    rows = [
        ["Aroha", "Trust", "a@example.org", "", "", "yes"],
        ["Bo", "", "", "021 123 456", "1 High St", "yes"],
        ["Bo", "", "", "+64 21 123456", "Elsewhere", "yes"],
        ["Cilla", "", "", "04 494 5718", "", "yes"],
        ["Dan", "Fono", "", "", "2 High St\nLevin", "no"],
        ["Error", "", "nobody", "", "", ""],
        ["Aroha again", "", "A@EXAMPLE.org", "", "", ""],
    ]
    once = brought_in([heading, *rows], mere)
    assert fates(once) == {2: "new", 3: "new", 4: "repeated", 5: "new", 6: "new", 7: "error", 8: "repeated"}
    before = everything()
    clock.shift(dt.timedelta(days=1))
    again = brought_in(workbooks.workbook([heading, *rows]), mere)
    assert fates(again) == {
        2: "known",
        3: "known",
        4: "repeated",
        5: "known",
        6: "known",
        7: "error",
        8: "repeated",
    }
    assert everything() == before


def test_the_same_name_with_another_number_is_somebody_else(mere: User) -> None:
    ContactFactory(name="Bo", email="", telephone="021 123 456", organisation="Trust")
    heading = ["name", "organisation", "phone"]
    rows = [["bō", "TRUST", "+64 21 123 456"], ["Bo", "Trust", "021 999 999"], ["Bo", "", "021 123 456"]]
    others = [["Cilla", "Trust", "021 999 999"], ["Bo", "Trust", "021999999"]]
    found = looked_at([heading, *rows, *others], mere)
    assert fates(found) == {2: "known", 3: "new", 4: "new", 5: "new", 6: "repeated"}


def test_nothing_of_a_row_is_kept_once_it_is_brought_in(mere: User) -> None:
    heading = ["name", "email", "phone"]
    found = looked_at([heading, ["A", "a@example.org", ""], ["B", "", "04 494 5718"]], mere)
    assert [bool(row.values and (row.mailbox or row.likeness)) for row in found.rows.all()] == [True, True]
    steps.approve(contact_import=found, by=mere)
    steps.go_on(found.pk)
    kept = found.rows.order_by("number").values_list(
        "number", "fate", "values", "mailbox", "likeness", "contact"
    )
    people = Contact.objects.order_by("pk").values_list("pk", flat=True)
    assert list(kept) == [(n, "new", {}, "", "", key) for n, key in zip((2, 3), people, strict=True)]


def test_the_log_says_who_brought_in_how_many(mere: User) -> None:
    found = brought_in([HEADING, ["A", "a@example.org", "", ""], ["B", "b", "", ""]], mere)
    line = LogLine.objects.get()
    assert (line.act, line.kind, line.key, line.done_by, line.detail) == (
        "imported",
        "responses.contactimport",
        found.pk,
        mere,
        "1 error, 1 new",
    )
    assert (found.approved_by, found.approved_at, found.finished_at) == (mere, NOON, NOON)


# --- between looking and bringing in ------------------------------------------------------------


def test_a_row_is_judged_again_when_it_is_brought_in(mere: User) -> None:
    names = ["written", "left", "erased", "said"]
    known = ContactFactory(email="said@example.org")
    found = looked_at([HEADING, *([name, f"{name}@example.org", "yes", ""] for name in names)], mere)
    assert fates(found) == {2: "new", 3: "new", 4: "new", 5: "adds"}
    received(name="Written Self", email="written@example.org")
    suppressions.never_again(mailbox="left@example.org")
    found.rows.filter(number=4).update(values={}, mailbox="")
    ConsentFactory(contact=known, purpose="keep_informed", decision="declined")
    steps.approve(contact_import=found, by=mere)
    steps.go_on(found.pk)
    found.refresh_from_db()
    assert fates(found) == {2: "known", 3: "suppressed", 4: "suppressed", 5: "known"}
    assert found.fates == {"known": 2, "suppressed": 2}
    assert sorted(Contact.objects.values_list("name", flat=True)) == ["Hēmi Walker", "Written Self"]


def test_somebody_who_was_known_by_telephone_and_erased_since_is_not_brought_back(mere: User) -> None:
    known = ContactFactory(name="Bo", email="", telephone="021 123 456")
    found = looked_at([["name", "phone", "keep informed"], ["Bo", "021 123 456", "yes"]], mere)
    assert fates(found) == {2: "adds"}
    Contact.objects.filter(pk=known.pk).update(erased_at=NOON, name="", telephone="", name_key="")
    steps.approve(contact_import=found, by=mere)
    steps.go_on(found.pk)
    assert (fates(found), Contact.objects.count()) == ({2: "suppressed"}, 1)


def test_somebody_who_writes_in_at_that_very_moment_is_known(
    mere: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = looked_at([HEADING, ["A", "a@example.org", "yes", ""], ["B", "b@example.org", "yes", ""]], mere)
    steps.approve(contact_import=found, by=mere)
    judge, late = carrying_out.verdicts, iter([True])

    def verdicts(rows: Sequence[ImportRow], *, lock: bool) -> list[Any]:
        judged = judge(rows, lock=lock)
        if next(late, False):
            received("keep_informed", name="Aroha", email="a@example.org")
        return judged

    monkeypatch.setattr(carrying_out, "verdicts", verdicts)
    steps.go_on(found.pk)
    assert fates(found) == {2: "known", 3: "new"}
    assert list(Contact.objects.order_by("pk").values_list("name", flat=True)) == ["Aroha", "B"]
    assert Consent.objects.filter(source="import").count() == 1


@pytest.mark.postgresql
@pytest.mark.parametrize("where", ["verdicts", "_write"])
def test_a_row_at_which_the_database_refuses_is_put_aside_and_the_rest_come_in(
    where: str, mere: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too slow and too long are OperationalErrors too: they leave no transaction that goes on."""
    people = [[name, f"{name}@example.org", "yes", ""] for name in ("Ana", "Bo", "Caro")]
    found = looked_at([HEADING, *people], mere)
    steps.approve(contact_import=found, by=mere)
    do = getattr(carrying_out, where)

    def refused(*given: Any, **more: Any) -> Any:
        rows = given[0] if where == "verdicts" else given[1]
        if any(row.number == 3 for row in rows):
            with connection.cursor() as cursor:
                cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '54000'; END $$")
        return do(*given, **more)

    monkeypatch.setattr(carrying_out, where, refused)
    steps.go_on(found.pk)
    assert fates(found) == {2: "new", 3: "error", 4: "new"}
    assert sorted(Contact.objects.values_list("name", flat=True)) == ["Ana", "Caro"]


# --- acts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [s for s in State if s != State.CHECKED])
def test_only_what_is_looked_at_can_be_brought_in(state: str, mere: User) -> None:
    found = uploaded([HEADING], mere)
    ContactImport.objects.update(state=state)
    with pytest.raises(NotPossible, match="once it is looked at, and only once"):
        steps.approve(contact_import=found, by=mere)


def test_cancelling_forgets_what_the_rows_say_and_keeps_what_was_wrong(mere: User) -> None:
    found = looked_at([HEADING, ["A", "a@example.org", "", ""], ["B", "b", "", ""]], mere)
    steps.cancel(contact_import=found, by=mere)
    found.refresh_from_db()
    assert (found.state, found.finished_at) == (State.CANCELLED, NOON)
    line = LogLine.objects.get()
    assert (line.act, line.key, line.done_by) == ("import_cancelled", found.pk, mere)
    assert [(row.values, row.mailbox, bool(row.errors)) for row in found.rows.order_by("number")] == [
        ({}, "", False),
        ({}, "", True),
    ]
    for act in (steps.cancel, steps.approve):
        with pytest.raises(NotPossible):
            act(contact_import=found, by=mere)
    steps.go_on(found.pk)
    assert Contact.objects.count() == 0


def test_a_list_nobody_brings_in_is_forgotten_after_thirty_days(
    mere: User, clock: time_machine.Traveller
) -> None:
    old, waits = looked_at([HEADING, ["A", "a@example.org", "", ""]], mere), uploaded([HEADING], mere)
    done = brought_in([HEADING, ["B", "b@example.org", "", ""]], mere)
    clock.shift(dt.timedelta(days=30))
    steps.forget_stale(now())
    assert ContactImport.objects.filter(state=State.CANCELLED).count() == 0
    clock.shift(dt.timedelta(seconds=1))
    steps.forget_stale(now())
    assert dict(ContactImport.objects.values_list("pk", "state")) == {
        old.pk: State.CANCELLED,
        waits.pk: State.CANCELLED,
        done.pk: State.DONE,
    }
    assert (ImportPart.objects.count(), old.rows.get().values) == (0, {})


# --- workers ------------------------------------------------------------------------------------


def people(number: int) -> List:
    rows = [[f"P{n}", f"p{n % max(number - 1, 1)}@example.org", "yes", "yes"] for n in range(number)]
    return [HEADING, *rows]


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "MAX_ROWS_AT_ONCE", 3)
    monkeypatch.setattr(carrying_out, "MAX_ROWS_AT_ONCE", 3)


class Killed(BaseException):
    """What a worker does not survive."""


def die_after(chunks: int, function: Any) -> Any:
    left = iter(range(chunks))

    def dies(*args: Any, **said: Any) -> Any:
        if next(left, None) is None:
            raise Killed
        return function(*args, **said)

    return dies


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("chunks", range(4))
def test_a_worker_killed_while_it_looks_or_brings_in_doubles_nothing(
    chunks: int, mere: User, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    whole = brought_in(people(10), mere)
    wanted = everything()
    counts = {name: len(rows) for name, rows in wanted.items()}
    renamed = text_of(people(10)).replace(b"@example.org", b"@example.com")
    found = uploaded(renamed, mere)
    steps.go_on(found.pk)
    found.refresh_from_db()
    steps.match(contact_import=found, holds=[c["holds"] for c in found.columns], by=mere)
    for module, name in ((checking, "_judge"), (carrying_out, "_bring_in")):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, die_after(chunks, getattr(module, name)))
            with pytest.raises(Killed):
                steps.go_on(found.pk)
        assert steps.waiting(now()) == []
        steps.go_on(found.pk)
        clock.shift(dt.timedelta(minutes=2, seconds=1))
        assert steps.waiting(now()) == [found.pk]
        steps.go_on(found.pk)
        found.refresh_from_db()
        if found.state == State.CHECKED:
            steps.approve(contact_import=found, by=mere)
    assert (found.state, found.fates) == (State.DONE, whole.fates)
    assert list(fates(found).values()) == list(fates(whole).values())
    assert {name: len(rows) for name, rows in everything().items()} == {n: 2 * c for n, c in counts.items()}


@pytest.mark.usefixtures("small_chunks")
def test_a_slow_worker_leaves_a_list_to_the_one_that_took_over(
    mere: User, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    found, keep, late = to_be_looked_at(people(10), mere), checking._keep, iter([True])

    def slow(*args: Any) -> bool:
        if next(late, False):
            clock.shift(dt.timedelta(minutes=3))
            steps.go_on(found.pk)
        return keep(*args)

    monkeypatch.setattr(checking, "_keep", slow)
    steps.go_on(found.pk)
    found.refresh_from_db()
    assert (found.state, found.rows.count(), found.fates) == (State.CHECKED, 10, {"new": 9, "repeated": 1})


@pytest.mark.usefixtures("small_chunks")
def test_a_list_cancelled_while_it_is_looked_at_is_left(mere: User, monkeypatch: pytest.MonkeyPatch) -> None:
    found, keep = to_be_looked_at(people(10), mere), checking._keep

    def cancelled(*args: Any) -> bool:
        kept = keep(*args)
        with suppress(NotPossible):
            steps.cancel(contact_import=found, by=mere)
        return kept

    monkeypatch.setattr(checking, "_keep", cancelled)
    steps.go_on(found.pk)
    found.refresh_from_db()
    assert (found.state, found.rows.count()) == (State.CANCELLED, 3)


def test_a_turn_ends_so_that_others_have_theirs(mere: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying_out, "MAX_ROWS_AT_ONCE", 3)
    monkeypatch.setattr(carrying_out, "TRANSACTIONS_A_TURN", 2)
    found = looked_at(people(10), mere)
    steps.approve(contact_import=found, by=mere)
    steps.go_on(found.pk)
    found.refresh_from_db()
    assert (found.state, found.done_up_to, steps.waiting(NOON)) == (State.CARRYING_OUT, 7, [found.pk])
    steps.go_on(found.pk)
    steps.go_on(found.pk)
    found.refresh_from_db()
    assert (found.state, found.done_up_to, Contact.objects.count()) == (State.DONE, 11, 9)


def test_many_rows_cost_no_more_queries_than_few(mere: User) -> None:
    def queries(number: int, domain: str) -> tuple[int, int]:
        subscriber(email=f"p0@{domain}")
        rows = [*people(number), ["No address", "", "yes", ""]]
        content = text_of([[*row, f"04 494 57{at:02}"] for at, row in enumerate(rows)]).replace(
            b"04 494 5700", b"phone"
        )
        found = to_be_looked_at(content.replace(b"example.org", domain.encode()), mere)
        with CaptureQueriesContext(
            connection,
        ) as looking:
            steps.go_on(found.pk)
        steps.approve(contact_import=found, by=mere)
        with CaptureQueriesContext(connection) as bringing_in:
            steps.go_on(found.pk)
        return len(looking), len(bringing_in)

    queries(1, "first.example.org")  # the wordings are kept from now on
    few, many = queries(3, "few.example.org"), queries(30, "many.example.org")
    assert many == few
