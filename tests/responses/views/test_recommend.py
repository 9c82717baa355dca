"""Recommending as a browser meets it."""

import datetime as dt

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accord_portal.foundation import signed_links
from responses.answers import recommending
from responses.models import Call, Contact, ExpressionOfInterest, Recommendation, Suppression
from responses.people import links as people_links
from responses.people import suppressions
from tests.clock import NOON
from tests.database import everything
from tests.factories import ContactFactory, UserFactory, form_data, received
from tests.html import read
from tests.responses.views.recommend_pages import heading, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

FORM = "/express-interest/"

TAMA = "tama@example.org"


def summary(response: HttpResponse) -> list[tuple[str | None, str]]:
    return [(a["href"], a.text) for a in read(response).one(class_="error-summary").all("a")]


def names() -> list[str]:
    return list(Recommendation.objects.order_by("pk").values_list("name", flat=True))


def on_the_receipt(client: Client, **answers: str) -> str:
    receipt = read(client.get(client.post(FORM, form_data(**answers))["Location"]))
    (found,) = [a["href"] for a in receipt.one("main").all("a") if "/recommend/" in (a["href"] or "")]
    return str(found)


@pytest.mark.parametrize("reached", [{}, {"email": "", "telephone": "04 494 5718"}])
def test_the_receipt_leads_there_with_and_without_an_address(
    client: Client, call: Call, reached: dict[str, str]
) -> None:
    link = on_the_receipt(client, **reached)
    assert heading(client.get(link)) == "Recommend others"
    assert heading(client.post(link, typed())) == "Thank you for recommending"
    row = Recommendation.objects.get()
    assert (row.recommender, row.by_mailed_link) == (Contact.objects.get(), False)


def test_a_receipt_that_cannot_be_read_leads_nowhere(client: Client) -> None:
    page = read(client.get("/express-interest/received/?receipt=rubbish"))
    assert [a["href"] for a in page.all("a") if "/recommend/" in (a["href"] or "")] == []


def test_the_receipts_link_does_not_tell_whether_the_address_was_known(call: Call) -> None:
    facts = {people_links.recommend_url_of(received(comments=text)).split("/")[-2] for text in ("one", "two")}
    read_facts = [signed_links.read("recommend", token) for token in facts]
    references = ExpressionOfInterest.objects.values_list("reference", flat=True)
    assert sorted(map(str, read_facts)) == sorted(str([reference]) for reference in references)


def test_the_receipts_page_names_nobody(client: Client, call: Call) -> None:
    received(name="Aroha Secret")
    page = client.get(people_links.recommend_url_of(received(name="Stranger")))
    assert "Aroha" not in page.content.decode()


def test_a_mailed_link_proves_who_recommends(client: Client, link: str) -> None:
    client.post(link, typed(may_be_named="yes"))
    row = Recommendation.objects.get()
    assert (row.by_mailed_link, row.may_be_named, row.named) == (True, True, "Aroha Ngata")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("facts", [[], [0], [0, "mark"]], ids=str)
def test_a_link_that_is_none_is_stale(client: Client, method: str, facts: list[int | str]) -> None:
    for view in ("recommend", "invitation"):
        token = signed_links.token(view, *facts) if facts else "rubbish"
        response = getattr(client, method)(reverse(view, args=[token]), typed())
        assert (response.status_code, heading(response)) == (404, "This link no longer works")


def test_the_links_last_a_week(client: Client, link: str, call: Call, clock: time_machine.Traveller) -> None:
    links = [link, people_links.recommend_url_of(received())]
    clock.shift(dt.timedelta(days=7))
    assert [client.get(each).status_code for each in links] == [200, 200]
    clock.shift(1)
    assert [client.get(each).status_code for each in links] == [404, 404]


def test_who_was_erased_recommends_nobody(client: Client, call: Call) -> None:
    eoi = received(email="", telephone="04 494 5718")
    Contact.objects.update(erased_at=NOON, name="", telephone="")
    assert client.get(people_links.recommend_url_of(eoi)).status_code == 404


def test_first_comes_what_stores_nothing(client: Client, link: str) -> None:
    before = everything()
    page = read(client.get(link))
    text = page.one("p", class_="share").text
    assert text.endswith("It takes under three minutes: http://testserver/express-interest/")
    (by_mail,) = [a["href"] for a in page.all("a") if (a["href"] or "").startswith("mailto:")]
    assert str(by_mail).startswith("mailto:?subject=Kia%20T%C5%ABtahi%20Accord&body=Kia%20T%C5%ABtahi%20is")
    html = client.get(link).content.decode()
    assert html.index("Share it yourself") < html.index("Or give us a name")
    assert everything() == before


def test_five_people_are_asked_for_and_one_is_open(client: Client, link: str) -> None:
    form = read(client.get(link)).one("form", method="post")
    legends = [group.all("legend")[0].text for group in form.all("fieldset", class_="group")]
    assert legends == [f"Person {n}" for n in range(1, 6)]
    assert ["open" in one.attrs for one in form.all("details")] == [False] * 4
    assert [one.one("summary").text for one in form.all("details")] == [
        f"Add person {n}" for n in range(2, 6)
    ]
    assert [box["name"] for box in form.all("input") if "checked" in box.attrs] == []
    assert {box["autocomplete"] for box in form.all("input") if box["autocomplete"]} == {"off"}


def test_the_privacy_text_stands_above_the_button(client: Client, link: str) -> None:
    html = client.get(link).content.decode()
    assert html.index('id="privacy-notice"') < html.index(">Recommend them<")


def test_each_person_is_kept_as_typed(client: Client, link: str) -> None:
    second = {"name_3": "Ana", "email_3": "ana@example.org", "why_3": "one\r\ntwo", "told_3": "no"}
    said = {**typed(name_1="  Ta\u0304ma   Rangi "), **second, "may_be_named": "no"}
    assert heading(client.post(link, said)) == "Thank you for recommending"
    rows = Recommendation.objects.order_by("pk").values_list(
        "name", "email", "why", "has_told", "may_be_named"
    )
    assert list(rows) == [
        ("Tāma Rangi", TAMA, "He runs the marae.", True, False),
        ("Ana", "ana@example.org", "one\ntwo", False, False),
    ]


def test_a_reload_makes_one_record(client: Client, link: str) -> None:
    for _ in range(2):
        client.post(link, typed())
    assert names() == ["Tama Rangi"]


def test_an_empty_form_says_what_is_missing(client: Client, link: str) -> None:
    response = client.post(link, {})
    assert summary(response) == [
        ("#id_name_1", "Enter the name of person 1"),
        ("#id_email_1", "Enter the email address of person 1"),
        ("#id_why_1", "Say why you recommend person 1"),
        (
            "#id_told_1_0",
            "Say whether you have told person 1: “I have told them that I give you their …”",
        ),
    ]
    assert read(response).one("title").text.startswith("Error: Recommend others")


def test_nothing_typed_is_lost_and_whoever_was_begun_stays_open(client: Client, link: str) -> None:
    response = client.post(
        link, {**typed(email_1="tama@"), "why_3": "<b>Kia kaha</b>", "told_3": "no", "may_be_named": "yes"}
    )
    assert summary(response)[:2] == [
        ("#id_email_1", "Enter an email address in the correct format, like name@example.org"),
        ("#id_name_3", "Enter the name of person 3"),
    ]
    page = read(response)
    assert page.one("input", id="id_email_1")["value"] == "tama@"
    assert page.one("textarea", id="id_why_3").text == "<b>Kia kaha</b>"
    checked = {
        (box["name"], box["value"]) for box in page.all("input", type="radio") if "checked" in box.attrs
    }
    assert checked == {("told_1", "yes"), ("told_3", "no"), ("may_be_named", "yes")}
    assert ["open" in one.attrs for one in page.all("details")] == [False, True, False, False]
    assert names() == []


def test_too_long_is_said_and_not_cut(client: Client, link: str) -> None:
    response = client.post(link, typed(why_1="a" * 1001))
    assert summary(response) == [("#id_why_1", "Use 1000 characters or fewer, not 1001")]


def test_a_sixth_person_in_a_day_is_refused_in_words(client: Client, link: str) -> None:
    for n in range(5):
        client.post(link, typed(email_1=f"tama{n}@example.org"))
    response = client.post(link, typed())
    error = read(response).one(class_="error-summary").one("li").text
    assert error == "You can recommend 5 people a day. Please come back tomorrow."
    assert read(response).one("input", id="id_email_1")["value"] == TAMA
    assert len(names()) == 5


def test_the_recommender_learns_nothing(client: Client, link: str, call: Call) -> None:
    """The same page word for word, whatever we know of the address and whatever became of it."""
    fresh = client.post(link, typed(email_1="nobody@example.org")).content
    ContactFactory(email=TAMA)
    suppressions.suppress("never@example.org", Suppression.Scope.NEVER_AGAIN)
    before = client.get(link).content
    pages = {client.post(link, typed(email_1=f"{who}@example.org")).content for who in ("tama", "never")}
    assert pages == {fresh}
    row = Recommendation.objects.get(email="nobody@example.org")
    recommending.approve(recommendation=row, by=UserFactory())
    recommending.say_never_again(recommendation=row)
    assert client.post(link, typed(email_1="nobody@example.org")).content == fresh
    shown = [read(page).one("main").text for page in (before.decode(), client.get(link).content.decode())]
    assert shown[0] == shown[1]
