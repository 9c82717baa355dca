"""Two contacts that are one: suggested, compared, merged, read together, and taken apart again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from accord_portal.staff.models import User
from responses.contacts import duplicates
from responses.models import Contact
from tests.factories import received

from .conftest import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_two_contacts_that_are_one_are_merged_and_the_merge_is_undone(
    portal: str, officer: User, page: Page, stand_on: Callable[[Page, str], None]
) -> None:
    mailed = received("keep_informed", name="Mere Tūtahi", email="mere@example.org")
    rang = received("keep_informed", "give_advice", name="Mere Tutahi", email="", telephone="04 494 5718")
    duplicates.seek_new()
    sign_in(page, portal, officer)
    stand_on(page, "Desk")
    page.get_by_role("link", name="Everybody’s").click()
    page.get_by_role("link", name="Mere Tūtahi and Mere Tutahi").click()
    stand_on(page, "Are they the same?")
    row = page.get_by_role("row", name="Telephone")
    assert row.locator("td").all_inner_texts() == ["Not given", "+64 4 494 5718", "Differs"]

    page.get_by_role("button", name=f"They are one: keep contact {mailed.contact_id}").click()
    stand_on(page, "One contact")
    page.get_by_role("link", name=f"Mere Tūtahi, contact {mailed.contact_id}").click()
    stand_on(page, "Mere Tūtahi")
    timeline = page.locator("section[aria-labelledby=timeline]").inner_text()
    assert (mailed.reference in timeline, rang.reference in timeline) == (True, True)
    assert page.get_by_role("heading", name="Give advice: never said Yes").is_visible()
    theirs = page.get_by_text(f"Contact {rang.contact_id}, merged into this one, says Yes since")
    assert theirs.count() == 2  # each record keeps its own Yes
    page.get_by_text("Evidence about “Give advice”").click()
    stand_on(page, "Mere Tūtahi")
    page.goto(portal + rang.contact.get_absolute_url())
    stand_on(page, "Mere Tutahi")
    page.get_by_role("link", name=f"Mere Tūtahi, contact {mailed.contact_id}").click()

    page.get_by_role("button", name="Undo the merge").click()
    stand_on(page, "Mere Tūtahi")
    assert page.locator(".messagelist").inner_text() == "The merge is undone."
    assert rang.reference not in page.locator("section[aria-labelledby=timeline]").inner_text()
    assert list(Contact.objects.values_list("merged_into", flat=True)) == [None, None]


def test_a_contact_without_an_address_is_added_and_looked_after(
    portal: str, officer: User, page: Page, stand_on: Callable[[Page, str], None]
) -> None:
    sign_in(page, portal, officer)
    page.goto(f"{portal}/staff/responses/contact/")
    stand_on(page, "Contacts")
    page.get_by_role("link", name="Add a contact").click()
    page.get_by_label("Name", exact=True).fill("Hōne Heke")
    page.get_by_role("button", name="Add the contact").click()
    stand_on(page, "Add a contact")
    assert "a way to reach them" in page.get_by_role("alert").inner_text()
    page.get_by_label("Postal address (optional)").fill("PO Box 805\nWellington")
    page.get_by_role("button", name="Add the contact").click()
    stand_on(page, "Hōne Heke")
    page.get_by_text("Record a call, a letter or a meeting").click()
    page.get_by_label("Letter").check()
    page.get_by_role("button", name="Write it down").click()
    assert page.get_by_role("alert").get_by_role("listitem").inner_text() == "Write what was said"
    assert page.get_by_label("Letter").is_checked()
    stand_on(page, "Hōne Heke")
    page.get_by_label("What was said").fill("Sent him the map.")
    page.get_by_role("button", name="Write it down").click()
    assert page.locator(".messagelist").inner_text() == "Written down."
    page.get_by_text("Add a follow-up").click()
    page.get_by_label("What is to be done").fill("Ask whether it came")
    page.get_by_label("By which day").fill("2999-12-31")
    page.get_by_label("Who does it").select_option(label="Ana Officer")
    page.get_by_role("button", name="Add the follow-up").click()
    page.get_by_role("link", name="Ask whether it came").click()
    stand_on(page, "Ask whether it came")
    page.get_by_label("What came of it").fill("It came.")
    page.get_by_role("button", name="It is done").click()
    assert page.locator(".messagelist").inner_text() == "Done."
    page.goto(f"{portal}/staff/responses/consentwording/")
    stand_on(page, "Wordings of the questions")
    page.get_by_role("link", name="Keep informed, version 1").click()
    stand_on(page, "The wording of “Keep informed”")
    page.goto(f"{portal}/staff/staff/logline/")
    stand_on(page, "The log")


def test_two_are_compared_and_merged_on_a_phone_without_scripts(
    portal: str, officer: User, browser: Browser
) -> None:
    kept = received("keep_informed", name="Mere Tūtahi", email="mere@example.org").contact
    received(name="Mere Tutahi", email="", telephone="04 494 5718")
    duplicates.seek_new()
    page = browser.new_page(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    sign_in(page, portal, officer)
    page.get_by_role("link", name="Nobody’s").click()
    page.get_by_role("link", name="Mere Tūtahi and Mere Tutahi").click()
    width = "document.documentElement.scrollWidth"
    assert page.evaluate(width) == 320
    page.get_by_role("button", name=f"keep contact {kept.pk}").click()
    page.get_by_role("link", name=f"contact {kept.pk}").click()
    assert page.evaluate(width) == 320
    page.get_by_role("button", name="Undo the merge").click()
    assert page.evaluate(width) == 320
    page.get_by_text("Change a switch on request").click()
    page.locator("#id_switch_purpose").select_option(label="Keep informed")
    page.get_by_label("No", exact=True).check()
    page.get_by_label("How they asked").fill("rang on Monday")
    page.get_by_role("button", name="Change the switch").click()
    assert page.get_by_role("heading", name="Keep informed: off since").is_visible()
    page.close()
