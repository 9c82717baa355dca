"""A messy list of 200 rows: uploaded, looked at, brought in, seen."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from accord_portal import sweep
from accord_portal.foundation import clock
from accord_portal.staff.models import User
from responses.importing import steps
from responses.models import Contact, ContactImport, Involvement
from responses.people import suppressions
from tests.factories import ContactFactory

from .conftest import sign_in, work

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HEADING = ["FULL NAME", "Group ", "E-mail", "Phone", "Keep_Informed", "Champion", "Shoe size"]
EXPECTED = {
    "A new contact": 156,
    "Known: adds a Yes that waits to be confirmed": 1,
    "Known: nothing changes": 1,
    "In the list twice: nothing changes": 20,
    "Asked never to be written to, or erased: left out": 1,
    "Cannot be brought in": 21,
    "All rows": 200,
}


def messy() -> bytes:
    """Semicolons, a byte order mark, macrons, spaces, doubles, errors, formulas, no address."""
    file = io.StringIO()
    sheet = csv.writer(file, delimiter=";")
    sheet.writerow(HEADING)
    for number in range(200):
        name, email, yes = f" Hēmi  Walker {number}", f"Person{number}@Example.org ", "Y"
        match number % 20:
            case 3:
                email = f"person{number - 1}@example.ORG"
            case 5:
                email = "none known"
            case 7:
                name, email = f"=HYPERLINK({number})", ""
            case 9:
                email = ""
            case 11:
                email, yes = f"PERSON{number - 1}@example.org", "no"
        telephone = f"+64 4 494 {5000 + number}"
        sheet.writerow([name, "Hapori; Trust", email, telephone, yes, "x" * (number % 2), "9"])
    return b"\xef\xbb\xbf" + file.getvalue().replace("Person1@", "Person 1@").encode()


def a_second_later() -> None:
    """What the clock and the worker do meanwhile."""
    sweep.ring(clock.now())
    work()


def choose_and_upload(page: Page, path: Path) -> None:
    page.get_by_label("The list", exact=True).set_input_files(path)
    page.get_by_label("Where the list comes from").fill("The register of 2011")
    page.get_by_label("Each person asked to be on it").check()
    page.get_by_label("What people were asked, and when").fill("“Tell me more”, at the hui of 2014")
    page.get_by_role("button", name="Upload the list").click()


def see_columns(page: Page) -> None:
    """Goes to the page that says what each column is read as."""
    a_second_later()
    page.reload()
    assert page.get_by_role("heading", name="What does each column hold?").is_visible()


def test_an_officer_brings_in_a_messy_list(
    portal: str,
    officer: User,
    approver: User,
    page: Page,
    tmp_path: Path,
    stand_on: Callable[[Page, str], None],
) -> None:
    ContactFactory(name="Known Already", email="person20@example.org")
    ContactFactory(email="person22@example.org", restricted_at=clock.now(), restricted_because="asked")
    suppressions.never_again(mailbox="person40@example.org")
    path = tmp_path / "register.csv"
    path.write_bytes(messy())
    sign_in(page, portal, officer)
    page.get_by_role("link", name="People", exact=True).click()
    page.get_by_role("link", name="Lists brought in").click()
    page.get_by_role("link", name="Bring in a list").click()
    stand_on(page, "Upload a list")
    page.get_by_role("button", name="Upload the list").click()
    stand_on(page, "Upload a list")
    assert page.title().startswith("Error: ")
    choose_and_upload(page, path)
    stand_on(page, "register.csv")
    assert "Waiting to be looked at" in page.get_by_role("status").inner_text()

    see_columns(page)
    stand_on(page, "register.csv")
    page.get_by_role("button", name="Look at the rows").click()
    assert page.title().startswith("Error: ")
    stand_on(page, "register.csv")
    error = page.get_by_role("link", name="Say what “Champion” holds: it may be a Yes or a No")
    error.click()
    assert page.get_by_label("Champion").evaluate("element => element === document.activeElement")
    page.get_by_label("Champion").select_option("Champion the Accord")
    assert page.get_by_label("FULL NAME").input_value() == "name"
    assert page.get_by_label("Shoe size").input_value() == "nothing"
    page.get_by_role("button", name="Look at the rows").click()
    a_second_later()
    page.reload()
    assert page.get_by_role("status").inner_text().strip() == "Looked at: nothing is brought in yet"
    stand_on(page, "register.csv")
    table = page.get_by_role("region", name="What becomes of the rows").locator("tbody tr")
    found = [row.split("\t") for row in table.all_inner_texts()]
    assert {fate: int(number) for fate, number in found} == EXPECTED
    page.get_by_role("link", name="Cannot be brought in").click()
    stand_on(page, "register.csv")
    assert (
        "E-mail: This is not an email address."
        in page.get_by_role("region", name="Cannot be brought in").inner_text()
    )
    assert Contact.objects.count() == 2

    with page.expect_download() as download:
        page.get_by_role("button", name="Download the rows to fix (CSV, ").click()
    mended = list(csv.reader(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert (len(mended) - 1, mended[0][:2]) == (
        EXPECTED["Cannot be brought in"],
        ["What to fix", "FULL NAME"],
    )

    assert page.get_by_text("You prepared this: somebody else must bring it in.").is_visible()
    page.context.clear_cookies()
    sign_in(page, portal, approver)
    page.goto(f"{portal}/staff/responses/contactimport/{ContactImport.objects.get().pk}/change/")
    page.get_by_role("button", name="Bring the list in").click()
    stand_on(page, "register.csv")
    a_second_later()
    page.reload()
    assert page.get_by_role("status").inner_text().startswith("Brought in")
    stand_on(page, "register.csv")
    assert Contact.objects.count() == 2 + EXPECTED["A new contact"]
    assert Involvement.objects.permitting("keep_informed").count() == 0
    assert Contact.objects.get(mailbox="person20@example.org").name == "Known Already"
    page.get_by_role("link", name="A new contact (row 2)").click()
    assert page.locator("h1").last.inner_text() == "Hēmi Walker 0 (Hapori; Trust)"


def test_a_list_can_be_uploaded_and_downloaded_on_a_phone_without_scripts(
    portal: str, officer: User, approver: User, browser: Browser, tmp_path: Path
) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    sign_in(page, portal, officer)
    path = tmp_path / "list.csv"
    path.write_text("name,email\nAroha,aroha@example.org\n")
    page.goto(f"{portal}/staff/responses/contactimport/add/")
    choose_and_upload(page, path)
    see_columns(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 320  # axe needs scripts
    page.get_by_role("button", name="Look at the rows").click()
    a_second_later()
    page.reload()
    steps.approve(contact_import=ContactImport.objects.get(), by=approver)
    a_second_later()
    assert Contact.objects.get().name == "Aroha"
    page.goto(f"{portal}/staff/responses/contactimport/export/")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the list (CSV, ").click()
    assert Path(download.value.path()).read_text(encoding="utf-8-sig").count("Aroha") == 1
    page.close()
