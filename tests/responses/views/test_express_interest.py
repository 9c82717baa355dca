"""The form of 2011 as a browser meets it."""

import datetime as dt
import gzip
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accord_portal.foundation import memory
from responses.consent import wordings
from responses.models import Call, ConsentWording, Contact, ExpressionOfInterest, Purpose
from responses.models.wording import WORDINGS_OF_2011
from tests.factories import CallFactory, UserFactory, form_data
from tests.html import Element, read

pytestmark = pytest.mark.django_db
FORM = "/express-interest/"


def hidden(page: Element, name: str) -> str:
    return page.one("input", name=name, type="hidden")["value"] or ""


def send(client: Client, **changes: str) -> HttpResponse:
    """The receipt, where the browser is sent to when it has posted the form."""
    return client.get(client.post(FORM, form_data(**changes))["Location"])


def summary(response: HttpResponse) -> dict[str, str]:
    """The errors at the top, each by where its link leads."""
    return {a["href"]: a.text for a in read(response).one(class_="error-summary").all("a")}


# --- the empty form --------------------------------------------------------------------------


def test_the_form_has_the_fields_of_2011_and_nothing_filled_in(client: Client, call: Call) -> None:
    form = read(client.get(FORM)).one("form", method="post")
    controls = form.all("input", "textarea", "select")
    assert {(c["name"], c["type"] or c.tag) for c in controls} == {
        ("csrfmiddlewaretoken", "hidden"),
        ("name", "text"),
        ("organisation", "text"),
        ("email", "email"),
        ("telephone", "tel"),
        *[(purpose, "radio") for purpose in Purpose.values],
        ("initiatives", "textarea"),
        ("comments", "textarea"),
        ("website", "text"),
        ("started", "hidden"),
        ("wording", "hidden"),
    }
    assert [c["name"] for c in controls if "checked" in c.attrs] == []
    assert [c["name"] for c in controls if c["value"] and c["type"] not in ("radio", "hidden")] == []
    assert [c["name"] for c in controls if "placeholder" in c.attrs or "required" in c.attrs] == []


def test_every_question_is_asked_in_its_exact_wording(client: Client, call: Call) -> None:
    page = read(client.get(FORM))
    legends = [fieldset.one("legend").text for fieldset in page.all("fieldset", class_="field")]
    assert legends == list(WORDINGS_OF_2011.values())
    labels = {label["for"]: label.text for label in page.all("label") if label["for"]}
    assert labels == {
        "id_name": "Name",
        "id_organisation": "Organisation (if applicable)",
        "id_email": "Email address",
        "id_telephone": "Telephone",
        "id_initiatives": "Please provide a brief description of possible actions or initiatives.",
        "id_comments": "Any other comments?",
        "id_website": "Leave this box empty",
    }


def test_each_yes_and_no_has_a_label_of_its_own(client: Client, call: Call) -> None:
    page = read(client.get(FORM))
    choices = page.all("label", class_="choice")
    assert [(c.one("input")["name"], c.one("input")["value"], c.text) for c in choices] == [
        (purpose, value, label)
        for purpose in Purpose.values
        for value, label in (("yes", "Yes"), ("no", "No"))
    ]
    keys = [c.one("input")["id"] for c in choices]
    assert len(set(keys)) == 8


def test_a_control_is_described_by_what_stands_on_the_page(client: Client, call: Call) -> None:
    page = read(client.get(FORM))
    keys = {element["id"] for element in page.all() if element["id"]}
    said = " ".join(e["aria-describedby"] for e in page.all() if e["aria-describedby"])
    assert sorted(said.split()) == ["id_comments_helptext", "id_initiatives_helptext"]
    assert {"id_comments_helptext", "id_initiatives_helptext"} <= keys
    assert sorted({e["autocomplete"] for e in page.all("input") if e["autocomplete"]}) == [
        "email",
        "name",
        "off",
        "organization",
        "tel",
    ]


def test_the_privacy_notice_stands_above_the_button(client: Client, call: Call) -> None:
    html = client.get(FORM).content.decode()
    assert html.index('id="privacy-notice"') < html.index(">Send my answers<")


def test_each_visitor_gets_tokens_of_their_own(call: Call) -> None:
    with time_machine.travel("2026-11-16T12:00:00+00:00", tick=False) as clock:
        first = read(Client().get(FORM))
        clock.shift(1)
        second = read(Client().get(FORM))
    assert hidden(first, "csrfmiddlewaretoken") != hidden(second, "csrfmiddlewaretoken")
    assert hidden(first, "started") != hidden(second, "started")


def test_a_visitor_who_comes_back_gets_the_same_secret_behind_another_mask(
    strict_client: Client, call: Call
) -> None:
    first, second, third = (hidden(read(strict_client.get(FORM)), "csrfmiddlewaretoken") for _ in range(3))
    assert first == strict_client.cookies["csrftoken"].value
    assert (len(second), len(third), len({second[:32], third[:32], first})) == (64, 64, 3)
    for token in (first, second, third):
        sent = {**form_data(name=f"Aroha {token}"), "csrfmiddlewaretoken": token}
        assert strict_client.post(FORM, sent).status_code == 303


def test_the_token_on_the_page_lets_the_form_through(strict_client: Client, call: Call) -> None:
    page = read(strict_client.get(FORM))
    sent = {**form_data(), "csrfmiddlewaretoken": hidden(page, "csrfmiddlewaretoken")}
    assert strict_client.post(FORM, sent).status_code == 303


def test_a_form_without_its_token_is_refused_with_advice(strict_client: Client, call: Call) -> None:
    strict_client.get(FORM)
    response = strict_client.post(FORM, form_data())
    assert (response.status_code, read(response).one("h1").text) == (403, "We could not accept that")
    assert "Allow cookies for this website." in read(response).one("main").text
    assert ExpressionOfInterest.objects.count() == 0


def test_the_token_of_another_visitor_is_refused(strict_client: Client, call: Call) -> None:
    strict_client.get(FORM)
    theirs = hidden(read(Client().get(FORM)), "csrfmiddlewaretoken")
    assert strict_client.post(FORM, {**form_data(), "csrfmiddlewaretoken": theirs}).status_code == 403


def test_the_form_costs_two_queries_once_and_then_none(
    client: Client, call: Call, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):  # the call, and the words of its questions
        client.get(FORM)
    with django_assert_num_queries(0):
        client.get(FORM)


@pytest.mark.parametrize(
    ("typed", "queries"),
    [
        ({}, 8),
        ({"email": "", "telephone": "04 494 5718"}, 8),
        ({"email": "known@example.org"}, 10),
    ],
    ids=["a new address", "no address", "a known address"],
)
def test_sending_the_form_costs_few_queries(
    client: Client,
    call: Call,
    typed: dict[str, str],
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.get(FORM)
    client.post(FORM, form_data(email="known@example.org", comments="Before", keep_informed="yes"))
    with django_assert_num_queries(queries):  # 2 of them the transaction
        client.post(FORM, form_data(keep_informed="yes", **typed))


def test_a_head_is_like_a_get_without_the_page(client: Client, call: Call) -> None:
    response = client.head(FORM)
    assert (response.status_code, response.content) == (200, b"")


# --- sending it ------------------------------------------------------------------------------


def test_a_valid_form_is_kept_and_answered_with_its_receipt(client: Client, call: Call) -> None:
    response = client.post(FORM, form_data(keep_informed="yes"))
    eoi = ExpressionOfInterest.objects.get()
    assert response.status_code == 303
    assert response["Location"].startswith("/express-interest/received/?receipt=")
    receipt = client.get(response["Location"])
    assert read(receipt).one(class_="reference").one("strong").text == eoi.reference
    assert receipt.context["eoi"] == eoi


def test_a_double_press_leads_to_the_same_receipt(client: Client, call: Call) -> None:
    references = set()
    for _ in range(2):
        references.add(send(client).context["eoi"].reference)
    assert references == {ExpressionOfInterest.objects.get().reference}


def test_the_device_leaves_no_trace_on_the_answer(client: Client, call: Call) -> None:
    client.post(FORM, form_data(), REMOTE_ADDR="198.51.100.77", headers={"User-Agent": "Tui/1.0"})
    for model in (ExpressionOfInterest, Contact):
        row = str(model.objects.values().get())
        assert ("198.51.100.77" in row, "Tui" in row) == (False, False)


def test_the_answer_sets_no_cookie_but_the_forms_own(client: Client, call: Call) -> None:
    client.get(FORM)
    send(client)
    assert list(client.cookies) == ["csrftoken"]


def test_a_one_line_answer_is_kept_on_one_line(client: Client, call: Call) -> None:
    client.post(FORM, form_data(name="  Aroha\t Ngata\n ", organisation="Hapori\r\nTrust"))
    eoi = ExpressionOfInterest.objects.get()
    assert (eoi.name, eoi.organisation) == ("Aroha Ngata", "Hapori Trust")


def test_the_form_and_its_stylesheets_are_small(client: Client, call: Call) -> None:
    page = client.get(FORM)
    sheets = [link["href"] for link in read(page).all("link", rel="stylesheet")]
    assert sheets == ["/static/css/palette.css", "/static/css/site.css"]
    files = [
        page.content,
        *((Path(settings.ROOT) / sheet.removeprefix("/")).read_bytes() for sheet in sheets),
    ]
    assert sum(len(gzip.compress(file)) for file in files) <= 15_000


# --- the words that were shown ---------------------------------------------------------------


def reword() -> ConsentWording:
    return wordings.reword(purpose="give_advice", language="en", text="May we ask you?", by=UserFactory())


def said_to(eoi: ExpressionOfInterest) -> dict[str, int]:
    """The version of each question that the consent lines name."""
    return dict(eoi.evidence.values_list("purpose", "wording"))


def test_the_evidence_names_the_words_that_were_shown_even_where_they_changed_since(
    client: Client, call: Call
) -> None:
    shown = {purpose: words.key for purpose, words in wordings.current().items()}
    page = read(client.get(FORM))
    new = reword()
    client.post(FORM, form_data(wording=hidden(page, "wording")))
    assert said_to(ExpressionOfInterest.objects.get()) == shown
    memory.forget_all()  # within the minute
    again = read(client.get(FORM))
    client.post(FORM, form_data(comments="Again", wording=hidden(again, "wording")))
    assert said_to(ExpressionOfInterest.objects.latest("pk")) == {**shown, "give_advice": new.pk}


@pytest.mark.parametrize("mark", ["", "rubbish", "1-1-1-1", "9" * 5000])
def test_a_mark_that_cannot_be_read_means_the_words_in_force(client: Client, call: Call, mark: str) -> None:
    client.post(FORM, form_data(wording=mark))
    assert said_to(ExpressionOfInterest.objects.get()) == {
        purpose: words.key for purpose, words in wordings.current().items()
    }


def test_a_spoilt_form_comes_back_with_the_words_that_are_in_force_now(client: Client, call: Call) -> None:
    marked = hidden(read(client.get(FORM)), "wording")
    new = reword()
    page = read(client.post(FORM, form_data(name="", wording=marked)))
    legends = [fieldset.one("legend").text for fieldset in page.all("fieldset", class_="field")]
    assert legends == list({**WORDINGS_OF_2011, "give_advice": "May we ask you?"}.values())
    assert hidden(page, "wording") == wordings.mark(wordings.current()) != marked
    client.post(FORM, form_data(wording=hidden(page, "wording")))
    assert said_to(ExpressionOfInterest.objects.get())["give_advice"] == new.pk


# --- mistakes --------------------------------------------------------------------------------


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


# --- robots ----------------------------------------------------------------------------------


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


def given_back(page: Element) -> dict[str, str]:
    """What was typed, as the page shows it under each question."""
    typed = page.one("dl", class_="typed")
    return {dt.text: dd.text for dt, dd in zip(typed.all("dt"), typed.all("dd"), strict=True)}


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


# --- the receipt -----------------------------------------------------------------------------


def receipt(client: Client, **changes: str) -> Element:
    with time_machine.travel("2026-11-15T23:00:00+00:00"):
        return read(send(client, **changes))


def test_the_receipt_says_by_which_day_to_expect_an_answer(client: Client, call: Call) -> None:
    steps = receipt(client).one("ol", class_="steps")
    assert steps.all("strong")[-1].text == "Thursday 19 November 2026"


def test_the_receipt_names_the_next_steps_of_each_yes(client: Client, call: Call) -> None:
    plain = receipt(client, email="", telephone="04 494 5718")
    full = receipt(
        client, keep_informed="yes", give_advice="yes", champion_accord="yes", initiatives="a hall"
    )
    assert [step.text for step in plain.one("ol", class_="steps").all("li")] == [
        "Someone at the Office for the Community and Voluntary Sector reads your answers.",
        "You will hear from us by Thursday 19 November 2026 . We will telephone you.",
    ]
    steps = full.one("ol", class_="steps").all("li")
    assert [step.text.split(". ")[0].rstrip(".") for step in steps][3:] == [
        "You said you have time to give advice",
        "You want to champion the Accord",
        "We send you news as the work goes on",
    ]


@pytest.mark.parametrize("query", ["", "?receipt=", "?receipt=rubbish", "?receipt=IkFBQUEi:x:y"])
def test_a_receipt_that_cannot_be_read_still_thanks(client: Client, query: str) -> None:
    response = client.get(f"/express-interest/received/{query}")
    assert (response.status_code, response.context["eoi"]) == (200, None)
    assert read(response).one("h1").text == "We have received your answers"


# --- the call --------------------------------------------------------------------------------


def test_a_closed_call_says_so_and_takes_nothing(client: Client) -> None:
    CallFactory(opens_on=dt.date(2011, 10, 3), closes_on=dt.date(2011, 11, 4))
    shown, posted = client.get(FORM), client.post(FORM, form_data())
    assert [(r.status_code, read(r).one("h1").text) for r in (shown, posted)] == [
        (200, "The call is closed"),
        (410, "The call is closed"),
    ]
    assert ExpressionOfInterest.objects.count() == 0


def test_a_call_that_closed_meanwhile_gives_back_what_was_typed(client: Client) -> None:
    CallFactory(closes_on=dt.date(2011, 11, 4))
    page = read(client.post(FORM, form_data(comments="<i>Kia kaha</i>")))
    shown = given_back(page)
    assert (shown["Name"], shown["Any other comments?"]) == ("Aroha Ngata", "<i>Kia kaha</i>")
    assert read(client.get(FORM)).all(class_="typed") == []


def test_the_form_says_when_the_call_closes(client: Client) -> None:
    CallFactory(closes_on=dt.date(2099, 11, 4))
    assert "The call closes on 4 November 2099." in read(client.get(FORM)).one("main").text


def test_a_call_that_opens_shows_an_empty_form(client: Client) -> None:
    assert read(client.get(FORM)).one("h1").text == "The call is closed"
    CallFactory()
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=2)):
        assert read(client.get(FORM)).all(class_="error-summary") == []


def test_a_visitor_in_the_minute_a_call_opens_is_told_of_no_mistake(client: Client) -> None:
    client.get(FORM)
    CallFactory()
    assert read(client.get(FORM)).all(class_="error-summary") == []


def test_an_answer_belongs_to_the_newest_open_call(client: Client, call: Call) -> None:
    newer = CallFactory(opens_on=dt.date(2026, 11, 1))
    with time_machine.travel("2026-11-16T12:00:00+00:00"):
        client.post(FORM, form_data())
    assert ExpressionOfInterest.objects.get().call == newer
