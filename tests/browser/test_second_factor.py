"""The second factor in a browser: set up at the first sign-in, then given, then a recovery code."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page

from accord_portal.staff import totp
from accord_portal.staff.models import SecondFactor, User
from tests.browser.conftest import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 320, "height": 640}


def test_an_app_is_set_up_and_then_signs_in_and_a_recovery_code_does_once(
    page: Page, portal: str, officer: User, stand_on: Callable[[Page, str], None], settings: LazySettings
) -> None:
    settings.SECOND_FACTOR = True
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    sign_in(page, portal, officer)
    stand_on(page, "Set up your second factor")
    page.get_by_role("link", name="Set up an app").click()
    stand_on(page, "Set up an authenticator app")
    secret = "".join(page.locator("code").inner_text().split())
    give(page, "1", "Set it up")
    assert page.locator(":focus").get_attribute("class") == "error-summary"
    stand_on(page, "Set up an authenticator app")
    give(page, totp.code_at(secret, totp.step_now()), "Set it up")
    stand_on(page, "Keep your recovery codes")
    codes = page.locator("code").all_inner_texts()
    with page.expect_download() as file:
        page.get_by_role("button", name="Download the codes (text, less than 1 KB)").dispatch_event("click")
    assert file.value.path().read_text().split()[-10:] == codes
    page.get_by_role("link", name="I have kept them").click()
    stand_on(page, "Desk")

    page.get_by_role("button", name="Sign out").click()
    SecondFactor.objects.update(last_step=0)  # half a minute goes by
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    sign_in(page, portal, officer)
    stand_on(page, "Enter your code")
    give(page, totp.code_at(secret, totp.step_now()), "Sign in")
    stand_on(page, "Desk")

    for code, heading in [(codes[0], "Desk"), (codes[0], "Enter your code"), (codes[1], "Desk")]:
        if page.locator("h1").last.inner_text() == "Desk":
            page.goto(f"{portal}/staff/second-factor/")
            stand_on(page, "Your second factor")  # which was given just now
            page.context.clear_cookies()
            sign_in(page, portal, officer)
        give(page, code, "Sign in")
        stand_on(page, heading)
    assert said == []


def give(page: Page, code: str, button: str) -> None:
    page.get_by_role("textbox", name="Code").fill(code)
    page.get_by_role("button", name=button, exact=True).click()
