"""Mail scanners open every link in a browser that runs scripts: nothing comes of it."""

from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page

from responses.models import Call
from tests.links import kept, link_to, patterns

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("name", [name for name, _ in patterns()])
def test_a_scanner_with_a_browser_changes_nothing(name: str, portal: str, call: Call, page: Page) -> None:
    link = urljoin(portal, link_to(name))
    before = kept(name)
    response = page.goto(link)
    page.wait_for_load_state("networkidle")
    page.mouse.move(200, 200)
    page.evaluate("window.dispatchEvent(new Event('beforeunload'))")
    page.reload()
    assert response is not None
    assert response.status == 200
    assert kept(name) == before
