"""A partnership comes up for review: its page says overdue, staff review it, and it says so no more."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from accord_portal.staff.models import User
from tests.partnerships import PartnershipFactory

from .conftest import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_partnership_comes_up_for_review(
    page: Page, portal: str, officer: User, stand_on: Callable[[Page, str], None]
) -> None:
    today = timezone.localdate()
    partnership = PartnershipFactory(
        active=True, title="Two rivers", vision="Water for all.", review_on=today - dt.timedelta(days=3)
    )
    public = portal + partnership.get_absolute_url()
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{portal}/partnerships/")
    stand_on(page, "Partnerships")
    page.get_by_role("link", name="Two rivers").click()
    stand_on(page, "Two rivers")
    assert page.get_by_text("The review is overdue.").is_visible()

    page.set_viewport_size({"width": 1280, "height": 800})
    sign_in(page, portal, officer)
    page.goto(f"{portal}/staff/?whose=all&kind=review")
    page.get_by_role("link", name="Two rivers").first.click()
    stand_on(page, "Two rivers")
    page.get_by_label("What they found").fill("Both sides met at the bridge.")
    page.get_by_label("Next review day").fill((today + dt.timedelta(days=365)).isoformat())
    page.get_by_role("button", name="Write down the review").click()
    assert page.locator(".messagelist").inner_text().startswith("The review is written down.")
    stand_on(page, "Two rivers")
    page.get_by_role("link", name="Change the record").click()
    stand_on(page, "Two rivers")

    page.goto(public)
    stand_on(page, "Two rivers")
    assert page.get_by_text("The review is overdue.").count() == 0
    assert page.get_by_text("Reviewed", exact=True).is_visible()
