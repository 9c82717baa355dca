"""The staff pages of importing: upload, what would become of each row, the buttons, and who may."""

import datetime as dt

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from accord_portal import sweep
from accord_portal.staff.models import User
from responses.forms import importing as importing_forms
from responses.importing import steps
from responses.models import Contact, ContactImport
from tests.clock import NOON
from tests.factories import ContactImportFactory, ImportRowFactory, UserFactory, permitted
from tests.html import Element, read
from tests.responses.importing.lists import let_in
from tests.staff.pages import STALE, refusals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ADD = "admin:responses_contactimport_add"
LIST = b"name,email,keep informed\nAroha,aroha@example.org,yes\nBo,nobody,yes\n"
SAID = {"source": "The register of 2011", "basis": "express", "basis_detail": "Asked in 2011"}


@pytest.fixture
def mere(client: Client) -> User:
    user = permitted(*(f"responses.{power}_contactimport" for power in ("add", "view", "change", "approve")))
    client.force_login(user)
    return user


def upload(client: Client, content: bytes = LIST, **said: str) -> Element:
    file = SimpleUploadedFile("list.csv", content)
    return read(client.post(reverse(ADD), {"file": file, **SAID, **said}, follow=True))


def looked_at(client: Client, found: ContactImport) -> None:
    """The columns are matched as they are guessed, on the page, and the rows are looked at."""
    steps.go_on(found.pk)
    seen = page(client, found)
    form = seen.one("form", action=reverse("admin:responses_contactimport_act", args=[found.pk, "match"]))
    chosen = {
        select["name"]: next(option["value"] for option in select.all("option") if "selected" in option.attrs)
        for select in form.all("select")
    }
    client.post(form["action"], {"shown": form.one("input", name="shown")["value"], **chosen})
    steps.go_on(found.pk)


def page(client: Client, found: ContactImport, **query: str) -> Element:
    return read(client.get(reverse("admin:responses_contactimport_change", args=[found.pk]), query))


def rows(seen: Element) -> list[str]:
    """The table of rows as words."""
    return [row.text for row in seen.all("table")[-1].all("tr")[1:]]


def test_a_list_is_uploaded_looked_at_and_brought_in(client: Client, mere: User) -> None:
    seen = upload(client)
    assert seen.one("p", class_="state").text == "Waiting to be looked at"
    found = ContactImport.objects.get()
    assert (found.source, found.basis, found.basis_detail, found.uploaded_by) == (*SAID.values(), mere)
    looked_at(client, found)
    seen = page(client, found)
    assert seen.one("p", class_="state").text == "Looked at: nothing is brought in yet"
    assert [row.text for row in seen.all("table")[0].all("tr")] == [
        "Fate Rows",
        "A new contact 1",
        "Cannot be brought in 1",
        "All rows 2",
    ]
    assert rows(seen) == [
        "2 A new contact Nothing",
        "3 Cannot be brought in email: This is not an email address. Write it like name@example.org.",
    ]
    assert rows(page(client, found, fate="error")) == [
        "3 Cannot be brought in email: This is not an email address. Write it like name@example.org."
    ]
    assert "nobody" not in seen.text
    act = reverse("admin:responses_contactimport_act", args=[found.pk, "approve"])
    why = "You prepared this: somebody else must bring it in."
    assert (why in seen.text, seen.all("form", action=act)) == (True, [])
    refused = read(client.post(act, {"shown": "checked"}))
    assert (refusals(refused), refused.all("form", action=act)) == ([why], [])
    client.force_login(permitted("responses.view_contactimport", "responses.approve_contactimport"))
    seen = page(client, found)
    assert why not in seen.text
    shown = seen.one("form", action=act).one("input", name="shown")["value"]
    assert client.get(act).status_code == 302
    assert ContactImport.objects.get().state == "checked"
    seen = read(client.post(act, {"shown": shown}, follow=True))
    assert seen.one("ul", class_="messagelist").text == "The list is being brought in."
    assert seen.one("p", class_="state").text == "Being brought in"
    seen = read(client.post(act, {"shown": shown}, follow=True))
    assert refusals(seen) == [STALE]
    steps.go_on(found.pk)
    assert page(client, found).one("p", class_="state").text == "Brought in 16 November 2026, 12:00pm"
    assert Contact.objects.get().name == "Aroha"


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"source": " "}, ["Say where the list comes from"]),
        ({"basis": ""}, ["Choose what says so"]),
        ({"basis_detail": ""}, ["Say what people were asked, and when"]),
        ({"basis_detail": "x" * 401}, ["Use 400 characters or fewer, not 401"]),
        ({"source": "", "basis": "believe me"}, ["Say where the list comes from", "Choose what says so"]),
    ],
)
def test_what_is_missing_is_said_above_and_by_the_field(
    client: Client, mere: User, said: dict[str, str], wrong: list[str]
) -> None:
    seen = upload(client, **said)
    assert seen.one("title").text == "Error: Upload a list | Accord Portal staff"
    summary = seen.one(class_="error-summary")
    questions = {"Choose what says so": ": “What says that those on it may be written …”"}
    assert [link.text for link in summary.all("a")] == [f"{text}{questions.get(text, '')}" for text in wrong]
    assert [error.text for error in seen.all(class_="error")] == [f"Error: {text}" for text in wrong]
    assert {link["href"] for link in summary.all("a")} <= {
        f"#{field['id']}" for field in seen.all("input", "fieldset", "div") if field["id"]
    }
    assert ContactImport.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"", "The file is empty: choose another"),
        (b"x" * (1024 * 1024 + 60_000), "Choose a file of 1 MB or less. This one has 1.1 MB: split it."),
    ],
)
def test_a_file_that_is_empty_or_too_large_is_said_so(
    client: Client, mere: User, monkeypatch: pytest.MonkeyPatch, content: bytes, wrong: str
) -> None:
    monkeypatch.setattr(importing_forms, "MAX_MEGABYTES", 1)
    assert upload(client, content).one(class_="error").text == f"Error: {wrong}"
    assert read(client.post(reverse(ADD), SAID)).one(class_="error").text == "Error: Choose a file"
    assert ContactImport.objects.count() == 0


@pytest.mark.parametrize("basis", ["by_row", "none"])
def test_what_people_were_asked_is_only_needed_where_each_was(client: Client, mere: User, basis: str) -> None:
    upload(client, basis=basis)
    assert (ContactImport.objects.get().basis, ContactImport.objects.get().basis_detail) == (basis, "")


def test_a_list_can_be_cancelled_until_it_is_brought_in(client: Client, mere: User) -> None:
    upload(client)
    found = ContactImport.objects.get()
    act = reverse("admin:responses_contactimport_act", args=[found.pk, "cancel"])
    seen = read(client.post(act, {"shown": "uploaded"}, follow=True))
    assert seen.one("p", class_="state").text == "Cancelled"
    assert seen.one("main").all("button", class_="button") == []


def test_why_a_list_is_refused_stands_on_its_page(client: Client, mere: User) -> None:
    upload(client, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    found = ContactImport.objects.get()
    steps.go_on(found.pk)
    seen = page(client, found)
    assert seen.one("p", class_="state").text == "Cannot be read"
    assert seen.one("p", class_="refused").text == (
        "This is an old Excel workbook (.xls), or one with a password."
        " Save it as “CSV UTF-8” or as an Excel workbook (.xlsx), then upload that."
    )


def test_the_rows_are_paged_by_their_number(client: Client, mere: User) -> None:
    found = ContactImportFactory(state="checked", checked_up_to=121, fates={"new": 120})
    for number in range(2, 122):
        ImportRowFactory(contact_import=found, number=number)
    first = page(client, found)
    assert (len(rows(first)), rows(first)[-1]) == (50, "51 A new contact Nothing")
    assert first.one("p", class_="paginator").one("a")["href"] == "?fate=&after=51#rows"
    last = page(client, found, fate="new", after="101")
    assert (len(rows(last)), last.one("p", class_="paginator").text) == (20, "First rows")
    assert rows(page(client, found, after="x", fate="rubbish")) == rows(first)


def test_a_row_leads_to_its_contact_for_those_who_may_see_it(client: Client, mere: User) -> None:
    upload(client)
    found = ContactImport.objects.get()
    looked_at(client, found)
    let_in(found)
    steps.go_on(found.pk)
    contact = reverse("admin:responses_contact_change", args=[Contact.objects.get().pk])
    assert page(client, found).all("a", href=contact) == []
    client.force_login(permitted("responses.view_contactimport", "responses.view_contact"))
    assert page(client, found).one("a", href=contact).text == "A new contact(row 2)"


@pytest.mark.parametrize("number", [1, 40])
def test_the_page_costs_the_same_however_many_rows(client: Client, mere: User, number: int) -> None:
    found = ContactImportFactory(state="checked", fates={"new": number})
    for row in range(number):
        ImportRowFactory(contact_import=found, number=row + 2)
    page(client, found)
    with CaptureQueriesContext(connection) as queries:
        page(client, found)
    assert len(queries) == 6


def test_each_power_is_asked_for(client: Client) -> None:
    found = ContactImportFactory(state="checked")
    change = reverse("admin:responses_contactimport_change", args=[found.pk])
    act = "admin:responses_contactimport_act"
    acts = [reverse(act, args=[found.pk, name]) for name in ("approve", "cancel")]
    client.force_login(permitted("responses.view_contactimport"))
    assert client.get(change).status_code == 200
    assert [client.post(act, {"shown": "checked"}).status_code for act in acts] == [403, 403]
    assert read(client.get(change)).one("main").all("button", class_="button") == []
    assert [client.get(reverse(ADD)).status_code, client.post(reverse(ADD), SAID).status_code] == [403, 403]
    client.force_login(permitted("responses.add_contactimport"))
    assert [client.get(reverse(ADD)).status_code, client.get(change).status_code] == [200, 200]
    assert [client.post(act, {"shown": "checked"}).status_code for act in acts] == [403, 403]
    client.force_login(UserFactory())
    assert [client.get(reverse(ADD)).status_code, client.get(change).status_code] == [403, 403]


def test_who_may_only_upload_sees_what_becomes_of_it(client: Client) -> None:
    client.force_login(permitted("responses.add_contactimport"))
    seen = upload(client)
    assert seen.one("p", class_="state").text == "Waiting to be looked at"
    assert seen.one("main").all("button", class_="button") == []


@pytest.mark.parametrize(
    ("powers", "links"),
    [
        (["view_contact"], []),
        (["view_contact", "export_contact", "add_contactimport"], ["Export the list", "Import a list"]),
    ],
)
def test_the_contact_list_leads_to_import_and_export(
    client: Client, powers: list[str], links: list[str]
) -> None:
    client.force_login(permitted(*(f"responses.{power}" for power in powers)))
    seen = read(client.get(reverse("admin:responses_contact_changelist")))
    tools = [link for link in seen.one("p", class_="tools").all("a") if "duplicate" not in link["href"]]
    assert [link.text for link in tools] == links
    assert [client.get(link["href"]).status_code for link in tools] == [200] * len(links)


def test_the_desk_shows_the_lists_that_wait_to_be_brought_in(client: Client, mere: User) -> None:
    found = ContactImportFactory(state="checked")
    for state in ("uploaded", "cancelled"):
        ContactImportFactory(state=state)
    shown = read(client.get("/staff/?whose=all")).one("li", class_="item")
    address = str(shown.one("a")["href"])
    assert address.startswith(reverse("admin:responses_contactimport_change", args=[found.pk]))


def test_the_sweep_rings_for_what_waits_and_for_what_a_dead_worker_left(
    client: Client, mere: User, clock: time_machine.Traveller
) -> None:
    upload(client)
    found = ContactImport.objects.get()

    def bells() -> list[object]:
        ready = DBTaskResult.objects.ready().values_list("task_path", "args_kwargs")
        return [(path, given["args"]) for path, given in ready]

    bell = ("responses.tasks.go_on_with_import", [found.pk])
    sweep.ring(NOON)
    sweep.ring(NOON)
    assert bells() == [bell]
    DBTaskResult.objects.update(status="RUNNING")
    ContactImport.objects.update(state="checking", worked_on_at=NOON)
    clock.shift(dt.timedelta(minutes=2))
    sweep.ring(NOON + dt.timedelta(minutes=2))
    assert bells() == []
    sweep.ring(NOON + dt.timedelta(minutes=2, seconds=1))
    assert bells() == [bell]


def test_who_may_see_details_sees_whose_each_row_is_until_it_is_brought_in(
    client: Client, mere: User
) -> None:
    upload(client)
    found = ContactImport.objects.get()
    looked_at(client, found)
    client.force_login(permitted("responses.view_contactimport", "responses.see_contact_details"))
    assert [row.split(" ")[:3] for row in rows(page(client, found))] == [
        ["2", "Aroha", "A"],
        ["3", "Bo,", "nobody"],
    ]
    let_in(found)
    steps.go_on(found.pk)
    assert rows(page(client, found))[0] == "2 A new contact Nothing"


MATCH = "admin:responses_contactimport_act"
ODD = b"name,email,Champion,Unsubscribed\nAroha,aroha@example.org,yes,no\n"


def test_staff_see_each_column_with_what_it_is_read_as(client: Client, mere: User) -> None:
    upload(client, ODD)
    found = ContactImport.objects.get()
    steps.go_on(found.pk)
    seen = page(client, found)
    columns = seen.one("ol", class_="columns").all("li")
    chosen = [
        next(option.text for option in column.one("select").all("option") if "selected" in option.attrs)
        for column in columns
    ]
    assert chosen == ["Name", "Email address", "Choose what it holds", "Not to be written to (yes means No)"]
    assert [bool(column.all("p", class_="flag")) for column in columns] == [False, False, True, True]
    assert "aroha@example.org" not in seen.text
    powers = ["responses.view_contactimport", "responses.see_contact_details"]
    client.force_login(permitted(*powers, "responses.change_contactimport"))
    assert "aroha@example.org" in page(client, found).text


def test_a_column_nobody_has_decided_about_is_asked_for_and_nothing_chosen_is_lost(
    client: Client, mere: User
) -> None:
    upload(client, ODD)
    found = ContactImport.objects.get()
    steps.go_on(found.pk)
    said = {"shown": "matching", "column_0": "organisation", "column_1": "email", "column_3": "refused"}
    act = reverse(MATCH, args=[found.pk, "match"])
    for missing in ({"column_2": "?"}, {}, {"column_2": "rubbish"}):
        seen = read(client.post(act, {**said, **missing}))
        assert seen.one("title").text.startswith("Error: ")
        assert "Say what “Champion” holds" in seen.one(class_="error-summary").one("a").text
        kept = seen.one("select", name="column_0").all("option")
        assert [option["value"] for option in kept if "selected" in option.attrs] == ["organisation"]
    seen = read(client.post(act, {**said, "column_2": "nothing", "column_3": "give_advice"}))
    assert ["looks like a No" in said for said in refusals(seen)] == [True]
    seen = read(client.post(act, {**said, "column_2": "champion_accord"}, follow=True))
    assert seen.one("p", class_="state").text == "Being looked at"
    steps.go_on(found.pk)
    assert found.rows.get().values["yes"] == ["champion_accord"]


def test_who_may_only_look_is_told_who_decides(client: Client, mere: User) -> None:
    upload(client, ODD)
    found = ContactImport.objects.get()
    steps.go_on(found.pk)
    client.force_login(permitted("responses.view_contactimport"))
    seen = page(client, found)
    assert seen.all("select") == []
    assert "Somebody who may bring lists in must say what the columns hold." in seen.text
