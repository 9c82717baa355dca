"""A request to be erased: asked for from the mailed link, proposed by one officer, carried out by another."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from pytest_django import Settings

from accord_portal.staff.models import User
from responses.consent import switches
from responses.models import Contact
from tests.database import holding
from tests.factories import received

from .conftest import PASSPHRASE, letters_to, link_in, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MARKS = ["Mere T", "mere@example.org", "PO Box 805", "Kia kaha"]


@pytest.fixture
def person(portal: str, settings: Settings) -> Contact:
    """Somebody who answered and confirmed, in a portal that may erase."""
    settings.DISPOSAL_AUTHORITY = "DA717"
    eoi = received("keep_informed", name="Mere Tūtahi", email="mere@example.org", comments="Kia kaha")
    switches.confirm(contact=eoi.contact)
    return eoi.contact


@pytest.fixture
def colleague(portal: str) -> User:
    """Another officer, who may do everything too."""
    return User.objects.create_superuser("colleague@example.org", PASSPHRASE, name="Bo Colleague")


def to_the_wish(page: Page, portal: str, officer: User) -> None:
    """From signing in to the page of what the person asked for."""
    sign_in(page, portal, officer)
    page.get_by_role("link", name="Nobody’s").click()
    page.get_by_role("listitem").get_by_role("link", name="Mere Tūtahi").click()


def test_somebody_asks_one_proposes_and_another_erases(
    portal: str,
    person: Contact,
    officer: User,
    colleague: User,
    page: Page,
    stand_on: Callable[[Page, str], None],
) -> None:
    page.goto(f"{portal}/preferences/")
    page.get_by_label("Email address").fill("mere@example.org")
    page.get_by_role("button", name="Send me my link").click()
    page.goto(link_in(letters_to("mere@example.org")[-1], "preferences"))
    page.get_by_role("link", name="How we reach you").click()
    page.get_by_role("link", name="Correct my details").click()
    stand_on(page, "Correct your details")
    page.get_by_label("Name").fill("")
    page.get_by_label("Postal address").fill("PO Box 805\nWellington")
    page.get_by_role("button", name="Save my details").click()
    stand_on(page, "Correct your details")
    assert page.locator(".error-summary a").all_inner_texts() == ["Enter your name"]
    page.get_by_label("Name").fill("Mere Tūtahi")
    page.get_by_role("button", name="Save my details").click()
    stand_on(page, "How we reach you")
    assert "PO Box 805\nWellington" in page.locator("dl.typed").inner_text()
    page.get_by_role("link", name="Ask to be erased").click()
    stand_on(page, "Ask to be erased")
    page.get_by_role("button", name="Ask to be erased").click()
    stand_on(page, "You asked to be erased")

    to_the_wish(page, portal, officer)
    stand_on(page, "Mere Tūtahi: Asked for")
    page.get_by_label("Why").first.fill("She asked from her mailbox.")
    page.get_by_role("button", name="Propose erasure").click()
    stand_on(page, "Mere Tūtahi: Proposed: somebody else must carry it out")
    assert page.get_by_role("button", name="Erase this person").count() == 0
    page.get_by_role("button", name="Sign out").click()

    to_the_wish(page, portal, colleague)
    page.get_by_role("button", name="Erase this person").click()
    tombstone = f"Erased person {person.pk}"
    stand_on(page, f"{tombstone}: Carried out")
    page.get_by_role("link", name=tombstone, exact=True).click()
    stand_on(page, tombstone)
    assert page.locator("p.state").inner_text().startswith("Erased")
    assert "1 form of this person is still counted." in page.locator(".told").inner_text()
    assert [mark for mark in MARKS if holding(mark)] == []
    page.goto(f"{portal}/staff/responses/erasure/")
    stand_on(page, "Wishes to be erased")
