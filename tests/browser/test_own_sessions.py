"""One's own sessions: a telephone that was lost is signed out from the desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from accord_portal.staff.models import LogLine, User

from .conftest import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (320, True), (320, False)])
def test_a_browser_that_was_lost_is_signed_out_from_another(
    portal: str,
    officer: User,
    browser: Browser,
    stand_on: Callable[[Page, str], None],
    width: int,
    scripts: bool,
) -> None:
    lost, here = (
        browser.new_page(viewport={"width": width, "height": 800}, java_script_enabled=scripts)
        for _ in range(2)
    )
    for page in (lost, here):
        sign_in(page, portal, officer)
    here.goto(f"{portal}/staff/sessions/")
    if scripts:
        stand_on(here, "Where you are signed in")
    expect(here.get_by_role("heading", name="This browser")).to_have_count(1)
    here.get_by_role("button", name="Sign out everywhere else").click()
    expect(here.get_by_text("Signed out in 1 other browser.")).to_be_visible()
    expect(here.get_by_text("You are signed in nowhere else.")).to_be_visible()
    lost.goto(f"{portal}/staff/figures/")
    expect(lost.locator("h1")).to_have_text("Sign in")
    assert LogLine.objects.filter(act="session_ended").count() == 1
    for page in (lost, here):
        page.close()
