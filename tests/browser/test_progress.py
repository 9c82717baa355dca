"""A champion says how an initiative stands, from the mailbox on a phone; an agency says otherwise."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from accord_portal.foundation import clock
from accord_portal.staff.models import User
from champions.initiatives import asking
from champions.models import Champion, Initiative
from tests.factories import ChampionFactory, InitiativeFactory, subscriber
from tests.register import PartnerFactory

from .conftest import letters_to, link_in, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
COMMUNITY, AGENCY = "aroha@example.org", "team@example.org"


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A phone that runs no script of ours, since there is none."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    yield context.new_page()
    context.close()


def both_sides() -> Initiative:
    hapori = ChampionFactory(
        published=True,
        name="Hapori Trust",
        contact=subscriber("champion_accord", name="Aroha Ngata", email=COMMUNITY),
    )
    agency = ChampionFactory(
        published=True,
        name="Sport New Zealand",
        kind=Champion.Kind.AGENCY,
        contact=subscriber("champion_accord", name="Hēmi Walker", email=AGENCY),
    )
    one = InitiativeFactory(published=True, title="Open the hall", champion=hapori)
    PartnerFactory(initiative=one, champion=agency, agreed=True, agreed_at=clock.now())
    return one


def test_two_sides_report_from_the_mailbox_and_the_page_says_that_they_differ(
    portal: str, officer: User, phone: Page, page: Page, stand_on: Callable[[Page, str], None]
) -> None:
    one = both_sides()
    asking.ask(initiative=one, seen=0, by=officer)

    letter = letters_to(COMMUNITY)[-1]
    assert letter.subject == "How is your initiative going?"
    phone.goto(link_in(letter, "progress"))
    stand_on(phone, "How does it stand?")
    phone.get_by_label("Stalled").check()
    phone.get_by_label("Why, in a sentence").fill("The roof leaks.")
    phone.get_by_label("Show my name beside these words: Aroha Ngata").check()
    phone.get_by_role("button", name="Tell this").click()
    stand_on(phone, "Thank you")

    hub = link_in(letters_to(AGENCY)[-1], "progress").partition("changed/")[0]
    phone.goto(hub)
    stand_on(phone, "How is it going?")
    phone.get_by_role("link", name="It is finished").click()
    stand_on(phone, "Is it finished?")
    phone.get_by_role("button", name="Yes, it is finished").click()
    assert "Say in a sentence what came of it" in phone.get_by_role("alert").inner_text()
    phone.get_by_label("What came of it, in a sentence").fill("All is paid.")
    phone.get_by_role("button", name="Yes, it is finished").click()
    stand_on(phone, "Thank you")

    page.goto(portal + one.get_absolute_url())
    stand_on(page, "Open the hall")
    text = page.get_by_role("main").inner_text()
    words = "The two sides do not agree: the agency side says “done”, the community side says “stalled”."
    assert [shown in text for shown in (words, "The roof leaks.", "Aroha Ngata")] == [True, False, False]

    sign_in(page, portal, officer)
    page.goto(f"{portal}/staff/champions/initiative/?said=to_read")
    page.get_by_role("link", name="Open the hall").click()
    stand_on(page, "Open the hall")
    chosen = page.get_by_label("What they said").locator("option", has_text="The roof leaks.")
    page.get_by_label("What they said").select_option(chosen.get_attribute("value"))
    page.get_by_label("Sees these words").check()
    page.get_by_role("button", name="Save").click()
    phone.goto(portal + one.get_absolute_url())
    stand_on(phone, "Open the hall")
    text = phone.get_by_role("main").inner_text()
    assert [shown in text for shown in ("The roof leaks.", "Aroha Ngata", "All is paid.")] == [
        True,
        True,
        False,
    ]
