"""An editor sets the days of a digest, an approver approves them; another issue waits for its hour."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from accord_portal.digests.models import DigestIssue, DigestSchedule
from accord_portal.staff.models import User
from tests.factories import UpdateFactory

from .conftest import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_digests_go_out_by_themselves_and_one_later(
    portal: str, officer: User, approver: User, page: Page, stand_on: Callable[[Page, str], None]
) -> None:
    for audience in ("community_of_interest", "keep_informed"):
        DigestSchedule.objects.get_or_create(audience=audience)
    UpdateFactory(title="Gardens open in Ōtaki", published=True)
    sign_in(page, portal, officer)
    page.goto(f"{portal}/staff/digests/digestschedule/")
    stand_on(page, "Calendar of digests")
    page.get_by_role("link", name="Kept informed").click()
    page.get_by_label("Go out by themselves").check()
    page.get_by_label("How often").select_option("Every week")
    page.get_by_label("Day", exact=True).select_option("Friday")
    page.get_by_role("button", name="Save the days").click()
    stand_on(page, "When “Kept informed” goes out")
    assert page.locator(".state strong").inner_text() == "Every week"
    page.goto(f"{portal}/staff/digests/digestissue/")
    page.get_by_role("button", name="Community of interest").click()
    page.context.clear_cookies()

    sign_in(page, portal, approver)
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"{portal}/staff/digests/digestschedule/")
    page.get_by_role("link", name="Kept informed").first.click()
    page.get_by_role("button", name="Approve its issues").click()
    assert page.get_by_text("Each issue is approved by the standing approval of").is_visible()
    issue = DigestIssue.objects.get(audience="community_of_interest")
    page.goto(f"{portal}/staff/digests/digestissue/{issue.pk}/approval/")
    page.get_by_label("Later").check()
    page.get_by_label("Day").fill("2027-01-05")
    page.get_by_role("button", name="Approve").click()
    stand_on(page, str(issue))
    assert page.locator(".state strong").inner_text() == "Waits for its time"
    assert page.get_by_text("It goes out by itself on 5 January 2027, 9:00am").is_visible()
    page.goto(f"{portal}/staff/digests/digestschedule/")
    stand_on(page, "Calendar of digests")
    line = page.get_by_role("listitem").filter(has_text="5 January 2027, 9:00am")
    assert line.filter(has_text="Waits for its time").count() == 1
