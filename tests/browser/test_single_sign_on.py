"""Signing in through an organisation's own sign-in, in a browser: there, back, and on to the page wanted."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page

from accord_portal.staff.models import User
from tests.staff import provider as loopback

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_somebody_who_was_invited_signs_in_through_their_organisation(
    page: Page, portal: str, officer: User, stand_on: Callable[[Page, str], None], settings: LazySettings
) -> None:
    settings.SECOND_FACTOR = True
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    with loopback.running() as provider:
        settings.SIGN_IN_PROVIDERS = loopback.as_settings(provider, gives_second_factor=True)
        provider.knows = {"sub": "1", "email": officer.email, "email_verified": True, "amr": ["pwd", "mfa"]}
        page.goto(f"{portal}/staff/figures/")
        stand_on(page, "Sign in")
        page.get_by_role("link", name="Internal Affairs").click()
        page.get_by_role("link", name="It is me").click()
        stand_on(page, "Figures")

        page.get_by_role("button", name="Sign out").click()
        page.set_viewport_size({"width": 320, "height": 640})
        provider.knows = {"sub": "2", "email": "stranger@example.org", "email_verified": True}
        page.goto(f"{portal}/staff/")
        page.get_by_role("link", name="Internal Affairs").click()
        page.get_by_role("link", name="It is me").click()
        stand_on(page, "You are not signed in")
        page.get_by_role("link", name="Back to signing in").click()
        stand_on(page, "Sign in")
    assert [line for line in said if "Security Policy" in line] == []
