"""Every list of the staff pages, and one page of each kind, at two widths, in light and in dark."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from accord_portal.staff.models import User
from accord_portal.staff.navigation import NAVIGATION
from responses.answers import triage
from tests.factories import ContactFactory, PracticeStoryFactory, UpdateFactory, UserFactory, received

from .conftest import RULES, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDE, PHONE, SMALL = (1280, 800), (390, 844), (320, 640)


def window(browser: Browser, size: tuple[int, int], **how: Any) -> Page:
    return browser.new_page(viewport={"width": size[0], "height": size[1]}, **how)


def faults(page: Page) -> list[Any]:
    """What axe says against the page, and how far it scrolls sideways."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    wrong = [(fault["id"], fault["nodes"][0]["target"]) for fault in found.response["violations"]]
    return [*wrong, *filter(None, [page.evaluate(width)])]


@pytest.mark.parametrize(
    ("size", "scheme"), [(WIDE, "light"), (PHONE, "dark"), (WIDE, "dark"), (SMALL, "light")]
)
def test_every_list_and_each_kind_of_page_can_be_read(
    portal: str, officer: User, browser: Browser, size: tuple[int, int], scheme: Any
) -> None:
    eoi, story = received(name="Mere Tūtahi"), PracticeStoryFactory(title="The hall", slug="the-hall")
    ContactFactory(name="Ana Example")
    UpdateFactory(title="News of the hall", published=True)
    page = window(browser, size, color_scheme=scheme)
    sign_in(page, portal, officer)
    listings = [listing.url for task in NAVIGATION for listing in task.listings]
    record = f"/staff/champions/practicestory/{story.pk}"
    others = ["/staff/digests/update/add/", f"{record}/change/", f"{record}/history/", "/staff/none-such/"]
    others += ["/staff/figures/", "/staff/desk/mail/"]
    paths = [*(task.url for task in NAVIGATION), *listings, *others, eoi.get_absolute_url()]
    wrong = {}
    for path in paths:
        page.goto(portal + path)
        wrong[path] = faults(page)
    assert {path: found for path, found in wrong.items() if found} == {}
    page.close()


def test_a_page_that_is_refused_can_be_read(portal: str, officer: User, browser: Browser) -> None:
    officer.is_administrator = False
    officer.save()
    page = window(browser, PHONE)
    sign_in(page, portal, officer)
    page.goto(f"{portal}/staff/staff/logline/")
    assert (page.locator("h1").inner_text(), faults(page)) == ("You may not do this", [])
    page.get_by_role("link", name="back to the desk").click()
    assert page.url == f"{portal}/staff/"
    page.close()


@pytest.mark.parametrize("size", [(1366, 768), PHONE])
@pytest.mark.parametrize("scripts", [True, False])
def test_a_refused_act_says_why_where_one_looks(
    portal: str, officer: User, browser: Browser, size: tuple[int, int], scripts: bool
) -> None:
    eoi = received(name="Mere Tūtahi")
    page = window(browser, size, java_script_enabled=scripts)
    sign_in(page, portal, officer)
    page.goto(portal + eoi.get_absolute_url())
    triage.assign(eoi=eoi, seen=eoi.version, by=UserFactory(name="Bo Colleague"), to=officer)
    page.get_by_label("Note", exact=True).fill("She rang.")
    page.get_by_role("button", name="Assign").click()
    summary = page.locator(".error-summary:focus")
    summary.wait_for()
    box = summary.bounding_box()
    assert box is not None
    assert (box["y"] >= 0, box["y"] + box["height"] <= size[1]) == (True, True)
    page.close()


def test_a_refused_save_says_why_at_the_top(portal: str, officer: User, browser: Browser) -> None:
    page = window(browser, PHONE)
    sign_in(page, portal, officer)
    page.goto(f"{portal}/staff/digests/update/add/")
    page.get_by_role("button", name="Save", exact=True).click()
    assert page.locator(".error-summary:focus").is_visible()
    page.get_by_role("link", name="Title: This field is required.").click()
    assert page.get_by_label("Title").evaluate("box => box === document.activeElement") is True
    assert faults(page) == []
    page.close()


def test_the_way_to_a_list_with_the_keyboard_alone(portal: str, officer: User, page: Page) -> None:
    sign_in(page, portal, officer)
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to main content"
    while page.locator(":focus").inner_text() != "People":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/people/")
    assert page.locator("nav [aria-current=page]").inner_text() == "People"
