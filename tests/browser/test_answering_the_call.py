"""A community member answers the call, confirms the address and changes a preference."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from accord_portal.foundation import working_days
from accord_portal.foundation.dates import weekday_in_words
from responses.models import Consent, ExpressionOfInterest, Involvement, Purpose

from .conftest import letters_to, link_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
StandOn = Callable[[Page, str], None]


@pytest.fixture
def visitor(browser: Browser, device: str) -> Iterator[Page]:
    """The same person with one of three devices."""
    context = browser.new_context(
        viewport={"width": 320 if device == "320 px" else 1280, "height": 720},
        java_script_enabled=device != "without JavaScript",
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def stands_on(visitor: Page, stand_on: StandOn, device: str) -> Callable[[str], None]:
    """axe is a script itself: without JavaScript the heading is what can be looked at."""

    def check(heading: str) -> None:
        assert visitor.locator("h1").inner_text() == heading
        if device != "without JavaScript":
            stand_on(visitor, heading)

    return check


def answer(page: Page, purpose: str, choice: str) -> None:
    page.locator(f"input[name={purpose}][value={choice}]").check()


@pytest.mark.parametrize("device", ["desktop", "without JavaScript", "320 px"])
def test_somebody_answers_the_call(portal: str, visitor: Page, stands_on: Callable[[str], None]) -> None:
    page = visitor
    page.goto(portal)
    page.get_by_role("main").get_by_role("link", name="Express your interest").first.click()
    stands_on("Express your interest")
    assert page.get_by_label("Please provide a brief description").is_visible() is False

    page.get_by_label("Name", exact=True).fill("Mere Tūtahi")
    answer(page, "champion_accord", "yes")
    assert page.get_by_label("Please provide a brief description").is_visible() is True
    page.get_by_role("button", name="Send my answers").click()

    stands_on("Express your interest")
    assert page.title() == "Error: Express your interest – Kia Tūtahi Relationship Accord"
    assert page.locator(".error-summary a").all_inner_texts() == [
        "Enter an email address or a telephone number",
        "Choose Yes or No: “I want to be kept informed about progress in …”",
        "Choose Yes or No: “I want to be part of a community of …”",
        "Choose Yes or No: “I have the time and interest to take part …”",
        "Describe the actions or initiatives you have in mind",
    ]
    assert page.locator(".error-summary:focus").count() == 1
    assert page.get_by_label("Name", exact=True).input_value() == "Mere Tūtahi"

    page.get_by_label("Email address").fill("mere@example.org")
    answer(page, "keep_informed", "yes")
    answer(page, "community_of_interest", "no")
    answer(page, "give_advice", "no")
    page.get_by_label("Please provide a brief description").fill("A shared garden")
    page.get_by_role("button", name="Send my answers").click()

    stands_on("We have received your answers")
    eoi = ExpressionOfInterest.objects.get()
    due = weekday_in_words(working_days.add_working_days(working_days.today(), 3))
    assert page.locator(".reference strong").inner_text() == eoi.reference
    assert due in page.get_by_role("main").inner_text()

    page.go_back()
    page.get_by_role("button", name="Send my answers").click()
    assert ExpressionOfInterest.objects.count() == 1

    (letter,) = letters_to("mere@example.org")
    assert letter.subject == f"We have received your answers: {eoi.reference}"
    page.goto(link_in(letter, "confirm"))
    stands_on("Confirm your email address")
    assert Involvement.objects.confirmed().count() == 0
    page.get_by_role("button", name="Confirm my address").click()
    stands_on("Your address is confirmed")
    assert set(Involvement.objects.confirmed().values_list("purpose", flat=True)) == {
        Purpose.KEEP_INFORMED,
        Purpose.CHAMPION_ACCORD,
    }

    page.goto(link_in(letter, "preferences"))
    stands_on("Your preferences")
    assert page.locator("input[name=keep_informed][value=yes]").is_checked() is True
    answer(page, "keep_informed", "no")
    answer(page, "give_advice", "yes")
    page.get_by_role("button", name="Save my preferences").click()
    stands_on("Your preferences")
    assert page.get_by_role("status").inner_text() == "Your preferences are saved."
    assert list(
        Consent.objects.filter(source="preference_page").order_by("pk").values_list("purpose", "decision")
    ) == [("give_advice", "given"), ("keep_informed", "withdrawn")]


def test_somebody_answers_by_keyboard_alone(portal: str, page: Page, stand_on: StandOn) -> None:
    page.goto(f"{portal}/express-interest/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.get_by_label("Name", exact=True).focus()
    for text in ("Hēmi", "", "hemi@example.org", ""):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    for _ in range(4):
        page.keyboard.press("ArrowDown")  # from Yes, where the keyboard lands, to No
        page.keyboard.press("Tab")
    page.get_by_role("button", name="Send my answers").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/received/**")
    stand_on(page, "We have received your answers")
    eoi = ExpressionOfInterest.objects.get()
    assert (eoi.name, eoi.email, any(eoi.answers.values())) == ("Hēmi", "hemi@example.org", False)
