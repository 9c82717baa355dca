"""A person follows what they were promised from the mails they get: made, moved, missed and kept."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
import time_machine
from playwright.sync_api import Browser, Page

from accord_portal.staff.models import User
from responses.answers import confirming, triage
from responses.models import ExpressionOfInterest, Undertaking
from responses.undertakings import moving
from tests.clock import NOON
from tests.factories import received

from .conftest import letters_to, link_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MAILBOX = "mere@example.org"


@pytest.fixture
def ticking() -> Iterator[time_machine.Traveller]:
    """It is noon, and time goes on."""
    with time_machine.travel(NOON) as traveller:
        yield traveller


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A small screen that runs no scripts."""
    context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    yield context.new_page()
    context.close()


def owed(page: Page, heading: str) -> list[str]:
    """The entries under this heading, each in one line."""
    found = page.get_by_role("heading", name=heading, exact=True).locator("xpath=following-sibling::ul[1]/li")
    return [" ".join(text.split()).partition(" What you sent us")[0] for text in found.all_inner_texts()]


def move(eoi: ExpressionOfInterest, by: User) -> None:
    row = eoi.undertakings.get(kind=Undertaking.Kind.REPLY)
    to = dt.date(2026, 12, 18)
    moving.move(undertaking=row, seen=row.due_on, to=to, because="We await the Minister.", by=by)


def test_a_person_sees_a_promise_made_moved_missed_and_kept(
    portal: str,
    officer: User,
    page: Page,
    phone: Page,
    ticking: time_machine.Traveller,
    stand_on: Callable[[Page, str], None],
) -> None:
    eoi = received(name="Mere Tūtahi", email=MAILBOX)
    confirming.confirm(contact=eoi.contact, eoi=eoi)
    page.goto(link_in(letters_to(MAILBOX)[-1], "preferences"))
    page.get_by_role("link", name="What we promised you").click()
    stand_on(page, "What we promised you")
    first = f"We said we would answer your form {eoi.reference} in full by Monday 14 December 2026."
    assert owed(page, "What we owe you")[1] == first

    move(eoi, officer)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(link_in(letters_to(MAILBOX)[-1], "preferences"))
    stand_on(page, "What we promised you")
    moved = f"{first} Then we named another day: Friday 18 December 2026."
    assert owed(page, "What we owe you")[1].startswith(moved)
    assert "We await the Minister." in owed(page, "What we owe you")[1]

    ticking.move_to(NOON + dt.timedelta(days=35))
    assert moving.say_what_was_missed(today=dt.date(2026, 12, 21)) == 1
    missed = link_in(letters_to(MAILBOX)[-1], "preferences")
    page.goto(missed)
    stand_on(page, "What we promised you")
    phone.goto(missed)
    assert owed(phone, "What we owe you") == owed(page, "What we owe you")
    assert [text.partition(".")[0] for text in owed(page, "What we owe you")] == ["We are late with this"] * 2

    eoi.refresh_from_db()
    triage.acknowledge(eoi=eoi, seen=eoi.version, by=officer, text="Kia ora, and sorry.", is_full=True)
    page.goto(link_in(letters_to(MAILBOX)[-1], "preferences"))
    stand_on(page, "What we promised you")
    for entry in owed(page, "What we did"):
        assert "We were late with this. We did so on 21 December 2026, by email." in entry
    assert page.get_by_text("We owe you nothing at the moment.").is_visible()
    page.get_by_role("link", name="See what we sent you").first.click()
    stand_on(page, "What we sent you")
