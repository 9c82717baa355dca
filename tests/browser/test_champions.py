"""Somebody who wants to champion the Accord becomes public, tick by tick, and takes it down again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from accord_portal.staff.models import User
from champions.models import Champion
from responses.consent import switches
from tests.factories import received

from .conftest import letters_to, link_in, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_champion_is_registered_ticks_and_is_published(
    portal: str, officer: User, page: Page, stand_on: Callable[[Page, str], None]
) -> None:
    eoi = received(
        "champion_accord",
        name="Mere Tūtahi",
        organisation="Ngā Hau o Tāwhiri",
        email="mere@example.org",
        initiatives="- A shared garden\n- A hui in each town",
    )
    switches.confirm(contact=eoi.contact)
    sign_in(page, portal, officer)
    page.goto(portal + eoi.get_absolute_url())
    page.get_by_role("link", name="Register as champion").click()
    stand_on(page, "Register as champion")
    assert page.get_by_label("Name", exact=True).input_value() == "Ngā Hau o Tāwhiri"
    assert page.get_by_label("Initiatives").input_value() == "A shared garden\n\nA hui in each town"
    page.get_by_label("Summary").fill("We bring people together.")
    page.get_by_label("we will act in good faith").check()
    page.get_by_role("button", name="Register as champion").click()
    stand_on(page, "Ngā Hau o Tāwhiri")
    here = page.url

    page.get_by_role("link", name="Look at it, then publish").click()
    assert page.get_by_role("alert").get_by_role("listitem").inner_text() == (
        "The person has not ticked that the name may be public."
    )
    page.goto(f"{portal}/champions/")
    stand_on(page, "Champions")
    assert page.get_by_role("link", name="Ngā Hau o Tāwhiri").count() == 0

    page.goto(link_in(letters_to("mere@example.org")[-1], "publication"))
    stand_on(page, "What may be public")
    page.get_by_label("My name as a champion: Ngā Hau o Tāwhiri").check()
    page.get_by_label("A shared garden").check()
    page.get_by_role("button", name="Save what may be public").click()
    stand_on(page, "What may be public")
    ticked_page = page.url

    page.goto(here)
    page.get_by_role("link", name="Look at it, then publish").click()
    stand_on(page, "Ngā Hau o Tāwhiri")
    page.get_by_role("button", name="Publish").click()
    assert page.locator(".messagelist").inner_text() == "Published."
    page.goto(f"{portal}/champions/?q=tawhiri")
    page.get_by_role("link", name="Ngā Hau o Tāwhiri").click()
    stand_on(page, "Ngā Hau o Tāwhiri")
    assert page.url == f"{portal}/champions/nga-hau-o-tawhiri/"
    text = page.get_by_role("main").inner_text()
    assert [shown in text for shown in ("A shared garden", "A hui", "We bring people together.")] == [
        True,
        False,
        False,
    ]
    page.goto(f"{portal}/initiatives/")
    page.get_by_role("link", name="A shared garden").click()
    stand_on(page, "A shared garden")

    page.goto(ticked_page)
    page.get_by_role("button", name="Take everything down now").click()
    stand_on(page, "Everything is taken down")
    assert Champion.objects.get().state == Champion.State.WITHDRAWN
    assert page.goto(f"{portal}/champions/nga-hau-o-tawhiri/").status == 404
    stand_on(page, "Page not found")
