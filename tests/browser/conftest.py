"""A real browser against a live portal. Every page a journey stands on is checked for accessibility."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import LazySettings
from django.core import mail as django_mail
from django.core.management import call_command
from django_tasks_db.management.commands.db_worker import Worker
from playwright.sync_api import Browser, Locator, Page
from pytest_django.live_server_helper import LiveServer

from accord_portal.foundation import mail
from accord_portal.staff.models import User

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's own loop runs in this thread

PASSPHRASE = "four words make a passphrase"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
STAFF_RULES = RULES[:-1]  # Django's admin has its own ideas of landmarks


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    found = filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
    path = next(found, None)
    assert path, "the journeys need Chromium: install the package chromium"
    arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"]
    return {**browser_type_launch_args, "executable_path": path, "args": arguments}


@pytest.fixture(autouse=True)
def _a_press_ends_when_its_page_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Playwright goes on when the answer's first bytes arrive: what is read then may not be there yet."""
    click = Locator.click

    def click_and_wait(self: Locator, **options: Any) -> None:
        click(self, **options)
        self.page.wait_for_load_state()

    monkeypatch.setattr(Locator, "click", click_and_wait)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window of its own for each journey."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


@pytest.fixture
def portal(live_server: LiveServer, settings: LazySettings) -> str:
    """A portal with the Accord's content, at its address."""
    settings.BASE_URL = live_server.url
    call_command("load_accord", verbosity=0)
    return live_server.url


@pytest.fixture
def officer(portal: str) -> User:
    """A triage officer who may do everything."""
    return User.objects.create_superuser("officer@example.org", PASSPHRASE, name="Ana Officer")


@pytest.fixture
def approver(portal: str) -> User:
    """Another who may do everything: nobody approves their own."""
    return User.objects.create_superuser("approver@example.org", PASSPHRASE, name="Bo Approver")


@pytest.fixture
def stand_on(portal: str) -> Callable[[Page, str], None]:
    """Asserts that the page has this heading, no accessibility fault, and no sideways scroll."""

    def check(page: Page, heading: str) -> None:
        assert page.locator("h1").last.inner_text() == heading
        staff = urlsplit(page.url).path.startswith("/staff/")
        tags = STAFF_RULES if staff else RULES
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}})
        faults = [(fault["id"], fault["nodes"][0]["target"]) for fault in found.response["violations"]]
        assert faults == []
        width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(width) == 0

    return check


def work() -> None:
    """What the worker does within a second: rings that wait, then mail that is owed."""
    Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="journey",
        excluded_queue_names=[],
    ).run()
    mail.deliver_due()


def letters_to(address: str) -> list[Any]:
    """The messages that arrived in a mailbox, in order."""
    work()
    return [letter for letter in django_mail.outbox if letter.to == [address]]


def link_in(letter: Any, path: str) -> str:
    """The address in the letter's text that leads to this path."""
    found = re.search(rf"https?://\S+/{path}/\S+", letter.body)
    assert found, f"no link to {path} in: {letter.body}"
    return found[0]


def sign_in(page: Page, portal: str, officer: User) -> None:
    """Signs a member of staff in with address and passphrase."""
    page.goto(f"{portal}/staff/")
    page.get_by_label("Email address").fill(officer.email)
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in").click()


def see_it_and_send(page: Page, section: str) -> None:
    """Looks at the message, which shows in its own colours, and sends it."""
    page.locator(f"#{section}").get_by_role("button", name="See it as it will arrive").click()
    masthead = page.frame_locator("iframe.preview").locator(".masthead")
    assert masthead.evaluate("box => getComputedStyle(box).backgroundColor") == "rgb(13, 74, 69)"
    page.get_by_role("button", name="Send").focus()
    page.keyboard.press("Enter")  # while the page scrolls, Chromium takes a click for one into the frame
    page.wait_for_url("**/change/**")
