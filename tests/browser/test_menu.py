"""The main navigation on a phone: one row, and a menu that opens without script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from accord_portal.staff.models import User

from .conftest import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390])
def test_the_menu_opens_names_where_one_is_and_closes(
    portal: str, browser: Browser, stand_on: Callable[[Page, str], None], width: int, scheme: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 700}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{portal}/about/")
    menu, entry = page.get_by_role("button", name="Menu"), page.get_by_role("link", name="Initiatives")
    assert entry.is_visible() is False
    menu.focus()
    page.keyboard.press("Enter")
    assert page.locator("#menu [aria-current=page]").inner_text() == "About"
    stand_on(page, page.locator("h1").inner_text())
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Home"
    page.keyboard.press("Escape")
    assert entry.is_visible() is False
    assert menu.evaluate("button => button === document.activeElement") is True
    menu.click()
    entry.click()
    stand_on(page, "Initiatives")
    context.close()


def test_the_menu_opens_without_script_and_stands_open_on_a_wide_page(portal: str, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 700}, java_script_enabled=False)
    page.goto(portal)
    page.get_by_role("button", name="Menu").click()
    assert page.get_by_role("link", name="Champions", exact=True).is_visible() is True
    page.get_by_role("button", name="Close").click()
    assert page.get_by_role("link", name="Champions", exact=True).is_visible() is False
    page.close()
    wide = browser.new_page(viewport={"width": 1280, "height": 700}, java_script_enabled=False)
    wide.goto(portal)
    shown = wide.get_by_role("navigation", name="Main").get_by_role("link", name="Champions").is_visible()
    assert (shown, wide.get_by_role("button", name="Menu").count()) == (True, 0)
    wide.close()


def test_the_menu_of_staff_holds_the_pages_and_the_account(
    portal: str, page: Page, stand_on: Callable[[Page, str], None], officer: User
) -> None:
    sign_in(page, portal, officer)
    page.set_viewport_size({"width": 320, "height": 700})
    entry = page.get_by_role("link", name="People", exact=True)
    assert entry.is_visible() is False
    page.get_by_role("button", name="Menu").click()
    assert page.locator("#menu [aria-current=page]").inner_text() == "Desk"
    stand_on(page, "Desk")
    assert page.get_by_role("button", name="Sign out").is_visible() is True
    entry.click()
    stand_on(page, "People")
    page.set_viewport_size({"width": 1280, "height": 700})
    assert page.get_by_role("button", name="Sign out").is_visible() is True
    assert page.get_by_role("button", name="Menu").is_visible() is False
