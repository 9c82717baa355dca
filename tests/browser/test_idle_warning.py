"""A half-written note as the session is about to end: a script extends it, and without one it comes back."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, expect

from accord_portal.foundation import clock
from accord_portal.staff.models import User
from responses.models import Activity
from tests.factories import received

from .conftest import PASSPHRASE, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOTE = "She rang, and asks about the hall."


@pytest.mark.parametrize("width", [1280, 320])
def test_with_a_script_a_warning_extends_the_session_in_every_tab(
    portal: str, officer: User, browser: Browser, stand_on: Callable[[Page, str], None], width: int
) -> None:
    eoi = received(name="Ana Example")
    context = browser.new_context(viewport={"width": width, "height": 700})
    context.clock.install()
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    sign_in(page, portal, officer)
    page.goto(portal + eoi.get_absolute_url())
    page.locator("#id_note_text").fill(NOTE)
    page.locator("#id_note_text").focus()
    other = context.new_page()
    other.goto(f"{portal}/staff/figures/")
    context.clock.fast_forward("15:30")
    warning = page.get_by_role("alertdialog", name="You will be signed out in 5 minutes")
    expect(warning).to_be_visible()
    expect(warning.get_by_role("button", name="Stay signed in")).to_be_focused()
    expect(other.get_by_role("alertdialog")).to_be_visible()
    stand_on(page, page.locator("h1").inner_text())
    page.keyboard.press("Escape")
    expect(warning).to_be_hidden()
    expect(page.locator("#id_note_text")).to_be_focused()
    context.clock.fast_forward("03:35")
    last = page.get_by_role("alertdialog", name="You will be signed out in 1 minute")
    expect(last).to_be_visible()
    with page.expect_response("**/staff/stay/"):
        page.keyboard.press("Enter")
    expect(last).to_be_hidden()
    expect(other.get_by_role("alertdialog")).to_be_hidden()
    context.clock.fast_forward("10:00")
    assert (page.get_by_role("alertdialog").count(), refused) == (0, [])
    page.get_by_role("button", name="Add the note").click()
    assert Activity.objects.get(kind="note").text == NOTE
    context.close()


def test_who_comes_back_too_late_is_told_what_to_do(portal: str, officer: User, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.clock.install()
    page = context.new_page()
    sign_in(page, portal, officer)
    page.goto(f"{portal}/staff/figures/")
    context.clock.fast_forward("16:00")
    Session.objects.update(expire_date=clock.now() - dt.timedelta(minutes=1))
    page.get_by_role("button", name="Stay signed in").click()
    expect(page.get_by_role("alertdialog", name="We could not keep you signed in")).to_be_visible()
    expect(page.get_by_role("button", name="Stay signed in")).to_be_hidden()
    page.get_by_role("button", name="Close").last.click()
    context.clock.fast_forward("05:00")
    expect(page.get_by_role("alertdialog", name="You are signed out")).to_be_visible()
    page.keyboard.press("Escape")
    context.clock.fast_forward("05:00")
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    context.close()


@pytest.mark.parametrize("width", [1280, 320])
def test_without_a_script_the_note_comes_back_after_sign_in_and_is_sent(
    portal: str, officer: User, browser: Browser, stand_on: Callable[[Page, str], None], width: int
) -> None:
    eoi = received(name="Ana Example")
    page = browser.new_page(viewport={"width": width, "height": 700}, java_script_enabled=False)
    sign_in(page, portal, officer)
    page.goto(portal + eoi.get_absolute_url())
    page.locator("#id_note_text").fill(NOTE)
    Session.objects.update(expire_date=clock.now() - dt.timedelta(minutes=1))
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator("h1")).to_have_text("Sign in")
    expect(page.get_by_text("What you wrote is kept for an hour")).to_be_visible()
    page.get_by_label("Email address").fill(officer.email)
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in").click()
    expect(
        page.get_by_text("You were signed out before this was sent. Nothing was lost.")
    ).to_be_in_viewport()
    assert page.locator("#id_note_text").input_value() == NOTE
    assert not Activity.objects.filter(kind="note").exists()
    page.get_by_role("button", name="Add the note").click()
    assert Activity.objects.get(kind="note").text == NOTE
    expect(page.locator("#kept")).to_have_count(0)
    page.close()
