"""Recommending as a browser meets it, and the page of whoever was recommended."""

import datetime as dt

import pytest
import time_machine
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accord_portal.foundation import mail, signed_links
from responses.answers import recommending
from responses.models import Call, Contact, ExpressionOfInterest, Recommendation, Suppression
from responses.people import links as people_links
from responses.people import suppressions
from tests.clock import NOON
from tests.database import everything
from tests.factories import ContactFactory, RecommendationFactory, UserFactory, form_data, received
from tests.html import Element, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
FORM = "/express-interest/"
TAMA = "tama@example.org"
State = Recommendation.State


@pytest.fixture
def link(db: None) -> str:
    """Where a contact with an address recommends others."""
    return people_links.recommend_url(ContactFactory(name="Aroha Ngata"))


@pytest.fixture
def recommendation(call: Call) -> Recommendation:
    """Somebody whose invitation is on its way."""
    row = RecommendationFactory(
        recommender=ContactFactory(name="Aroha Ngata"), expires_on=dt.date(2026, 12, 14)
    )
    recommending.approve(recommendation=row, by=UserFactory())
    row.refresh_from_db()
    return row


def typed(**changes: str) -> dict[str, str]:
    """One person, as a browser posts them."""
    return {
        "name_1": "Tama Rangi",
        "email_1": TAMA,
        "why_1": "He runs the marae.",
        "told_1": "yes",
        **changes,
    }


def heading(response: HttpResponse) -> str:
    return read(response).one("h1").text


def summary(response: HttpResponse) -> list[tuple[str | None, str]]:
    return [(a["href"], a.text) for a in read(response).one(class_="error-summary").all("a")]


def names() -> list[str]:
    return list(Recommendation.objects.order_by("pk").values_list("name", flat=True))


# --- the way there ---------------------------------------------------------------------------


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


# --- the page --------------------------------------------------------------------------------


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


# --- the message -----------------------------------------------------------------------------


def test_the_message_says_who_holds_what_and_leads_to_one_page(
    recommendation: Recommendation, mailoutbox: list[mail.Message]
) -> None:
    mail.deliver_due()
    (message,) = mailoutbox
    assert message.to == [TAMA]
    assert message.from_email == "Department of Internal Affairs <accord@example.org>"
    assert message.reply_to == ["Department of Internal Affairs <accord@example.org>"]
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    text, html = str(message.body), str(message.alternatives[0][0])
    for words in (
        "Somebody who is in touch with us",
        "16 November 2026",
        "We were told that you knew of it.",
        "You are on no list.",
        "Our staff, who read it before we wrote",
        "Sample address, Wellington",
        "erase all this after 14 December 2026",
        "see or correct what we hold",
        "never again",
    ):
        assert words.lower() in " ".join(text.split()).lower(), words
        assert words.lower() in read(html).text.lower(), words
    assert [word in text + html for word in ("Aroha", "Tama Rangi", "marae")] == [False] * 3
    links = {word for word in text.split() if word.startswith("http")}
    assert len(links) == 1
    assert {a["href"] for a in read(html).all("a")} == links


def test_the_recommender_is_named_where_they_may_be(
    client: Client, link: str, call: Call, mailoutbox: list[mail.Message]
) -> None:
    client.post(link, typed(may_be_named="yes", told_1="no"))
    row = Recommendation.objects.get()
    recommending.approve(recommendation=row, by=UserFactory())
    mail.deliver_due()
    assert "Somebody who is in touch with us thinks that the Kia Tūtahi" in str(mailoutbox[0].body)
    assert "Aroha" not in str(mailoutbox[0].message())
    assert "We were told that you did not know of it." in str(mailoutbox[0].body)
    url = people_links.invitation_url(row)
    page = read(client.get(url))
    assert "Aroha Ngata gave us your name" in page.one("dl", class_="known").text
    assert "He runs the marae." in page.one("dl", class_="known").text
    with time_machine.travel(NOON + dt.timedelta(days=8), tick=False):
        late = read(client.get(url)).one("main").text
    assert [word in late for word in ("Aroha", "marae", "Tama")] == [False] * 3


# --- the invitation --------------------------------------------------------------------------


def answer(client: Client, row: Recommendation, said: str, url: str = "") -> HttpResponse:
    return client.post(url or people_links.invitation_url(row), {"answer": said})


def buttons(page: Element) -> list[str]:
    return [button.text for button in page.one("main").all("button")]


ALL = ["Yes, show me the form", "No thanks", "Never write to me again"]


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_changes_nothing(client: Client, recommendation: Recommendation, method: str) -> None:
    before = everything()
    getattr(client, method)(people_links.invitation_url(recommendation))
    assert everything() == before


def test_no_copy_of_the_page_is_kept(client: Client, recommendation: Recommendation) -> None:
    response = client.get(people_links.invitation_url(recommendation))
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("no-store", "noindex")


def test_the_page_tells_the_six_things_and_asks(client: Client, recommendation: Recommendation) -> None:
    page = read(client.get(people_links.invitation_url(recommendation)))
    asked = [dt_.text for dt_ in page.one("dl", class_="known").all("dt")]
    assert asked == [
        "What we hold",
        "The reason they gave",
        "Why",
        "Who gets it",
        "Who holds it",
        "Must you answer?",
        "Your rights",
    ]
    told = page.one("dl", class_="known").text
    assert "Somebody who is in touch with us gave us your name" in told
    assert "Department of Internal Affairs, Sample address, Wellington." in told
    assert "after 14 December 2026" in told
    assert buttons(page) == ALL


def test_yes_opens_the_form_prefilled_and_records_the_origin(
    client: Client, recommendation: Recommendation
) -> None:
    response = answer(client, recommendation, "yes")
    token = people_links.invitation_url(recommendation).split("/")[-2]
    assert (response.status_code, response["Location"]) == (303, f"{FORM}?invitation={token}")
    form = client.get(response["Location"])
    page = read(form)
    assert [page.one("input", id=f"id_{name}")["value"] for name in ("name", "email")] == ["Tama Rangi", TAMA]
    assert (form["Cache-Control"], form["X-Robots-Tag"]) == ("no-store", "noindex")
    assert "Tama" not in client.get(FORM).content.decode()
    assert not Contact.objects.filter(email=TAMA).exists()

    sent = client.post(response["Location"], form_data(name="Tama Rangi", email=TAMA, keep_informed="yes"))
    assert sent.status_code == 303
    recommendation.refresh_from_db()
    assert recommendation.eoi == ExpressionOfInterest.objects.get()


def test_the_link_can_be_used_again_until_the_form_is_sent(
    client: Client, recommendation: Recommendation
) -> None:
    url = answer(client, recommendation, "yes")["Location"]
    assert answer(client, recommendation, "yes")["Location"] == url
    client.post(url, form_data(email=TAMA))
    page = client.get(people_links.invitation_url(recommendation))
    assert (heading(page), buttons(read(page))) == ("Thank you", ALL[2:])
    assert heading(answer(client, recommendation, "yes")) == "Thank you"
    again = client.get(url)
    assert (again.status_code, "/invitation/" in again["Location"]) == (302, True)


def test_a_mistake_on_the_form_loses_neither_the_answers_nor_the_origin(
    client: Client, recommendation: Recommendation
) -> None:
    url = answer(client, recommendation, "yes")["Location"]
    again = client.post(url, form_data(name="", email=TAMA))
    form = read(again).one("form", method="post", class_="card")
    assert "action" not in form.attrs
    client.post(url, form_data(email=TAMA))
    recommendation.refresh_from_db()
    assert recommendation.eoi is not None


def test_whoever_must_wait_keeps_the_origin(
    client: Client, recommendation: Recommendation, settings: LazySettings
) -> None:
    settings.FORM_POSTS_PER_HOUR = 1
    url = answer(client, recommendation, "yes")["Location"]
    client.post(FORM, form_data())
    refused = client.post(url, form_data(email=TAMA))
    assert refused.status_code == 429
    assert read(refused).one("main").one("form", method="post")["action"] == url


@pytest.mark.parametrize("facts", [[], [0, "mark"]], ids=str)
def test_a_form_with_an_invitation_that_is_none_is_the_plain_form(
    client: Client, call: Call, facts: list[int | str]
) -> None:
    url = f"{FORM}?invitation={signed_links.token('invitation', *facts) if facts else 'rubbish'}"
    assert client.get(url)["Location"] == FORM
    assert client.post(url, form_data()).status_code == 303
    assert ExpressionOfInterest.objects.count() == 1


def test_without_a_yes_nothing_is_prefilled(client: Client, recommendation: Recommendation) -> None:
    token = people_links.invitation_url(recommendation).split("/")[-2]
    response = client.get(f"{FORM}?invitation={token}")
    assert response["Location"] == f"/invitation/{token}/"


@pytest.mark.parametrize(
    ("said", "state", "title"),
    [
        ("no_thanks", State.NO_THANKS, "We have erased your details"),
        ("never_again", State.NEVER_AGAIN, "We will never write to you again"),
    ],
)
def test_the_ways_out_act_at_once_and_twice_is_as_once(
    client: Client, recommendation: Recommendation, said: str, state: str, title: str
) -> None:
    for _ in range(2):
        assert heading(answer(client, recommendation, said)) == title
        recommendation.refresh_from_db()
        assert (recommendation.state, recommendation.email) == (state, "")
    assert heading(client.get(people_links.invitation_url(recommendation))) == title
    assert heading(answer(client, recommendation, "yes")) == title


def test_never_again_can_follow_no_thanks(client: Client, recommendation: Recommendation) -> None:
    page = read(answer(client, recommendation, "no_thanks"))
    assert buttons(page) == ["Never write to me again"]
    answer(client, recommendation, "never_again")
    assert Suppression.objects.of(TAMA, Suppression.Scope.NEVER_AGAIN).exists()


@pytest.mark.parametrize("said", ["", "maybe"])
def test_another_answer_is_none(client: Client, recommendation: Recommendation, said: str) -> None:
    assert buttons(read(answer(client, recommendation, said))) == ALL
    recommendation.refresh_from_db()
    assert recommendation.state == State.INVITED


def test_the_ways_out_need_no_cookie(strict_client: Client, recommendation: Recommendation) -> None:
    assert heading(answer(strict_client, recommendation, "no_thanks")) == "We have erased your details"


def test_after_a_week_yes_is_gone_and_the_ways_out_are_not(
    client: Client, recommendation: Recommendation, clock: time_machine.Traveller
) -> None:
    url = people_links.invitation_url(recommendation)
    form = answer(client, recommendation, "yes", url)["Location"]
    clock.shift(dt.timedelta(days=7, seconds=1))
    page = read(client.get(url))
    assert buttons(page) == ALL[1:]
    assert "Your link is more than a week old" in page.one("main").text
    assert TAMA not in client.get(form, follow=True).content.decode()
    recommendation.refresh_from_db()
    assert buttons(read(answer(client, recommendation, "yes", url))) == ALL[1:]
    clock.shift(dt.timedelta(days=400))
    recommending.expire(today=dt.date(2028, 1, 1))
    page = read(client.get(url))
    assert (page.one("h1").text, buttons(page)) == ("This invitation is over", ALL[2:])
    assert heading(answer(client, recommendation, "never_again", url)) == "We will never write to you again"
    assert Suppression.objects.of(TAMA, Suppression.Scope.NEVER_AGAIN).exists()


def test_the_link_survives_a_rotated_key(
    client: Client, recommendation: Recommendation, settings: LazySettings
) -> None:
    url = people_links.invitation_url(recommendation)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another one"
    assert buttons(read(client.get(url))) == ALL
    answer(client, recommendation, "never_again", url)
    assert Suppression.objects.of(TAMA, Suppression.Scope.NEVER_AGAIN).exists()


# --- the form costs what it cost -------------------------------------------------------------


def test_an_ordinary_form_asks_nothing_about_invitations(
    client: Client, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recommending, "record_origin", None)
    monkeypatch.setattr(Recommendation, "objects", None)
    assert client.post(FORM, form_data()).status_code == 303
