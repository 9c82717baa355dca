"""The page of whoever was recommended, and the message that leads there."""

import datetime as dt

import pytest
import time_machine
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client

from accord_portal.foundation import mail, signed_links
from responses.answers import recommending
from responses.models import Call, Contact, ExpressionOfInterest, Recommendation, Suppression
from responses.people import links as people_links
from tests.clock import NOON
from tests.database import everything
from tests.factories import ContactFactory, RecommendationFactory, UserFactory, form_data
from tests.html import Element, read
from tests.responses.views.recommend_pages import heading, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

FORM = "/express-interest/"

TAMA = "tama@example.org"

State = Recommendation.State


@pytest.fixture
def recommendation(call: Call) -> Recommendation:
    """Somebody whose invitation is on its way."""
    row = RecommendationFactory(
        recommender=ContactFactory(name="Aroha Ngata"), expires_on=dt.date(2026, 12, 14)
    )
    recommending.approve(recommendation=row, by=UserFactory())
    row.refresh_from_db()
    return row


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
    assert Suppression.objects.for_mailbox(TAMA, Suppression.Scope.NEVER_AGAIN).exists()


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
    assert Suppression.objects.for_mailbox(TAMA, Suppression.Scope.NEVER_AGAIN).exists()


def test_the_link_survives_a_rotated_key(
    client: Client, recommendation: Recommendation, settings: LazySettings
) -> None:
    url = people_links.invitation_url(recommendation)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another one"
    assert buttons(read(client.get(url))) == ALL
    answer(client, recommendation, "never_again", url)
    assert Suppression.objects.for_mailbox(TAMA, Suppression.Scope.NEVER_AGAIN).exists()


def test_an_ordinary_form_asks_nothing_about_invitations(
    client: Client, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recommending, "record_origin", None)
    monkeypatch.setattr(Recommendation, "objects", None)
    assert client.post(FORM, form_data()).status_code == 303
