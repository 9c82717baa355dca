"""Staff write an update and send it; the reader gets it once and leaves with one press."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from accord_portal.digests.models import Delivery, DigestIssue
from accord_portal.staff.models import User
from responses.models import Involvement
from tests.factories import received, subscriber

from .conftest import letters_to, link_in, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_update_goes_out_in_a_digest(
    portal: str, officer: User, approver: User, page: Page, stand_on: Callable[[Page, str], None]
) -> None:
    reader = subscriber(name="Mere Tūtahi", email="mere@example.org")
    received("keep_informed", name="Not Confirmed", email="unconfirmed@example.org")
    sign_in(page, portal, officer)
    page.goto(f"{portal}/staff/digests/update/add/")
    page.get_by_label("Title").fill("Gardens open in Ōtaki")
    page.get_by_label("Summary").fill("Three gardens open this week.")
    page.get_by_label("Body").fill("## When\n\n- Monday <script>alert(1)</script>\n- Tuesday")
    stand_on(page, "New update")
    page.get_by_role("button", name="Save and publish").click()
    page.goto(f"{portal}/updates/")
    page.get_by_role("link", name="Gardens open in Ōtaki").click()
    stand_on(page, "Gardens open in Ōtaki")
    assert page.url == f"{portal}/updates/gardens-open-in-otaki/"
    assert page.get_by_role("listitem").filter(has_text="Monday").inner_text() == (
        "Monday <script>alert(1)</script>"
    )

    page.goto(f"{portal}/staff/digests/digestissue/")
    page.get_by_role("button", name="Kept informed").click()
    issue = DigestIssue.objects.get()
    stand_on(page, str(issue))
    page.get_by_label("Introduction").fill("It is spring.")
    page.get_by_role("button", name="Save", exact=True).click()
    preview = page.frame_locator("iframe.preview")
    assert preview.get_by_role("heading", level=3).all_inner_texts() == ["Gardens open in Ōtaki"]
    assert preview.get_by_text("It is spring.").is_visible() is True
    page.get_by_role("button", name="Send a test").click()
    assert [letter.subject for letter in letters_to("officer@example.org")] == [
        "Test: Kia Tūtahi Accord: Gardens open in Ōtaki"
    ]
    stand_on(page, str(issue))
    assert page.get_by_text("You composed or changed this: somebody else must approve it.").is_visible()
    page.context.clear_cookies()
    sign_in(page, portal, approver)
    page.goto(f"{portal}/staff/digests/digestissue/{issue.pk}/change/")
    page.get_by_role("link", name="Look at it and approve").click()
    stand_on(page, f"Approve: {issue}")
    page.get_by_role("button", name="Approve").click()
    (letter,) = letters_to("mere@example.org")
    assert letter.subject == "Kia Tūtahi Accord: Gardens open in Ōtaki"
    page.reload()
    stand_on(page, str(issue))
    assert page.locator(".state strong").inner_text() == "Sent"
    assert list(Delivery.objects.values_list("contact__name", "state")) == [("Mere Tūtahi", "accepted")]

    page.goto(link_in(letter, "unsubscribe"))
    stand_on(page, "Unsubscribe")
    assert Involvement.objects.confirmed().filter(contact=reader).count() == 1
    page.get_by_role("button", name="Unsubscribe").click()
    stand_on(page, "You are unsubscribed")
    assert Involvement.objects.confirmed().filter(contact=reader).count() == 0
