"""Staff ask whether something may go to an agency; the person presses Yes on a phone, and then it goes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from accord_portal.staff.models import User
from responses.models import ExpressionOfInterest, Referral
from tests.factories import answered

from .conftest import letters_to, link_in, see_it_and_send, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
StandOn = Callable[[Page, str], None]
AGENCY, PERSON = "kiaora@sport.example.org", "mere@example.org"
PHONE = {"width": 390, "height": 800}


def test_what_the_person_lets_us_pass_on_reaches_the_agency(
    portal: str, officer: User, page: Page, browser: Browser, stand_on: StandOn
) -> None:
    eoi = answered("keep_informed", by=officer, name="Mere Tūtahi", email=PERSON, comments="A hall, please.")
    sign_in(page, portal, officer)
    page.goto(portal + eoi.get_absolute_url())
    refer = page.locator("#refer")
    refer.get_by_text("Write what would be passed on").click()
    refer.get_by_label("Agency", exact=True).fill("Sport New Zealand")
    refer.get_by_label("The agency’s email address").fill(AGENCY)
    refer.get_by_label("What would be passed on").fill("Mere would like to open a hall. Write to her.")
    see_it_and_send(page, "refer")
    stand_on(page, f"{eoi.reference}: Mere Tūtahi")
    assert "waiting for the person’s answer" in page.locator(".state").inner_text()
    question = letters_to(PERSON)[-1]
    assert ("open a hall" in question.body, letters_to(AGENCY)) == (False, [])

    phone = browser.new_page(viewport=PHONE, color_scheme="dark")
    phone.goto(link_in(question, "referral"))
    stand_on(phone, "May we pass this on?")
    assert phone.locator("blockquote").inner_text() == "Mere would like to open a hall. Write to her."
    assert letters_to(AGENCY) == []
    phone.get_by_role("button", name="Yes, pass it on").click()
    stand_on(phone, "We pass it on")
    phone.close()
    (letter,) = letters_to(AGENCY)
    assert "Mere would like to open a hall. Write to her." in letter.body.splitlines()
    assert Referral.objects.get().state == "sent"

    page.goto(f"{portal}/staff/?whose=mine&kind=referral")
    stand_on(page, "Desk")
    page.get_by_role("link", name="Mere Tūtahi").click()
    assert "Passed on" in page.get_by_role("region", name="Referrals to agencies").inner_text()
    page.get_by_label("What came of it").select_option(label="Passed on to somebody else")
    page.get_by_label("Why, in plain words to the person").fill("Sport New Zealand answers you.")
    see_it_and_send(page, "close")
    assert page.locator(".messagelist").inner_text().startswith("Closed.")
    assert ExpressionOfInterest.objects.get().outcome == "passed_on"
    assert list(Referral.objects.unread()) == []


def test_a_question_is_answered_on_a_phone_and_read_from_the_desk(
    portal: str, officer: User, page: Page, browser: Browser, stand_on: StandOn
) -> None:
    eoi = answered("keep_informed", by=officer, name="Mere Tūtahi", email=PERSON)
    sign_in(page, portal, officer)
    page.goto(portal + eoi.get_absolute_url())
    page.get_by_text("Write the question").click()
    page.get_by_label("What you ask them").fill("Which hall do you mean?")
    see_it_and_send(page, "ask")

    phone = browser.new_page(viewport=PHONE)
    phone.goto(link_in(letters_to(PERSON)[-1], "question"))
    stand_on(phone, "We have a question for you")
    phone.get_by_role("button", name="Send my answer").click()
    stand_on(phone, "We have a question for you")
    assert phone.locator(".error-summary").evaluate("summary => summary === document.activeElement")
    phone.get_by_label("Your answer").fill("The one at the marae.")
    phone.get_by_role("button", name="Send my answer").click()
    stand_on(phone, "Thank you for answering")
    phone.close()

    page.goto(f"{portal}/staff/?whose=mine&kind=enquiry")
    stand_on(page, "Desk")
    page.get_by_role("link", name="Mere Tūtahi").click()
    assert "The one at the marae." in page.get_by_role("region", name="What we asked them").inner_text()
    page.get_by_role("button", name="I have read it").click()
    stand_on(page, f"{eoi.reference}: Mere Tūtahi")
    assert "read by" in page.get_by_role("region", name="What we asked them").inner_text()
