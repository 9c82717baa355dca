"""The form of 2011 as a browser meets it."""

import datetime as dt
import gzip
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accord_portal.foundation import memory
from responses.answers import intake
from responses.consent import wordings
from responses.models import Call, ConsentWording, Contact, ExpressionOfInterest, Purpose
from responses.models.wording import WORDINGS_OF_2011
from tests.factories import CallFactory, UserFactory, answers, form_data
from tests.html import Element, read
from tests.responses.views.public_form import FORM, given_back, hidden

pytestmark = pytest.mark.django_db


def send(client: Client, **changes: str) -> HttpResponse:
    """The receipt, where the browser is sent to when it has posted the form."""
    return client.get(client.post(FORM, form_data(**changes))["Location"])


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
        ({}, 10),
        ({"email": "", "telephone": "04 494 5718"}, 10),
        ({"email": "known@example.org"}, 12),
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


def test_a_valid_form_is_kept_and_answered_with_its_receipt(client: Client, call: Call) -> None:
    response = client.post(FORM, form_data(keep_informed="yes"))
    eoi = ExpressionOfInterest.objects.get()
    assert response.status_code == 303
    assert response["Location"].startswith("/express-interest/received/?receipt=")
    receipt = client.get(response["Location"])
    assert read(receipt).one(class_="reference").one("strong").text == eoi.reference
    assert receipt.context["eoi"] == eoi


def test_a_receipt_of_answers_that_were_changed_since_promises_no_day(client: Client, call: Call) -> None:
    location = client.post(FORM, form_data(keep_informed="yes"))["Location"]
    before = ExpressionOfInterest.objects.get()
    intake.change(before=before, answers=answers("keep_informed", comments="Kia kaha"))
    receipt = client.get(location)
    assert read(receipt).one(class_="reference").one("strong").text == before.reference
    assert "You will hear from us by" not in receipt.content.decode()


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
