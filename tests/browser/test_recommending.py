"""Somebody recommends two people: one wants never to hear of us, the other answers the form."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from accord_portal.staff.models import User
from responses.models import Contact, ExpressionOfInterest, Recommendation, Suppression
from responses.people import links
from tests.factories import ContactFactory, form_data

from .conftest import letters_to, link_in, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
StandOn = Callable[[Page, str], None]
QUESTIONS = [name for name, answer in form_data().items() if answer == "no"]


def describe(page: Page, number: int, name: str, email: str) -> None:
    """Fills in one person."""
    page.locator(f"#id_name_{number}").fill(name)
    page.locator(f"#id_email_{number}").fill(email)
    page.locator(f"#id_why_{number}").fill("They bring people together.")
    page.locator(f"#id_told_{number}_0").check()


def answer_the_form(page: Page) -> None:
    for question in QUESTIONS:
        page.locator(f"#id_{question}_1").check()
    page.locator("#id_keep_informed_0").check()
    page.get_by_role("button", name="Send my answers").click()


def test_two_are_recommended_one_says_never_again_and_one_answers(
    portal: str, officer: User, page: Page, stand_on: StandOn
) -> None:
    page.goto(f"{portal}/express-interest/")
    page.get_by_label("Name", exact=True).fill("Aroha Ngata")
    page.get_by_label("Email address").fill("aroha@example.org")
    answer_the_form(page)
    stand_on(page, "We have received your answers")
    page.get_by_role("link", name="Share the form, or recommend others").click()
    stand_on(page, "Recommend others")
    assert f"{portal}/express-interest/" in page.locator(".share").inner_text()

    describe(page, 1, "Tama Rangi", "tama@")
    page.get_by_text("Add person 2").click()
    describe(page, 2, "Ana Pōtiki", "ana@example.org")
    page.get_by_role("button", name="Recommend them").click()
    stand_on(page, "Recommend others")
    assert page.title().startswith("Error: ")
    assert page.locator(".error-summary").evaluate("summary => summary === document.activeElement")
    assert page.locator("#id_name_2").input_value() == "Ana Pōtiki"
    page.locator("#id_email_1").fill("tama@example.org")
    page.get_by_role("button", name="Recommend them").click()
    stand_on(page, "Thank you for recommending")
    assert [letters_to("tama@example.org"), letters_to("ana@example.org")] == [[], []]

    sign_in(page, portal, officer)
    stand_on(page, "Desk")
    for left in (2, 1):
        page.goto(f"{portal}/staff/?whose=all&kind=recommendation")
        assert page.locator(".item").count() == left
        name = "Tama Rangi" if left == 2 else "Ana Pōtiki"
        page.get_by_role("link", name=name).click()
        stand_on(page, name)
        page.get_by_role("button", name="Approve").click()
        stand_on(page, name)

    (letter,) = letters_to("tama@example.org")
    page.goto(link_in(letter, "invitation"))
    stand_on(page, "You were recommended to us")
    page.get_by_role("button", name="Never write to me again").click()
    stand_on(page, "We will never write to you again")
    assert Suppression.objects.for_mailbox("tama@example.org", Suppression.Scope.NEVER_AGAIN).exists()

    (letter,) = letters_to("ana@example.org")
    page.goto(link_in(letter, "invitation"))
    page.get_by_role("button", name="Yes, show me the form").click()
    stand_on(page, "Express your interest")
    assert page.get_by_label("Name", exact=True).input_value() == "Ana Pōtiki"
    assert page.get_by_label("Email address").input_value() == "ana@example.org"
    answer_the_form(page)
    stand_on(page, "We have received your answers")
    page.goto(link_in(letter, "invitation"))
    stand_on(page, "Thank you")

    eoi = ExpressionOfInterest.objects.get(name="Ana Pōtiki")
    rows = Recommendation.objects.order_by("pk").values_list("state", "name", "email", "eoi")
    assert list(rows) == [("never_again", "", "", None), ("yes", "Ana Pōtiki", "ana@example.org", eoi.pk)]
    assert not Contact.objects.filter(email="tama@example.org").exists()
    page.goto(portal + Recommendation.objects.earliest("pk").get_absolute_url())
    stand_on(page, f"Recommendation {Recommendation.objects.earliest('pk').pk}")


def test_on_a_phone_without_scripts(portal: str, officer: User, browser: Browser, stand_on: StandOn) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    page.goto(links.recommend_url(ContactFactory(name="Aroha Ngata")))
    second = page.get_by_text("Add person 2")
    assert page.get_by_text("Add person 3").is_hidden()
    describe(page, 1, "Tama Rangi", "tama@example.org")
    second.click()
    describe(page, 2, "Ana Pōtiki", "ana@example.org")
    page.get_by_text("Add person 3").click()
    page.locator("#id_may_be_named_0").check()
    page.get_by_role("button", name="Recommend them").click()
    assert page.locator("h1").inner_text() == "Thank you for recommending"

    sign_in(page, portal, officer)
    page.get_by_role("link", name="Nobody’s").click()
    page.get_by_role("link", name="Tama Rangi").click()
    page.get_by_role("button", name="Approve").click()
    (letter,) = letters_to("tama@example.org")
    page.goto(link_in(letter, "invitation"))
    assert "Aroha Ngata gave us your name" in page.locator("dl").first.inner_text()
    page.get_by_role("button", name="No thanks").click()
    assert page.locator("h1").inner_text() == "We have erased your details"
    assert Recommendation.objects.earliest("pk").state == "no_thanks"
    page.close()
