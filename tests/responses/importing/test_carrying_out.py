"""A list is brought in: what becomes of each row, and that nothing happens twice."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
import time_machine
from django.db import connection

from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import LogLine, User
from responses.importing import carrying_out, steps
from responses.models import Activity, Consent, Contact, ContactImport, ImportRow, Involvement
from responses.people import suppressions
from tests import workbooks
from tests.clock import NOON
from tests.factories import ConsentFactory, ContactFactory, received
from tests.responses.importing.lists import brought_in, everything, fates, let_in, looked_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ASKED = "Asked on the form of 2011"

State = ContactImport.State

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
        found.approved_by,
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
        found.approved_by,
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
    let_in(found)
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
        found.approved_by,
        "1 error, 1 new",
    )
    assert (found.approved_by != mere, found.approved_at, found.finished_at) == (True, NOON, NOON)


def test_a_row_is_judged_again_when_it_is_brought_in(mere: User) -> None:
    names = ["written", "left", "erased", "said"]
    known = ContactFactory(email="said@example.org")
    found = looked_at([HEADING, *([name, f"{name}@example.org", "yes", ""] for name in names)], mere)
    assert fates(found) == {2: "new", 3: "new", 4: "new", 5: "adds"}
    received(name="Written Self", email="written@example.org")
    suppressions.never_again(mailbox="left@example.org")
    found.rows.filter(number=4).update(values={}, mailbox="")
    ConsentFactory(contact=known, purpose="keep_informed", decision="declined")
    let_in(found)
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
    let_in(found)
    steps.go_on(found.pk)
    assert (fates(found), Contact.objects.count()) == ({2: "suppressed"}, 1)


def test_somebody_who_writes_in_at_that_very_moment_is_known(
    mere: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = looked_at([HEADING, ["A", "a@example.org", "yes", ""], ["B", "b@example.org", "yes", ""]], mere)
    let_in(found)
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
    let_in(found)
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
