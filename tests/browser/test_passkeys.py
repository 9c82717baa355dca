"""A passkey in a browser, with a device that Chromium makes believe: added, then given, then refused."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from playwright.sync_api import CDPSession, Page

from accord_portal.staff.models import LogLine, User
from tests.browser.conftest import PASSPHRASE, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
CANCELLED = "No passkey was given: it was cancelled, or it took too long. You can try again."


@pytest.fixture
def named(portal: str, settings: LazySettings) -> str:
    """The portal at a name: browsers keep no passkeys for numbers."""
    settings.SECOND_FACTOR = True
    settings.BASE_URL = portal.replace("127.0.0.1", "localhost")
    return settings.BASE_URL


def device_of(page: Page) -> tuple[CDPSession, str]:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    return session, session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]


def test_a_passkey_is_added_and_then_signs_in(
    page: Page, named: str, officer: User, stand_on: Callable[[Page, str], None]
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    session, device = device_of(page)
    sign_in(page, named, officer)
    stand_on(page, "Set up your second factor")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("Work laptop")
    stand_on(page, "Add a passkey")
    page.get_by_role("button", name="Add the passkey").click()
    page.wait_for_selector("h1:text('Keep your recovery codes')")
    codes = page.locator("code").all_inner_texts()
    page.get_by_role("link", name="I have kept them").click()
    stand_on(page, "Desk")

    page.get_by_role("button", name="Sign out").click()
    page.set_viewport_size({"width": 320, "height": 640})
    page.emulate_media(color_scheme="dark")
    sign_in(page, named, officer)
    stand_on(page, "Use your passkey")
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.get_by_role("button", name="Use your passkey").click()
    page.get_by_text(CANCELLED).wait_for()
    stand_on(page, "Use your passkey")
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_selector("h1:text('Desk')")
    page.goto(f"{named}/staff/second-factor/")
    stand_on(page, "Your second factor")
    assert page.locator(".passkeys strong").all_inner_texts() == ["Work laptop"]

    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_text("There is a passkey for your account on this device already.").wait_for()
    page.context.clear_cookies()
    sign_in(page, named, officer)
    page.get_by_text("Use a recovery code instead").click()
    page.get_by_role("textbox", name="Code").fill(codes[0])
    page.get_by_role("button", name="Use the code").click()
    stand_on(page, "Desk")
    assert said == []
    lines = LogLine.objects.order_by("pk").values_list("act", flat=True)
    assert [act for act in lines if act != "viewed"] == [
        "passkey_added",
        "signed_in",
        "passkey_used",
        "signed_in",
        "code_used",
        "signed_in",
    ]


def test_without_script_the_pages_say_so_and_an_app_or_a_code_does(
    page: Page, named: str, officer: User, stand_on: Callable[[Page, str], None]
) -> None:
    browser = page.context.browser
    assert browser
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    plain = context.new_page()
    plain.goto(f"{named}/staff/")
    plain.get_by_label("Email address").fill(officer.email)
    plain.get_by_label("Passphrase").fill(PASSPHRASE)
    plain.get_by_role("button", name="Sign in").click()
    plain.get_by_role("link", name="Add a passkey").click()
    assert plain.get_by_text("A passkey needs JavaScript").is_visible()
    plain.get_by_role("button", name="Add the passkey").click()
    assert plain.locator(".error-summary li").inner_text() == "Your browser gave no passkey"
    plain.get_by_role("link", name="Set up an authenticator app instead").click()
    assert plain.locator("h1").last.inner_text() == "Set up an authenticator app"
    context.close()
