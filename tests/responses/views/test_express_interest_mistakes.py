"""The form with mistakes in it, sent too quickly or too often: all is said, and nothing typed is lost."""

import datetime as dt

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from responses.models import Call, Contact, ExpressionOfInterest
from responses.models.wording import WORDINGS_OF_2011
from tests.factories import form_data
from tests.html import read
from tests.responses.views.public_form import FORM, given_back, hidden

pytestmark = pytest.mark.django_db


def summary(response: HttpResponse) -> dict[str, str]:
    """The errors at the top, each by where its link leads."""
    return {a["href"]: a.text for a in read(response).one(class_="error-summary").all("a")}


@pytest.fixture
def spoilt(client: Client, call: Call) -> HttpResponse:
    return client.post(
        FORM,
        form_data(
            name="",
            email="aroha@",
            telephone="04 <b>494</b>",
            keep_informed="",
            give_advice="yes",
            champion_accord="yes",
            comments="<script>Kia kaha</script>",
        ),
    )


def test_mistakes_are_listed_at_the_top_with_links(spoilt: HttpResponse) -> None:
    assert spoilt.status_code == 200
    assert summary(spoilt) == {
        "#id_name": "Enter your name",
        "#id_email": "Enter an email address in the correct format, like name@example.org",
        "#id_keep_informed_0": "Choose Yes or No: “I want to be kept informed about progress in …”",
        "#id_initiatives": "Describe the actions or initiatives you have in mind",
    }
    page = read(spoilt)
    keys = {element["id"] for element in page.all()}
    assert [href for href in summary(spoilt) if href.removeprefix("#") not in keys] == []
    box = page.one(class_="error-summary")
    assert (box["role"], box["tabindex"], "autofocus" in box.attrs) == ("alert", "-1", True)


def test_the_title_says_that_there_is_an_error(spoilt: HttpResponse) -> None:
    assert read(spoilt).one("title").text == ("Error: Express your interest – Kia Tūtahi Relationship Accord")


def test_each_mistake_stands_by_its_control_too(spoilt: HttpResponse) -> None:
    page = read(spoilt)
    invalid = {e["id"] for e in page.all("input", "textarea") if e["aria-invalid"] == "true"}
    assert invalid == {
        "id_name",
        "id_email",
        "id_keep_informed_0",
        "id_keep_informed_1",
        "id_initiatives",
    }
    for key, said in [("name", "Enter your name"), ("keep_informed", "Choose Yes or No")]:
        assert page.one(id=f"id_{key}_error").text == f"Error: {said}"
    assert page.one("input", id="id_name")["aria-describedby"] == "id_name_error"
    assert page.one("textarea", id="id_initiatives")["aria-describedby"] == (
        "id_initiatives_helptext id_initiatives_error"
    )


def test_nothing_that_was_typed_is_lost(spoilt: HttpResponse) -> None:
    page = read(spoilt)
    assert page.one("input", id="id_email")["value"] == "aroha@"
    assert page.one("input", id="id_telephone")["value"] == "04 <b>494</b>"
    assert page.one("textarea", id="id_comments").text == "<script>Kia kaha</script>"
    checked = {(e["name"], e["value"]) for e in page.all("input", type="radio") if "checked" in e.attrs}
    assert checked == {("community_of_interest", "no"), ("give_advice", "yes"), ("champion_accord", "yes")}


def test_a_spoilt_form_keeps_nothing(spoilt: HttpResponse) -> None:
    assert (ExpressionOfInterest.objects.count(), Contact.objects.count()) == (0, 0)


def test_a_spoilt_form_can_be_put_right_and_sent(strict_client: Client, call: Call) -> None:
    token = hidden(read(strict_client.get(FORM)), "csrfmiddlewaretoken")
    again = read(strict_client.post(FORM, {**form_data(name=""), "csrfmiddlewaretoken": token}))
    sent = {**form_data(), "csrfmiddlewaretoken": hidden(again, "csrfmiddlewaretoken")}
    assert strict_client.post(FORM, sent).status_code == 303


def test_initiatives_typed_before_a_no_survive_other_mistakes(client: Client, call: Call) -> None:
    response = client.post(FORM, form_data(name="", initiatives="a hall"))
    assert read(response).one("textarea", id="id_initiatives").text == "a hall"


def test_a_robot_that_fills_every_box_is_told_so(client: Client, call: Call) -> None:
    response = client.post(FORM, form_data(website="https://example.org/"))
    assert summary(response) == {"#id_website": "Leave this box empty: it is there to catch robots"}
    assert ExpressionOfInterest.objects.count() == 0


def test_the_trap_is_hidden_from_people(client: Client, call: Call) -> None:
    trap = read(client.get(FORM)).one("div", class_="trap")
    box = trap.one("input")
    assert (trap["aria-hidden"], box["tabindex"], box["autocomplete"]) == ("true", "-1", "off")


@pytest.mark.parametrize("started", ["", "signed with a key that is gone", None])
def test_a_form_that_was_too_quick_can_be_sent_by_pressing_again(
    client: Client, call: Call, settings: Settings, started: str | None
) -> None:
    settings.FORM_MIN_SECONDS = 2
    with time_machine.travel("2026-11-16T12:00:00+00:00", tick=False) as clock:
        mark = hidden(read(client.get(FORM)), "started") if started is None else started
        response = client.post(FORM, form_data(started=mark))
        assert read(response).one(class_="error-summary").one("li").text == (
            "Check your answers, then press the button again: that was very quick"
        )
        clock.shift(2)
        again = client.post(FORM, form_data(started=hidden(read(response), "started")))
    assert again.status_code == 303


def test_one_client_sends_so_many_forms_an_hour(client: Client, call: Call, settings: Settings) -> None:
    settings.FORM_POSTS_PER_HOUR = 2
    with time_machine.travel("2026-11-16T12:00:00+00:00", tick=False) as clock:
        statuses = [client.post(FORM, form_data(comments=str(n))).status_code for n in range(3)]
        refused = client.post(FORM, form_data(comments="3"))
        elsewhere = client.post(FORM, form_data(comments="4"), REMOTE_ADDR="192.0.2.1")
        clock.shift(dt.timedelta(hours=1))
        later = client.post(FORM, form_data(comments="5"))
    assert statuses == [303, 303, 429]
    assert (refused.status_code, refused["Retry-After"]) == (429, "3600")
    assert read(refused).one("h1").text == "Please wait an hour"
    assert (elsewhere.status_code, later.status_code) == (303, 303)
    assert ExpressionOfInterest.objects.count() == 4


def test_whoever_must_wait_keeps_what_was_typed_and_a_button_to_send_it(
    strict_client: Client, call: Call, settings: Settings
) -> None:
    settings.FORM_POSTS_PER_HOUR = 1
    token = hidden(read(strict_client.get(FORM)), "csrfmiddlewaretoken")
    typed = form_data(name="Tūmai <b>", comments="one\ntwo", keep_informed="yes")
    with time_machine.travel("2026-11-16T12:00:00+00:00", tick=False) as clock:
        for sent in (form_data(), typed):
            refused = strict_client.post(FORM, {**sent, "csrfmiddlewaretoken": token})
        assert refused.status_code == 429
        page = read(refused)
        assert given_back(page) == {
            "Name": "Tūmai <b>",
            "Email address": "aroha@example.org",
            **dict.fromkeys(WORDINGS_OF_2011.values(), "no"),
            WORDINGS_OF_2011["keep_informed"]: "yes",
            "Any other comments?": "one two",
        }
        form = page.one("main").one("form", method="post", action=FORM)
        again = {box["name"]: box["value"] for box in form.all("input", type="hidden")}
        assert {name: again[name] for name in typed} == typed
        clock.shift(dt.timedelta(hours=1))
        assert strict_client.post(FORM, again).status_code == 303
    eoi = ExpressionOfInterest.objects.latest("pk")
    assert (eoi.name, eoi.comments) == ("Tūmai <b>", "one\ntwo")


def test_reading_the_form_is_never_limited(client: Client, call: Call, settings: Settings) -> None:
    settings.FORM_POSTS_PER_HOUR = 1
    assert [client.get(FORM).status_code for _ in range(5)] == [200] * 5
