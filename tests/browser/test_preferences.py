"""Somebody comes back: changes what they sent, turns a switch off and takes that back."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from responses.consent import switches
from responses.models import Contact, ExpressionOfInterest, Purpose
from tests.factories import received

from .conftest import letters_to, link_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
StandOn = Callable[[Page, str], None]
OWN_PAGES = {
    "How we reach you": "How we reach you",
    "What you sent us": "What you sent us",
    "What we promised you": "What we promised you",
    "What we sent you": "What we sent you",
    "What is public about you": "What is public about you",
    "Download your information": "Download your information",
    "Ask to be erased": "Ask to be erased",
}


@pytest.fixture
def person(portal: str) -> Contact:
    """Somebody who answered and confirmed."""
    contact = received("keep_informed", "give_advice", name="Mere Tūtahi", email="mere@example.org").contact
    switches.confirm(contact=contact)
    return contact


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A small screen that runs no scripts."""
    context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    yield context.new_page()
    context.close()


def mailed_link(page: Page, portal: str) -> str:
    """The link that the portal mails to whoever asks for it."""
    page.goto(portal)
    page.get_by_role("link", name="See what we hold about you").click()
    page.get_by_label("Email address").fill("mere@example.org")
    page.get_by_role("button", name="Send me my link").click()
    return link_in(letters_to("mere@example.org")[-1], "preferences")


def on(contact: Contact) -> set[str]:
    return set(contact.involvements.confirmed().values_list("purpose", flat=True))


def test_somebody_changes_their_answers(portal: str, person: Contact, page: Page, stand_on: StandOn) -> None:
    page.goto(f"{portal}/preferences/")
    stand_on(page, "Get your link")
    link = mailed_link(page, portal)
    stand_on(page, "Look in your mailbox")
    page.goto(link)
    stand_on(page, "Your preferences")
    for name, heading in OWN_PAGES.items():
        page.get_by_role("navigation", name="Your information").get_by_role("link", name=name).click()
        stand_on(page, heading)
    page.get_by_role("link", name="What you sent us").click()
    page.get_by_role("link", name="Change my answers").click()
    stand_on(page, "Change your answers")
    assert page.get_by_label("Name", exact=True).input_value() == "Mere Tūtahi"
    page.get_by_label("Name", exact=True).fill("")
    page.get_by_label("Any other comments?").fill("We have moved to Ōtaki.")
    page.get_by_role("button", name="Save my answers").click()

    stand_on(page, "Change your answers")
    assert page.locator(".error-summary a").all_inner_texts() == ["Enter your name"]
    assert page.get_by_label("Any other comments?").input_value() == "We have moved to Ōtaki."
    page.get_by_label("Name", exact=True).fill("Mere Ngata")
    page.locator("input[name=give_advice][value=no]").check()
    page.get_by_role("button", name="Save my answers").click()

    new = ExpressionOfInterest.objects.latest("pk")
    assert (new.name, new.comments, new.replaces_id is None) == (
        "Mere Ngata",
        "We have moved to Ōtaki.",
        False,
    )
    stand_on(page, page.locator("h1").inner_text())
    assert page.locator(".changes dd").all_inner_texts() == [
        "Before: Mere Tūtahi\nNow: Mere Ngata",
        "Before: Not given\nNow: We have moved to Ōtaki.",
        "Before: Yes\nNow: No",
    ]
    assert on(person) == {Purpose.KEEP_INFORMED}


def test_somebody_turns_a_switch_off_and_takes_that_back(
    portal: str, person: Contact, phone: Page, page: Page, stand_on: StandOn
) -> None:
    phone.goto(mailed_link(phone, portal))
    assert phone.locator("h1").inner_text() == "Your preferences"
    phone.locator("input[name=give_advice][value=no]").check()
    phone.get_by_role("button", name="Save my preferences").click()
    assert phone.get_by_role("status").inner_text() == "Your preferences are saved."
    assert on(person) == {Purpose.KEEP_INFORMED}

    undo = link_in(letters_to("mere@example.org")[-1], "undo")
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(undo)
    stand_on(page, "Undo your change")
    phone.goto(undo)
    assert on(person) == {Purpose.KEEP_INFORMED}
    phone.get_by_role("button", name="Undo this change").click()
    assert phone.locator("h1").inner_text() == "Your change is undone"
    assert on(person) == {Purpose.KEEP_INFORMED, Purpose.GIVE_ADVICE}
    page.goto(undo)
    stand_on(page, "There is nothing to undo")


def test_somebody_moves_to_another_address(
    portal: str, person: Contact, page: Page, stand_on: StandOn
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(mailed_link(page, portal))
    stand_on(page, "Your preferences")
    page.get_by_role("link", name="How we reach you").click()
    page.get_by_role("link", name="Change my email address").click()
    stand_on(page, "Change your email address")
    page.get_by_label("New email address").fill("mere@example.com")
    page.get_by_role("button", name="Ask the new address").click()
    stand_on(page, "Look in your new mailbox")
    page.goto(link_in(letters_to("mere@example.com")[-1], "address"))
    stand_on(page, "Use this address")
    page.get_by_role("button", name="Use this address").click()
    stand_on(page, "Your address is changed")
    assert letters_to("mere@example.org")[-1].subject == "We have changed your email address"


def test_somebody_takes_a_copy_and_asks_to_be_erased(
    portal: str, person: Contact, page: Page, stand_on: StandOn
) -> None:
    page.goto(mailed_link(page, portal))
    page.get_by_role("button", name="Stop everything").click()
    stand_on(page, "Everything is stopped")
    assert on(person) == set()
    page.get_by_role("link", name="Download your information").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download my information").click()
    assert download.value.suggested_filename == "my-information.zip"
    page.get_by_role("link", name="Ask to be erased").click()
    page.get_by_role("button", name="Ask to be erased").click()
    stand_on(page, "You asked to be erased")
