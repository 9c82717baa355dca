"""Staff work the queue, and two of them meet on the same record."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from accord_portal.staff.models import User
from responses.answers import triage
from responses.models import Activity, ExpressionOfInterest
from tests.factories import UserFactory, answered, received

from .conftest import letters_to, see_it_and_send, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_officer_answers_somebody_who_waits(
    portal: str, officer: User, page: Page, stand_on: Callable[[Page, str], None]
) -> None:
    eoi = received("keep_informed", name="Mere Tūtahi", email="mere@example.org")
    sign_in(page, portal, officer)
    stand_on(page, "Desk")
    page.goto(f"{portal}/staff/responses/expressionofinterest/?queue=awaiting")
    page.locator("#searchbar").fill("tutahi")
    page.get_by_role("button", name="Search").click()
    stand_on(page, "Expressions of interest")
    page.get_by_role("link", name=eoi.reference).click()
    stand_on(page, f"{eoi.reference}: Mere Tūtahi")

    page.get_by_label("What you tell them").fill("Thank you, Mere. We will call on Monday.")
    page.get_by_role("group", name="Is this the full answer?").get_by_label("Yes").check()
    see_it_and_send(page, "acknowledge")
    stand_on(page, f"{eoi.reference}: Mere Tūtahi")
    assert page.locator(".messagelist").inner_text() == "Acknowledged."
    page.get_by_label("Assign to").select_option(label="Ana Officer")
    page.get_by_role("button", name="Assign").click()
    page.get_by_label("Note", exact=True).fill("She prefers the morning.")
    page.get_by_role("button", name="Add the note").click()
    page.get_by_label("What came of it").select_option(label="Taken up")
    page.get_by_label("Why, in plain words to the person").fill("We meet on Monday.")
    see_it_and_send(page, "close")
    assert page.locator(".messagelist").inner_text() == "Closed."
    stand_on(page, f"{eoi.reference}: Mere Tūtahi")

    eoi.refresh_from_db()
    assert (eoi.state, eoi.outcome, eoi.assigned_to, eoi.closed_by) == (
        "closed",
        "taken_up",
        officer,
        officer,
    )
    assert list(eoi.activities.order_by("pk").values_list("kind", flat=True)) == [
        Activity.Kind.ANSWERED,
        Activity.Kind.ACKNOWLEDGED,
        Activity.Kind.ASSIGNED,
        Activity.Kind.NOTE,
        Activity.Kind.CLOSED,
    ]
    subjects = [letter.subject for letter in letters_to("mere@example.org")]
    assert subjects == [
        f"We have received your answers: {eoi.reference}",
        f"Your expression of interest: {eoi.reference}",
        f"What came of your expression of interest: {eoi.reference}",
    ]


def test_two_officers_meet_and_nothing_typed_is_lost(portal: str, officer: User, page: Page) -> None:
    eoi = answered(by=officer, name="Mere Tūtahi")
    sign_in(page, portal, officer)
    page.goto(portal + eoi.get_absolute_url())
    page.get_by_label("What came of it").select_option(label="Taken up")
    page.get_by_label("Why, in plain words to the person").fill("On the fifth floor")

    triage.assign(eoi=eoi, seen=eoi.version, by=UserFactory(name="Bo Colleague"), to=officer)
    page.locator("#close").get_by_role("button", name="See it as it will arrive").click()

    assert "Bo Colleague changed this meanwhile: Assigned" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Why, in plain words to the person").input_value() == "On the fifth floor"
    see_it_and_send(page, "close")
    assert ExpressionOfInterest.objects.get().state == "closed"


def test_the_queue_can_be_worked_on_a_phone_without_scripts(
    portal: str, officer: User, browser: Browser
) -> None:
    eoi = received(name="Mere Tūtahi", email="", telephone="04 494 5718")
    page = browser.new_page(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    sign_in(page, portal, officer)
    page.get_by_role("link", name="Nobody’s").click()
    page.get_by_role("link", name="Mere Tūtahi").first.click()
    page.get_by_label("What you tell them").fill("Told her by telephone that we will meet.")
    page.get_by_role("group", name="Is this the full answer?").get_by_label("Yes").check()
    page.get_by_role("button", name="See it as it will arrive").first.click()
    page.get_by_role("button", name="Write it down").click()
    eoi.refresh_from_db()
    kept = eoi.undertakings.get(kind="reply")
    assert (eoi.state, kept.kept_by) == ("in_hand", officer)
    page.close()
