"""A No in a list holds: whatever column, row or word it stands in, no Yes is made of it."""

from typing import Any

import pytest
from django.db.models import Sum

from accord_portal.foundation import clock
from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import User
from responses.contacts import exporting
from responses.importing import checking, columns, opt_outs, steps
from responses.models import Contact, ContactImport, Involvement, Suppression
from responses.people import suppressions
from tests import workbooks
from tests.factories import ContactFactory, received, subscriber
from tests.responses.importing.lists import (
    brought_in,
    everything,
    fates,
    let_in,
    looked_at,
    matched,
    uploaded,
)

pytestmark = pytest.mark.django_db
State = ContactImport.State
WHO = ["name", "email", "keep informed"]


def notes(found: ContactImport) -> dict[int, list[list[str]]]:
    return dict(found.rows.order_by("number").values_list("number", "notes"))


def yeses() -> list[str]:
    return sorted(i.contact.name for i in Involvement.objects.current())


# --- what a column is guessed to hold ----------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "holds"),
    [
        ("Do not email", "refused"),
        ("DO_NOT_CONTACT", "refused"),
        ("Don’t mail", "refused"),
        ("Unsubscribed", "refused"),
        ("Unsubscribed at", "refused"),
        ("Opted out", "refused"),
        ("Opt-out date", "refused"),
        ("No emails please", "refused"),
        ("Never contact", "refused"),
        ("not to be written to", "refused"),
        ("Spam complaint", "refused"),
        ("Bounced?", "bounced"),
        ("Hard bounces", "bounced"),
        ("Champion", None),
        ("Subscribed", None),
        ("Newsletter", None),
        ("Opt in", None),
        ("Status", None),
        ("Wants updates", None),
        ("Consent given", None),
        ("Keep informed", "keep_informed"),
        ("champion_accord", "champion_accord"),
    ],
)
def test_a_heading_about_consent_is_read_as_what_it_says_or_asked_about(
    heading: str, holds: str | None
) -> None:
    assert columns.guess(heading, ["x"]) == (holds, True)


@pytest.mark.parametrize("heading", ["Shoe size", "Town", "Notes", "Region", "number", "email confirmed"])
def test_other_headings_are_left_out(heading: str) -> None:
    assert columns.guess(heading, ["9", "Levin"]) == ("", False)


@pytest.mark.parametrize("values", [["yes", "no"], ["Unsubscribed"], ["Y"], ["TRUE", "FALSE"], ["opted out"]])
def test_what_stands_below_tells_as_well(values: list[str]) -> None:
    assert columns.guess("Autumn list", values) == (None, True)


def test_a_list_waits_until_staff_say_what_a_column_holds(mere: User) -> None:
    content = [[*WHO, "Champion", "Town"], ["Aroha", "a@example.org", "yes", "yes", "Levin"]]
    found = uploaded(content, mere)
    steps.go_on(found.pk)
    found.refresh_from_db()
    assert found.state == State.MATCHING
    assert [(c["heading"], c["holds"], c["consent"], c["samples"]) for c in found.columns] == [
        ("name", "name", False, ["Aroha"]),
        ("email", "email", False, ["a@example.org"]),
        ("keep informed", "keep_informed", True, ["yes"]),
        ("Champion", None, True, ["yes"]),
        ("Town", "", False, ["Levin"]),
    ]
    steps.go_on(found.pk)
    assert found.rows.count() == 0
    found = matched(found, mere, Champion="champion_accord")
    assert found.rows.get().values["yes"] == ["keep_informed", "champion_accord"]
    assert (found.matched_by, {s for c in found.columns for s in c["samples"]}) == (mere, set())
    with pytest.raises(NotPossible, match="matched once"):
        steps.match(contact_import=found, holds=[c["holds"] for c in found.columns], by=mere)


@pytest.mark.parametrize(
    ("heading", "holds", "basis", "wrong"),
    [
        (["a", "b"], ["", "email"], "none", "Say which column holds the name or the organisation."),
        (["a", "b"], ["name", ""], "none", "Say which column holds the email address"),
        (["a", "b"], ["name", "email"], "by_row", "Say which one."),
        (["name", "email", "Unsubscribed"], ["name", "email", "keep_informed"], "none", "looks like a No"),
        (["name", "email", "Bounced?"], ["name", "email", "give_advice"], "none", "looks like a No"),
    ],
)
def test_a_matching_that_cannot_be_right_is_refused(
    heading: list[str], holds: list[str], basis: str, wrong: str, mere: User
) -> None:
    found = uploaded([heading, ["x"] * len(heading)], mere, basis)
    steps.go_on(found.pk)
    with pytest.raises(NotPossible, match=wrong):
        steps.match(contact_import=found, holds=holds, by=mere)
    found.refresh_from_db()
    assert found.state == State.MATCHING


# --- two that disagree -----------------------------------------------------------------------------


@pytest.mark.parametrize("order", [("yes", "no"), ("no", "yes"), ("confirmed", "N"), ("0", "1")])
def test_two_columns_that_disagree_are_an_error(order: tuple[str, str], mere: User) -> None:
    found = brought_in([[*WHO, "keep_informed"], ["Aroha", "a@example.org", *order]], mere)
    assert found.rows.get().errors == [
        ["Keep informed", "One column says yes, another no. Make them the same."]
    ]
    assert yeses() == []


def test_a_column_that_says_nothing_is_no_no(mere: User) -> None:
    brought_in([[*WHO, "keep_informed"], ["Aroha", "a@example.org", "yes", ""]], mere)
    assert yeses() == ["Aroha"]


REPEATS = [  # the rows, and which of them is told that its Yes is not taken, because of which
    ([["A", "a@example.org", "yes"], ["A", "A@EXAMPLE.org", "no"]], {2: 3}),
    ([["A", "a@example.org", "no"], ["A", "a@example.org", "yes"]], {}),  # one row: the first
    ([["A", "a@example.org", "yes"], ["", "a@example.org", "no"]], {2: 3}),  # a row in error says No as well
    ([["", "a@example.org", "no"], ["A", "a@example.org", "yes"]], {3: 2}),
    ([["A", "a@example.org", "yes"], ["B", "b@example.org", "yes"], ["C", " a@example.org ", "n"]], {2: 4}),
]


@pytest.mark.parametrize(("rows", "told"), REPEATS)
@pytest.mark.parametrize("chunk", [1, 1000])
def test_the_same_mailbox_twice_is_no_yes_where_either_says_no(
    rows: list[list[str]], told: dict[int, int], chunk: int, mere: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "MAX_ROWS_AT_ONCE", chunk)
    monkeypatch.setattr(opt_outs, "MAX_ROWS_AT_ONCE", chunk)
    found = looked_at([WHO, *rows], mere)
    assert {number: said for number, said in notes(found).items() if said} == {
        yes: [["Keep informed", f"Row {no} says No, so this Yes is not taken."]] for yes, no in told.items()
    }
    assert sum(found.fates.values()) == len(rows)
    let_in(found)
    steps.go_on(found.pk)
    assert yeses() == ["B"] * (len(rows) == 3)
    assert set(found.rows.values_list("mailbox", "likeness")) == {("", "")}


@pytest.mark.parametrize(
    "other", [["A", "a@example.org", "", "x"], ["", "a@example.org", "", "12 March 2019"]]
)
def test_not_to_be_written_to_in_another_row_counts_too(other: list[str], mere: User) -> None:
    found = looked_at([[*WHO, "Unsubscribed"], ["A", "a@example.org", "yes", ""], other], mere)
    assert fates(found)[2] == "new_unwritten"
    assert notes(found)[2] == [["", "Row 3 says that they are not to be written to."]]
    let_in(found)
    steps.go_on(found.pk)
    assert Contact.objects.get().restricted_because == "asked"
    assert yeses() == []


def test_two_addresses_of_one_person_are_one_person(mere: User) -> None:
    kept = ContactFactory(email="kept@example.org")
    ContactFactory(email="other@example.org", merged_into=kept)
    rows = [["A", "kept@example.org", "yes"], ["A", "other@example.org", "yes"]]
    found = brought_in([WHO, *rows], mere)
    assert (found.state, fates(found)) == (State.DONE, {2: "adds", 3: "repeated"})
    found = looked_at([[*WHO, "give advice"], [*rows[0], "yes"], [*rows[1], "no"]], mere)
    assert (fates(found), found.fates) == ({2: "known", 3: "repeated"}, {"known": 1, "repeated": 1})


@pytest.mark.parametrize("email", ["kept@example.org", "other@example.org"])
def test_a_no_counts_against_the_yes_of_any_mailbox_of_a_person(email: str, mere: User) -> None:
    kept = ContactFactory(email="kept@example.org")
    subscriber(email="other@example.org", merged_into=kept)
    found = looked_at([WHO, ["A", email, "no"]], mere)
    assert fates(found) == {2: "says_no"}
    assert notes(found) == {2: [["Keep informed", "They said Yes to us, and this list says No."]]}


# --- words that say No -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "cell", "because"),
    [
        ("Do not email", "yes", "asked"),
        ("Do not email", "X", "asked"),
        ("Unsubscribed", "2019-03-12", "asked"),
        ("Unsubscribed", "by phone, she said", "asked"),
        ("Opted out", "=TODAY()", "asked"),
        ("Bounced?", "hard", "no_basis"),
        ("not to be written to", "Asked to be erased", "asked"),
        ("not to be written to", "Came in a list without a basis for consent", "no_basis"),
        ("Do not email", "no", ""),
        ("Do not email", "", ""),
        ("Unsubscribed", "-", ""),
        ("Unsubscribed", "FALSE", ""),
    ],
)
def test_who_is_not_to_be_written_to_is_not(heading: str, cell: str, because: str, mere: User) -> None:
    brought_in([[*WHO, heading], ["A", "a@example.org", "yes", cell]], mere)
    contact = Contact.objects.get()
    assert (contact.restricted_because, yeses()) == (because, [] if because else ["A"])


def test_never_again_in_our_own_export_is_never_again(mere: User) -> None:
    rows = [
        ["A", "a@example.org", "yes", "Asked never to be written to again"],
        ["B", "b@example.org", "", ""],
    ]
    brought_in([[*WHO, "not to be written to"], *rows], mere)
    contact = Contact.objects.get(name="A")
    assert contact.never_again_at is not None
    assert Suppression.objects.for_mailbox("a@example.org", "never_again").exists()
    assert yeses() == []


def test_what_the_list_says_against_a_known_yes_is_shown_and_changes_nothing(mere: User) -> None:
    subscriber(name="Said yes", email="yes@example.org")
    received(name="Said no", email="no@example.org")
    rows = [
        ["A", "yes@example.org", "no", ""],
        ["B", "no@example.org", "no", ""],
        ["C", "no@example.com", "yes", ""],
        ["D", "yes@example.org", "", "yes"],
    ]
    before = everything()
    found = looked_at([[*WHO, "Unsubscribed"], *rows], mere)
    assert fates(found) == {2: "says_no", 3: "known", 4: "new", 5: "repeated"}
    assert notes(found)[2][0] == ["Keep informed", "They said Yes to us, and this list says No."]
    assert everything() == before


# --- what a workbook hides --------------------------------------------------------------------------


def hiding(rows: list[list[str]], *hidden: int) -> bytes:
    sheet = workbooks.parts(rows)["xl/worksheets/sheet1.xml"]
    for number in hidden:
        sheet = sheet.replace(f'<row r="{number}">', f'<row r="{number}" hidden="1">')
    return workbooks.workbook(rows, sheet1=sheet)


@pytest.mark.parametrize("taken", [False, True])
def test_hidden_rows_are_said_and_left_out_unless_taken(taken: bool, mere: User) -> None:
    rows = [WHO, *([f"P{n}", f"p{n}@example.org", "yes"] for n in range(3)), ["P0", "p0@example.org", "no"]]
    found = uploaded(hiding(rows, 3, 5), mere)
    steps.go_on(found.pk)
    found.refresh_from_db()
    assert (found.layout["hidden_rows"], found.layout["rows"]) == (2, 4)
    holds = [c["holds"] for c in found.columns]
    steps.match(contact_import=found, holds=holds, takes_hidden=taken, by=mere)
    steps.go_on(found.pk)
    found.refresh_from_db()
    hidden = {3: "new", 5: "repeated"} if taken else {3: "hidden", 5: "hidden"}
    assert fates(found) == {2: "new", 4: "new"} | hidden
    let_in(found)
    steps.go_on(found.pk)
    found.refresh_from_db()
    assert sum(found.fates.values()) == 4
    assert yeses() == ["P1", "P2"] if taken else ["P2"]  # a hidden No holds


def test_a_hidden_column_is_left_out_unless_staff_say_what_it_holds(mere: User) -> None:
    rows = [[*WHO, "Unsubscribed", "Phone"], ["A", "a@example.org", "yes", "yes", "021 123 456"]]
    sheet = workbooks.parts(rows)["xl/worksheets/sheet1.xml"]
    cols = '<cols><col min="4" max="5" hidden="1"/></cols><sheetData>'
    found = uploaded(workbooks.workbook(rows, sheet1=sheet.replace("<sheetData>", cols)), mere)
    steps.go_on(found.pk)
    found.refresh_from_db()
    assert [(c["holds"], c["hidden"]) for c in found.columns[3:]] == [(None, True), ("", True)]


# --- our own export --------------------------------------------------------------------------------


def ours() -> bytes:
    return "".join(exporting.pieces()).encode()


def everybody() -> None:
    subscriber(name="Aroha Ngata", email="aroha@example.org", telephone="+64 4 494 5718")
    received("keep_informed", name="Waits", email="waits@example.org", telephone="021 123 456")
    ContactFactory(name="@Home Trust", email="home@example.org")
    ContactFactory(
        name="=Equal Voices", email="", telephone="04 494 5719", postal_address="-1 High St\nLevin"
    )
    ContactFactory(name="'Ofa", organisation="- Dash -", email="ofa@example.org", language="mi")
    ContactFactory(name="By post", email="", telephone="", postal_address="1 High St, Levin")
    never = ContactFactory(name="Never", email="never@example.org")
    suppressions.never_again(mailbox=never.mailbox)
    restricted = {"restricted_at": clock.now(), "restricted_because": "asked"}
    ContactFactory(name="Restricted", email="quiet@example.org", **restricted)


def test_our_own_export_comes_back_and_changes_nothing(mere: User) -> None:
    everybody()
    before = everything()
    found = brought_in(ours(), mere)
    assert (found.state, found.fates) == (State.DONE, {"known": 7, "suppressed": 1})
    assert everything() == before
    assert all(column["holds"] is not None for column in found.columns)


def test_our_own_export_says_the_same_in_a_portal_that_knows_nobody(mere: User) -> None:
    everybody()
    content = ours()
    rows = [column.split(",") for column in content.decode().splitlines()]
    fields = ["name", "organisation", "email", "telephone_e164", "postal_address", "language"]
    known = list(Contact.objects.order_by("pk").values_list(*fields))
    elsewhere = content.replace(b"@example.org", b"@example.com").replace(b"494 57", b"494 58")
    elsewhere = elsewhere.replace(b"449457", b"449458").replace(b"1 High St", b"2 High St")
    found = brought_in(elsewhere, mere)
    assert len(rows) > len(known)
    assert found.fates == {"new": 6, "new_unwritten": 2}
    made = list(Contact.objects.order_by("pk").values_list(*fields))[len(known) :]

    def moved(field: Any) -> Any:
        text = str(field).replace("@example.org", "@example.com").replace("449457", "449458")
        return text.replace("1 High St", "2 High St")

    assert made == [tuple(map(moved, one)) for one in known]
    assert Contact.objects.filter(never_again_at__isnull=False).count() == 2
    assert Involvement.objects.filter(contact__email__endswith=".com").confirmed().count() == 0
    assert brought_in(elsewhere, mere).fates == {"known": 7, "suppressed": 1}


def test_the_sum_of_fates_is_the_number_of_rows(mere: User) -> None:
    looked_at([WHO, ["A", "a@example.org", "yes"], ["B", "", "no"], ["A", "a@example.org", "no"]], mere)
    assert ContactImport.objects.aggregate(Sum("checked_up_to")) == {"checked_up_to__sum": 4}
