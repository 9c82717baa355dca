"""Contact us: a short form that makes a letter on the desk."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.test import Client
from pytest_django import Settings

from accord_portal.foundation.models import OutgoingMail
from accord_portal.foundation.telephones import TO_RING
from responses.forms.letter import LetterForm
from responses.models import Letter
from responses.views.letters import RECEIPT_SALT
from tests.html import Element, read
from tests.responses.answers.written import TYPED, WEDNESDAY, written

pytestmark = pytest.mark.django_db

PAGE = "/contact/"


@pytest.fixture(autouse=True)
def clock(clock: time_machine.Traveller) -> time_machine.Traveller:
    clock.move_to(WEDNESDAY)
    return clock


def summary(page: Element) -> dict[str, str]:
    """The errors at the top, each by where its link leads."""
    return {a["href"] or "": a.text for a in page.one(class_="error-summary").all("a")}


def test_the_page_says_how_to_reach_us_and_has_an_empty_form(client: Client, settings: Settings) -> None:
    settings.OFFICE_TELEPHONE, settings.OFFICE_POSTAL_ADDRESS = "04 495 7200", "PO Box 805\nWellington 6140"
    page = read(client.get(PAGE)).one("main")
    form = page.one("form", method="post")
    assert {(c["name"], c["type"] or c.tag) for c in form.all("input", "textarea")} == {
        ("csrfmiddlewaretoken", "hidden"),
        ("name", "text"),
        ("email", "email"),
        ("telephone", "tel"),
        ("message", "textarea"),
        ("website", "text"),
        ("started", "hidden"),
    }
    assert [c["name"] for c in form.all("input") if c["value"] and c["type"] != "hidden"] == []
    controls = {c["name"]: c for c in form.all("input", "textarea")}
    assert [controls[name]["autocomplete"] for name in ("name", "email", "telephone")] == [
        "name",
        "email",
        "tel",
    ]
    assert "04 495 7200" in page.text
    assert "PO Box 805 Wellington 6140" in page.one("address").text
    notice, button = form.one(class_="notice"), form.one("button")
    assert form.all("section", "button") == [notice, button]
    assert "Official Information Act" in notice.text
    assert button.text == "Send my message"


def test_a_letter_is_kept_and_its_receipt_shown(client: Client) -> None:
    response = client.post(PAGE, {**TYPED, "telephone": "", "name": "  Aroha   Nga\u0304ta "})
    letter = Letter.objects.get()
    assert (letter.name, letter.email, letter.message) == ("Aroha Ngāta", TYPED["email"], TYPED["message"])
    assert (letter.state, letter.received_at, letter.due_on) == ("awaiting", WEDNESDAY, dt.date(2026, 11, 23))
    assert response.status_code == 303
    page = read(client.get(response["Location"])).one("main")
    assert letter.reference in page.text
    assert "You will hear from us by Monday 23 November 2026" in page.text
    assert "Aroha" not in page.text


@pytest.mark.parametrize(
    "receipt",
    ["", "x", signing.dumps("NONESUCH", salt=RECEIPT_SALT), signing.dumps("NONESUCH", salt="a")],
    ids=["none", "not signed", "of no letter", "of another kind"],
)
def test_a_receipt_that_is_none_thanks_all_the_same(client: Client, receipt: str) -> None:
    response = client.get("/contact/received/", {"receipt": receipt})
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    assert read(response).one("h1").text == "We have received your message"


def test_a_receipt_ends_after_an_hour(client: Client, clock: Any) -> None:
    there = client.post(PAGE, TYPED)["Location"]
    reference = Letter.objects.get().reference
    assert reference in client.get(there).content.decode()
    clock.shift(dt.timedelta(hours=1, seconds=1))
    assert reference not in client.get(there).content.decode()


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"name": ""}, {"#id_name": "Enter your name"}),
        ({"name": "\u200b"}, {"#id_name": "Enter your name"}),
        ({"message": " \n "}, {"#id_message": "Write what it is about"}),
        ({"email": "", "telephone": ""}, {"#id_email": "Enter an email address or a telephone number"}),
        (
            {"email": "", "telephone": "n/a"},
            {"#id_telephone": TO_RING},
        ),
        ({"message": "a" * 10_001}, {"#id_message": "Use 10000 characters or fewer, not 10001"}),
        ({"website": "x"}, {"#id_website": "Leave this box empty: it is there to catch robots"}),
    ],
)
def test_a_mistake_is_said_and_nothing_typed_is_lost(
    client: Client, changes: dict[str, str], errors: dict[str, str]
) -> None:
    sent = {**TYPED, **changes}
    page = read(client.post(PAGE, sent))
    assert summary(page) == errors
    assert page.one("title").text.startswith("Error: ")
    values = {c["name"]: c["value"] or "" for c in page.all("input")}
    kept = {name: values[name] for name in ("name", "email", "telephone")}
    assert kept == {name: sent[name] for name in kept}
    assert page.one("textarea", name="message").text.strip() == sent["message"].strip()
    assert Letter.objects.count() == 0


@pytest.mark.parametrize("email", ["", "a@example.org"])
@pytest.mark.parametrize("telephone", ["", "12", "04 494 5718", "021 123 4567, ask for Aroha"])
def test_a_way_to_answer_is_needed_and_a_lone_number_can_be_rung(email: str, telephone: str) -> None:
    form = LetterForm({"name": "A", "message": "B", "email": email, "telephone": telephone})
    assert form.is_valid() is bool(email or len(telephone) > 2)


def test_robots_are_too_quick_and_people_try_again(client: Client, settings: Settings, clock: Any) -> None:
    settings.FORM_MIN_SECONDS = 2
    page = read(client.post(PAGE, {**TYPED, "started": "not ours"}))
    assert page.one(class_="error-summary").text.endswith("that was very quick")
    started = page.one("input", name="started")["value"] or ""
    clock.shift(2)
    assert client.post(PAGE, {**TYPED, "started": started}).status_code == 303


def test_one_limit_holds_with_the_other_doors_and_gives_the_words_back(
    client: Client, settings: Settings
) -> None:
    settings.FORM_POSTS_PER_HOUR = 2
    client.post("/preferences/", {"email": "a@example.org"})
    assert client.post(PAGE, TYPED).status_code == 303
    response = client.post(PAGE, {**TYPED, "message": "Another <b>"})
    assert (response.status_code, response["Retry-After"]) == (429, "3600")
    form = read(response).one("form")
    assert {c["name"]: c["value"] for c in form.all("input") if c["name"] in TYPED} == {
        **TYPED,
        "message": "Another <b>",
    }
    assert form["action"] == PAGE
    assert Letter.objects.count() == 1


def test_the_same_letter_within_the_hour_is_the_same(clock: Any) -> None:
    first = written()
    assert written() == first
    clock.shift(dt.timedelta(minutes=59))
    assert written() == first
    clock.shift(dt.timedelta(hours=2))
    assert written() != first
    assert written(message="Something else") not in Letter.objects.filter(message=TYPED["message"])
    assert OutgoingMail.objects.count() == 3
