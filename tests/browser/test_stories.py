"""A story is offered behind a link, edited, reviewed by a second person, published and found."""

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from accord_portal.staff.models import User
from champions.links import offer_url
from champions.models import PracticeStory
from tests.factories import ChampionFactory, ContactFactory

from .conftest import letters_to, link_in, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WHAT_IS_TOLD = {
    "Title": "Kōrero before paper",
    "The story in a sentence or two": "We talked before anybody wrote.",
    "The problem": "Letters went back and forth for a year.",
    "What you did": "We met at the hall and talked first.",
    "What changed": "The agreement took one month.",
}


def picture(page: Page, name: str) -> None:
    """Where a folder for pictures is named, one of the page as it stands."""
    if folder := os.environ.get("JOURNEY_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_story_is_offered_reviewed_published_and_found(
    portal: str,
    officer: User,
    approver: User,
    browser: Browser,
    page: Page,
    stand_on: Callable[[Page, str], None],
) -> None:
    contact = ContactFactory(email="aroha@example.org", confirmed=True)
    champion = ChampionFactory(name="River Trust", published=True, contact=contact)
    phone = browser.new_page(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    phone.goto(offer_url(champion.pk, contact))
    phone.get_by_role("button", name="Offer this story").click()
    assert phone.get_by_role("alert").get_by_role("listitem").first.inner_text() == "Give the story a title"
    picture(phone, "offer-errors-320")
    for label, words in WHAT_IS_TOLD.items():
        phone.get_by_label(label, exact=True).fill(words)
    phone.get_by_label("CC BY 4.0").check()
    phone.get_by_role("button", name="Offer this story").click()
    assert phone.locator("h1").last.inner_text() == "Thank you for the story"
    phone.close()

    page.goto(offer_url(champion.pk, contact))
    stand_on(page, "Offer a story")
    picture(page, "offer-1280")
    sign_in(page, portal, officer)
    page.goto(f"{portal}/staff/?whose=all&kind=story_draft")
    page.get_by_role("link", name="Kōrero before paper").first.click()
    stand_on(page, "Kōrero before paper")
    page.get_by_role("link", name="Change the story").click()
    stand_on(page, "Kōrero before paper")
    picture(page, "edit-1280")
    page.get_by_label("Summary").fill("We talked first, and wrote after.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Ready: a second person reviews it").click()
    assert page.get_by_text("You wrote this: somebody else must publish it.").is_visible()
    picture(page, "in-review-1280")
    page.context.clear_cookies()

    sign_in(page, portal, approver)
    page.goto(f"{portal}/staff/?whose=all&kind=story")
    page.get_by_role("link", name="Kōrero before paper").first.click()
    page.get_by_role("link", name="Look at it, then publish").click()
    stand_on(page, "Kōrero before paper")
    picture(page, "preview-1280")
    page.get_by_role("button", name="Publish").click()
    assert page.locator(".messagelist").inner_text().startswith("Published.")
    assert "/good-practice/korero-before-paper/" in link_in(
        letters_to("aroha@example.org")[-1], "good-practice"
    )
    page.context.clear_cookies()

    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{portal}/search/?q=korero")
    page.get_by_role("link", name="Kōrero before paper").click()
    stand_on(page, "Kōrero before paper")
    assert page.get_by_text("We talked first, and wrote after.").is_visible()
    for scheme, width in (("light", 390), ("dark", 1280), ("light", 1280), ("dark", 320)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 800})
        stand_on(page, "Kōrero before paper")
        picture(page, f"story-{scheme}-{width}")
    page.goto(f"{portal}/good-practice/")
    stand_on(page, "Good practice")
    picture(page, "list-dark-320")
    assert PracticeStory.objects.get().state == "published"
