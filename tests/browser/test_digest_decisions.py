"""Officers try a digest out, look at it as a reader gets it, and decide who in doubt has it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from accord_portal.digests import compose
from accord_portal.digests.models import Delivery, DigestIssue
from accord_portal.staff.models import User
from tests.factories import BatchFactory, DeliveryFactory, UpdateFactory, subscriber

from .conftest import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def doubtful(*names: str) -> DigestIssue:
    batch = BatchFactory(state="done")
    for name in names:
        person = subscriber(name=name, email=f"{name.lower()}@example.org")
        DeliveryFactory(batch=batch, contact=person, state="held", reason="TimeoutError: timed out")
    people = {"in_doubt": len(names), "recipients": len(names)}
    DigestIssue.objects.update(state="sent", **people)
    return DigestIssue.objects.get()


def states() -> dict[str, str]:
    return dict(Delivery.objects.values_list("contact__name", "state"))


def test_two_in_doubt_are_decided_one_after_the_other(
    portal: str, officer: User, page: Page, browser: Browser, stand_on: Callable[[Page, str], None]
) -> None:
    issue = doubtful("Mere", "Ana")
    sign_in(page, portal, officer)
    page.goto(f"{portal}/staff/digests/digestissue/{issue.pk}/change/")
    stand_on(page, str(issue))
    page.get_by_role("link", name="Look at them and decide").click()
    stand_on(page, f"In doubt: {issue}")
    page.get_by_label("Tick Mere").check()
    page.get_by_role("button", name="Treat it as sent").click()
    assert page.get_by_role("alert").get_by_role("link").all_inner_texts() == ["Say why, in a sentence"]
    assert page.get_by_label("Tick Mere").is_checked() is True
    stand_on(page, f"In doubt: {issue}")
    page.get_by_label("Why, in a sentence").fill("The log of their server has it.")
    page.get_by_role("button", name="Treat it as sent").click()
    stand_on(page, f"In doubt: {issue}")
    assert states() == {"Mere": "accepted", "Ana": "held"}
    page.set_viewport_size({"width": 320, "height": 640})
    stand_on(page, f"In doubt: {issue}")

    phone = browser.new_page(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    sign_in(phone, portal, officer)
    phone.goto(f"{portal}/staff/digests/digestissue/{issue.pk}/doubt/")
    phone.get_by_label("All on this page").check()
    phone.get_by_label("Why, in a sentence").fill("She rang: it did not come.")
    phone.get_by_role("button", name="Send it to them again").click()
    assert phone.get_by_text("They are sent it again.").is_visible() is True
    assert "in doubt: She rang: it did not come." in phone.locator("main").inner_text()
    phone.close()
    assert states() == {"Mere": "accepted", "Ana": "pending"}


def test_a_draft_is_tried_out_and_looked_at_as_a_reader_gets_it(
    portal: str, officer: User, page: Page, stand_on: Callable[[Page, str], None]
) -> None:
    subscriber(name="Mere Tūtahi", email="mere@example.org")
    UpdateFactory(published=True, title="Gardens open")
    issue = compose.compose_issue(audience="keep_informed", by=officer)
    sign_in(page, portal, officer)
    page.goto(f"{portal}/staff/digests/digestissue/{issue.pk}/change/")
    page.get_by_label("To", exact=True).fill("ana@example.org, nobody")
    page.get_by_role("button", name="Send a test").click()
    stand_on(page, str(issue))
    page.get_by_label("To", exact=True).fill("ana@example.org\nbo@example.org")
    page.get_by_role("button", name="Send a test").click()
    assert page.get_by_text("A test is on its way to ana@example.org, bo@example.org.").is_visible() is True
    page.get_by_role("link", name="As one reader gets it").click()
    stand_on(page, f"As a reader gets it: {issue}")
    page.get_by_label("A reader").fill("tutahi")
    page.get_by_role("button", name="Find").click()
    stand_on(page, f"As a reader gets it: {issue}")
    page.get_by_role("link", name="Mere Tūtahi").click()
    stand_on(page, f"As a reader gets it: {issue}")
    frame = page.frame_locator("iframe.preview")
    assert frame.get_by_text("Mere Tūtahi").is_visible() is True
    assert frame.get_by_role("link").count() == 0
    page.set_viewport_size({"width": 320, "height": 640})
    stand_on(page, f"As a reader gets it: {issue}")
