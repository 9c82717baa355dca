"""Staff live on the desk: one after the other with the keyboard, several at once, at any width."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accord_portal.staff.models import User
from responses.answers import letters
from responses.models import ExpressionOfInterest, Letter
from tests.factories import OutgoingMailFactory, received

from .conftest import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = ["Mere Tūtahi", "Hēmi Walker", "Rua Rangi"]


def forms() -> list[ExpressionOfInterest]:
    """Three who wait, the first of them too long."""
    now = timezone.now()
    days = [30, 2, 1]
    return [
        received(
            "give_advice", name=who, email=f"{place}@example.org", at=now - dt.timedelta(days=days[place])
        )
        for place, who in enumerate(NAMES)
    ]


def tab_to(page: Page, words: str) -> None:
    """Presses Tab until what is named so has the focus."""
    name = "(document.activeElement.textContent || document.activeElement.value || '').trim()"
    for _ in range(60):
        if page.evaluate(name) == words:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Nothing that is called {words} takes the focus.")


def test_three_letters_are_answered_in_a_row_with_the_keyboard_alone(
    portal: str, officer: User, page: Page
) -> None:
    for who in NAMES:
        letters.receive(name=who, email="", telephone="04 494 5718", message=f"Kia ora from {who}")
    sign_in(page, portal, officer)
    page.goto(f"{portal}/staff/?whose=all&kind=letter")
    tab_to(page, NAMES[0])
    page.keyboard.press("Enter")
    for who in NAMES:
        expect(page.locator("h1")).to_have_text(re.compile(f"{who}$"))
        page.get_by_label("What you tell them").focus()
        page.keyboard.type(f"Rang {who}.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Nothing is mailed")
        tab_to(page, "Write it down")
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Next one")).to_be_focused()
        page.keyboard.press("Enter")
    expect(page.locator(".messagelist")).to_have_text("That was the last one of these.")
    assert set(Letter.objects.values_list("state", flat=True)) == {"in_hand"}


def test_several_are_given_to_somebody_after_a_page_that_names_each(
    portal: str, officer: User, page: Page, stand_on: Callable[[Page, str], None]
) -> None:
    rows = forms()
    sign_in(page, portal, officer)
    page.get_by_role("link", name="Everybody’s").click()
    stand_on(page, "Desk")
    for who in NAMES[:2]:
        page.get_by_role("checkbox", name=who).first.check()
    page.get_by_role("button", name="Give to somebody").click()
    stand_on(page, "Give these to somebody?")
    assert page.locator(".named strong").all_inner_texts() == NAMES[:2]
    page.get_by_role("button", name="Give them").click()
    assert page.locator(".error-summary").is_visible()
    page.get_by_label("Give it to").select_option(label="Ana Officer")
    page.get_by_role("button", name="Give them").click()
    stand_on(page, "Desk")
    assert page.locator(".messagelist").inner_text() == "Given: Mere Tūtahi; Hēmi Walker."
    for row in rows:
        row.refresh_from_db()
    assert [row.assigned_to for row in rows] == [officer, officer, None]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_the_desk_is_read_at_any_width_and_in_the_dark(
    portal: str,
    officer: User,
    browser: Browser,
    stand_on: Callable[[Page, str], None],
    width: int,
    scheme: str,
) -> None:
    forms(), OutgoingMailFactory(state="failed", subject="Kia ora")
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    sign_in(page, portal, officer)
    stand_on(page, "Desk")
    page.goto(f"{portal}/staff/?whose=all&kind=form&kind=mail")
    page.get_by_text("Your views").click()
    stand_on(page, "Desk")
    page.get_by_label("Name of the view").fill("Answers")
    page.get_by_role("button", name="Keep what is shown now").click()
    page.goto(f"{portal}/staff/desk/views/")
    stand_on(page, "Your views of the desk")
    page.goto(f"{portal}/staff/?whose=all&kind=form")
    page.get_by_role("button", name="Snooze").first.click()
    stand_on(page, "Put these off until a day?")
    page.get_by_label("Until which day").fill((timezone.localdate() + dt.timedelta(days=3)).isoformat())
    page.get_by_label("Why").fill("They are away until then.")
    page.get_by_role("button", name="Put them off").click()
    page.get_by_role("link", name="Snoozed").click()
    stand_on(page, "Desk")
    assert "They are away until then." in page.locator(".item").inner_text()
    context.close()
