"""After an erasure no list names the person: neither a row, nor its file, nor where it came from."""

import datetime as dt
from typing import Any

import pytest
from pytest_django import Settings

from accord_portal.staff.models import User
from responses.contacts import acts
from responses.importing import steps
from responses.models import Activity, Consent, Contact, ContactImport, Erasure, ImportRow
from responses.privacy import erasing
from tests.database import holding
from tests.factories import ContactFactory, ContactImportFactory, ImportRowFactory, UserFactory
from tests.responses.importing.lists import brought_in, let_in, looked_at

pytestmark = pytest.mark.django_db
WHO = {"name": "Zebulonia Quick", "telephone": "021 765 4321", "postal_address": "7 Lighthouse Road\nLevin"}


@pytest.fixture(autouse=True)
def authority(settings: Settings) -> None:
    settings.DISPOSAL_AUTHORITY = "DA 123"


def erased(person: Contact, mere: User) -> None:
    erasing.propose(contact=person, why="", by=mere)
    erasing.carry_out(erasure=Erasure.objects.outstanding().get(), by=UserFactory())


@pytest.mark.parametrize(
    "values",
    [
        {"name": "Zebulonia Quick", "email": "other@example.org"},
        {"name": "ZEBULŌNIA  quick", "organisation": "Trust", "telephone": "04 1"},
        {"name": "Quick, Zebulonia"},
        {"name": "Z. Q.", "telephone": "+64 21 7654321"},
        {"name": "Z. Q.", "telephone": "(021) 765-4321, evenings"},
        {"name": "Z. Q.", "postal_address": "7 lighthouse road\nLevin"},
        {"name": "Z. Q.", "email": "Zebulonia@Example.org"},
        {"name": "Somebody else", "basis": "Zebulonia Quick asked them"},
    ],
)
def test_a_row_by_which_the_person_can_be_known_goes(values: dict[str, str], mere: User) -> None:
    person = acts.add(by=mere, email="zebulonia@example.org", **WHO)
    row = ImportRowFactory(contact_import__state="checked", values=values)
    typed = ImportRowFactory(contact_import__state="done", fate="error", cells=["x", *values.values()])
    erased(person, mere)
    for each in (row, typed):
        each.refresh_from_db()
        assert (each.values, each.cells, each.mailbox, each.likeness) == ({}, [], "", "")


@pytest.mark.parametrize(
    "values", [{"name": "Zebulonia Other"}, {"name": "Quick Fix"}, {"name": "Bo", "telephone": "021 765 432"}]
)
def test_a_row_of_somebody_else_stays(values: dict[str, str], mere: User) -> None:
    person = acts.add(by=mere, email="zebulonia@example.org", **WHO)
    row = ImportRowFactory(contact_import__state="checked", values=values)
    erased(person, mere)
    row.refresh_from_db()
    assert row.values == values


def test_a_name_of_one_word_is_one_cell(mere: User) -> None:
    person = ContactFactory(name="Bo", email="bo@example.org")
    stays = ImportRowFactory(contact_import__state="checked", values={"name": "Bo Peep"})
    goes = ImportRowFactory(contact_import__state="checked", values={"name": "bo"})
    erased(person, mere)
    assert [ImportRow.objects.get(pk=row.pk).values for row in (stays, goes)] == [{"name": "Bo Peep"}, {}]


TEXTS: list[dict[str, Any]] = [
    {"file_name": "zebulonia_quick.xlsx"},
    {"file_name": "Quick-Zebulonia (2).csv"},
    {"source": "From Zebulonia Quick’s address book"},
    {"source": "From zebulonia@example.org"},
    {"source": "Ring 021-765 4321 about it"},
    {"basis_detail": "Asked by Zebulonia Quick at the hui"},
    {"columns": [{"place": 0, "heading": "Zebulonia Quick", "holds": "name", "samples": []}]},
    {"layout": {"sheet": "Zebulonia Quick", "other_sheets": ["of Zebulonia Quick (hidden)"], "rows": 3}},
]


@pytest.mark.parametrize("state", ["done", "checked", "cancelled"])
@pytest.mark.parametrize("said", TEXTS)
def test_a_list_named_after_the_person_is_not_any_more(said: dict[str, Any], state: str, mere: User) -> None:
    person = acts.add(by=mere, email="zebulonia@example.org", **WHO)
    ContactImportFactory(state=state, **said)
    other = ContactImportFactory(state=state, file_name="register.csv", source="The quick register")
    erased(person, mere)
    assert holding("zebulonia") == holding("7654321") == holding("765 4321") == []
    other.refresh_from_db()
    assert (other.file_name, other.source) == ("register.csv", "The quick register")


def test_in_a_list_they_came_in_any_word_of_their_name_names_them(mere: User) -> None:
    said = {"source": "Zebulonia’s neighbours", "basis_detail": "Zebulonia asked each"}
    rows = [["name", "email", "keep informed"], ["Zebulonia Quick", "z@example.org", "yes"]]
    found = brought_in([*rows, ["Bo", "b@example.org", "yes"]], mere, **said)
    erased(Contact.objects.get(email="z@example.org"), mere)
    assert holding("zebulonia") == []
    found.refresh_from_db()
    assert (found.source, found.basis_detail) == ("[erased]", "[erased]")
    bo = Contact.objects.get(email="b@example.org")
    assert Activity.objects.get(contact=bo, kind="imported").text == f"[erased] (import {found.pk})"
    assert Consent.objects.get(contact=bo).message == f"Import {found.pk}: [erased]"


def test_a_row_that_went_is_left_out_and_counted(mere: User) -> None:
    person = acts.add(by=mere, email="zebulonia@example.org", **WHO)
    rows = [["name", "phone"], ["Quick Zebulonia", "021 765 4321"], ["Bo", "04 494 5718"]]
    found = looked_at(rows, mere)
    erased(person, mere)
    let_in(found)
    steps.go_on(found.pk)
    found.refresh_from_db()
    assert (found.state, found.fates) == ("done", {"suppressed": 1, "new": 1})


def test_rows_to_mend_are_forgotten_after_thirty_days(mere: User) -> None:
    found = brought_in([["name", "email"], ["Aroha", "nobody"]], mere)
    finished = ContactImport.objects.get(pk=found.pk).finished_at
    assert finished is not None
    steps.forget_stale(finished + dt.timedelta(days=30))
    assert found.rows.get().cells == ["Aroha", "nobody"]
    steps.forget_stale(finished + dt.timedelta(days=30, seconds=1))
    assert found.rows.get().cells == []
    assert found.rows.get().errors != []
