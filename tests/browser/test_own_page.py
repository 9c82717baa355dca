"""A champion writes their own page with a picture, from the mailbox on a phone; an approver publishes it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from accord_portal.staff.models import User
from champions.initiatives import asking
from tests.factories import ChampionFactory, InitiativeFactory, subscriber
from tests.pixels import drawn

from .conftest import letters_to, link_in, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AROHA = "aroha@example.org"
SEND = "Send it to be published"


def picture(page: Page, name: str) -> None:
    """Where a folder for pictures is named, one of the page as it stands."""
    if folder := os.environ.get("JOURNEY_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize("has_script", [True, False])
def test_a_champion_writes_their_page_and_an_approver_publishes_it(
    portal: str,
    approver: User,
    browser: Browser,
    page: Page,
    tmp_path: Path,
    stand_on: Callable[[Page, str], None],
    has_script: bool,
) -> None:
    contact = subscriber("champion_accord", name="Aroha Ngata", email=AROHA)
    champion = ChampionFactory(
        published=True, name="Hapori Trust", contact=contact, summary="We run a community garden."
    )
    one = InitiativeFactory(published=True, title="Open the hall", champion=champion)
    asking.ask(initiative=one, seen=0, by=approver)
    (tmp_path / "garden.png").write_bytes(drawn((1600, 900), "PNG"))
    (tmp_path / "notes.txt").write_text("no picture")

    phone = browser.new_page(viewport={"width": 390, "height": 844}, java_script_enabled=has_script)
    phone.goto(link_in(letters_to(AROHA)[-1], "own-page"))
    if has_script:
        stand_on(phone, "Your own page")
    picture(phone, f"own-page-{has_script}")
    phone.get_by_label("Who you are and what you do").fill("We run two community gardens.")
    phone.get_by_label("Website").fill("hapori.example.org")
    phone.get_by_label("Place").fill("Ōtaki")
    phone.get_by_label("Picture", exact=True).set_input_files(tmp_path / "notes.txt")
    phone.get_by_label("A new initiative: its title").fill("Seeds for schools")
    phone.get_by_role("button", name=SEND).click()
    assert "Choose a JPEG, PNG or WebP picture" in phone.get_by_role("alert").inner_text()
    picture(phone, f"own-page-error-{has_script}")
    phone.get_by_label("Picture", exact=True).set_input_files(tmp_path / "garden.png")
    phone.get_by_label("The picture in words").fill("A garden beside the hall")
    phone.get_by_role("button", name=SEND).click()
    assert phone.get_by_role("status").inner_text().startswith("We have what you sent.")
    assert phone.get_by_role("img", name="A garden beside the hall").is_visible()
    if has_script:
        stand_on(phone, "Your own page")
    picture(phone, f"own-page-sent-{has_script}")

    sign_in(page, portal, approver)
    page.goto(f"{portal}/staff/?whose=all&kind=own_page")
    page.get_by_role("link", name="Hapori Trust").first.click()
    stand_on(page, "Hapori Trust")
    assert page.locator("del").first.inner_text() == "a"
    picture(page, "proposal-1280")
    for scheme, width in (("dark", 1280), ("light", 320)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 800})
        stand_on(page, "Hapori Trust")
        picture(page, f"proposal-{scheme}-{width}")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("link", name="Look at it, then publish").click()
    stand_on(page, "Hapori Trust")
    shown = page.get_by_role("img", name="A garden beside the hall")
    assert shown.evaluate("image => image.naturalWidth") == 1200
    picture(page, "preview-1280")
    page.get_by_role("button", name="Publish").click()
    assert page.locator(".messagelist").inner_text().startswith("Published.")
    assert "/champions/hapori-trust/" in link_in(letters_to(AROHA)[-1], "champions")

    page.context.clear_cookies()
    for scheme, width in (("light", 1280), ("dark", 320), ("light", 390)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(portal + champion.get_absolute_url())
        stand_on(page, "Hapori Trust")
        picture(page, f"champion-{scheme}-{width}")
        assert shown.evaluate("image => image.naturalWidth") == 1200
        assert page.get_by_role("link", name="Seeds for schools").is_visible()
        page.goto(f"{portal}/champions/")
        stand_on(page, "Champions")
        assert shown.evaluate("image => image.naturalWidth") == 320
        picture(page, f"champions-{scheme}-{width}")
