"""What people press is large enough: 24 pixels on every page, 44 on phones (WCAG 2.2, 2.5.8 and 2.5.5)."""

import pytest
from playwright.sync_api import Page

from accord_portal.staff.models import User
from tests.factories import ChampionFactory, InitiativeFactory, PracticeStoryFactory, UpdateFactory, received

from .conftest import sign_in

PUBLIC = [
    "/",
    "/about/",
    "/contact/",
    "/express-interest/",
    "/champions/",
    "/initiatives/",
    "/partnerships/",
    "/good-practice/",
    "/updates/",
    "/search/?q=hall",
    "/open-data/",
    "/privacy/",
    "/preferences/",
]
STAFF = [
    "",
    "responses/letter/",
    "responses/expressionofinterest/",
    "responses/contact/",
    "champions/practicestory/add/",
    "digests/update/",
]
# A link within a sentence is as high as its line (2.5.8, exception "inline").
PRESSED = "a, button, input, select, textarea, summary"
SMALL = """([least, pressed]) => [...document.querySelectorAll(pressed)].filter(e => {
  const box = (e.closest("label.choice") || e).getBoundingClientRect();
  const shown = e.checkVisibility({checkVisibilityCSS: true, checkOpacity: true})
    && box.width && box.right > 0 && box.bottom > 0 && !e.closest(".trap, .skip, .skip-to-content-link");
  const block = e.closest("p, li, dd, td, th, figcaption, blockquote, div");
  const inline = e.tagName === "A" && block && block.innerText.trim() !== e.innerText.trim();
  return shown && !inline && (box.height < least || box.width < 24);
}).map(e => `${e.tagName} ${(e.innerText || e.name || e.id).trim().slice(0, 40)}`)"""


@pytest.fixture
def filled(portal: str) -> str:
    """Something of each kind on the pages."""
    received("keep_informed", email="somebody@example.org")
    InitiativeFactory(published=True, champion=ChampionFactory(published=True))
    PracticeStoryFactory()
    UpdateFactory(published=True)
    return portal


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "least"), [(1280, 24), (390, 44)])
def test_public_pages(page: Page, filled: str, width: int, least: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    small = {}
    for path in PUBLIC:
        page.goto(f"{filled}{path}")
        small[path] = page.evaluate(SMALL, [least, PRESSED])
    assert {p: found for p, found in small.items() if found} == {}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "least"), [(1280, 24), (390, 44)])
def test_staff_pages(page: Page, filled: str, officer: User, width: int, least: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, filled, officer)
    small = {}
    for path in STAFF:
        page.goto(f"{filled}/staff/{path}")
        small[path] = page.evaluate(SMALL, [least, PRESSED])
    assert {p: found for p, found in small.items() if found} == {}
