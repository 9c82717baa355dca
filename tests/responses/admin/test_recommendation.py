"""The queue of recommendations, and the page on which staff decide."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accord_portal.foundation.dates import day_in_words
from accord_portal.staff.models import LogLine, User
from responses.answers import recommending
from responses.models import Call, Recommendation
from tests.clock import NOON
from tests.factories import ContactFactory, RecommendationFactory, UserFactory
from tests.html import Element, read
from tests.powers import give

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
QUEUE = "/staff/responses/recommendation/"
TAMA = "tama@example.org"
State = Recommendation.State


def record(row: Recommendation, act: str = "") -> str:
    if act:
        return reverse("admin:responses_recommendation_act", args=[row.pk, act])
    return row.get_absolute_url()


def said(page: Element) -> dict[str, str]:
    answers = page.one("dl", class_="answers")
    return {dt_.text: dd.text for dt_, dd in zip(answers.all("dt"), answers.all("dd"), strict=True)}


def test_staff_see_who_is_recommended_why_and_by_whom(client: Client, superuser: User) -> None:
    aroha = ContactFactory(name="Aroha Ngata", confirmed=True)
    row = RecommendationFactory(recommender=aroha, may_be_named=True, expires_on=dt.date(2026, 12, 14))
    page = read(client.get(record(row)))
    assert said(page) == {
        "Name": "Tama Rangi",
        "Email address": TAMA,
        "Why": "He runs the marae next door.",
        "Recommended": "16 November 2026, 12:00pm",
        "By": (
            "Aroha Ngata , whose address is confirmed; from the receipt of a form that came with this address"
        ),
        "Has told the person": "Yes",
        "May be named to the person": "Yes, but it is not certain who it was: that page names nobody",
    }
    assert page.one("p", class_="state").text == (
        "Awaiting approval Forgotten after 14 December 2026 unless the person sends the form"
    )
    assert aroha.get_absolute_url() in [a["href"] for a in page.all("a")]


def test_each_look_is_logged(client: Client, superuser: User) -> None:
    row = RecommendationFactory()
    client.get(record(row))
    lines = LogLine.objects.values_list("act", "kind", "key", "done_by")
    assert list(lines) == [("viewed", "responses.recommendation", row.pk, superuser.pk)]


def test_a_role_without_contact_details_sees_no_address(client: Client) -> None:
    user = UserFactory()
    give(user, "responses.view_recommendation")
    client.force_login(user)
    page = client.get(record(RecommendationFactory())).content.decode()
    assert ("Tama Rangi" in page, TAMA in page) == (True, False)


def test_staff_approve_with_one_press(client: Client, superuser: User, call: Call) -> None:
    row = RecommendationFactory()
    page = client.post(record(row, "approve"), {"shown": "awaiting"}, follow=True)
    assert "Approved: the page says what came of it." in read(page).text
    row.refresh_from_db()
    assert (row.state, row.decided_by) == (State.INVITED, superuser)
    assert read(page).all("section", class_="acts") == []


def test_declining_needs_a_reason(client: Client, superuser: User) -> None:
    row = RecommendationFactory()
    refused = client.post(record(row, "decline"), {"shown": "awaiting", "text": ""})
    assert "Say why" in read(refused).text
    client.post(record(row, "decline"), {"shown": "awaiting", "text": "A role, not a person"})
    row.refresh_from_db()
    assert (row.state, row.declined_because) == (State.DECLINED, "A role, not a person")
    page = said(read(client.get(record(row))))
    assert page["Who it was"] == (
        "Not kept. A keyed hash of the address stays, so that it is not invited again."
    )
    assert page["Declined because"] == "A role, not a person"
    assert ("Name" in page, "Why" in page) == (False, False)


def test_two_officers_meet_and_the_second_is_told(client: Client, superuser: User) -> None:
    row = RecommendationFactory()
    recommending.decline(recommendation=row, because="No", by=UserFactory())
    page = client.post(record(row, "approve"), {"shown": "awaiting"})
    assert "This was changed since you opened the page" in read(page).text


def test_who_may_only_look_presses_nothing(client: Client) -> None:
    user = UserFactory()
    give(user, "responses.view_recommendation")
    client.force_login(user)
    row = RecommendationFactory()
    page = read(client.get(record(row)))
    assert [button.text for button in page.all("button") if "prove" in button.text] == []
    assert client.post(record(row, "approve"), {"shown": "awaiting"}).status_code == 403


def test_the_queue_holds_the_one_waiting_longest_first(client: Client, superuser: User) -> None:
    later = RecommendationFactory(name="Later", recommended_at=NOON)
    sooner = RecommendationFactory(name="Sooner", recommended_at=NOON - dt.timedelta(days=1))
    RecommendationFactory(state=State.EXPIRED, name="", email="", why="")
    rows = client.get(f"{QUEUE}?state__exact=awaiting").context["cl"].result_list
    assert list(rows) == [sooner, later]
    assert len(client.get(QUEUE).context["cl"].result_list) == 3


def test_the_queue_costs_the_same_with_one_and_with_three(client: Client, superuser: User) -> None:
    numbers = []
    for more in (1, 2):
        RecommendationFactory.create_batch(more)
        with CaptureQueriesContext(connection) as queries:
            client.get(QUEUE)
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


def test_each_stands_on_the_desk_with_why_and_the_day_on_which_it_is_forgotten(
    client: Client, superuser: User
) -> None:
    row = RecommendationFactory(why="He runs the marae")
    page = read(client.get("/staff/?whose=all"))
    assert page.one(id=f"title-recommendation.{row.pk}").text == "Tama Rangi"
    assert "Why: He runs the marae" in page.text
    assert f"Forgotten on {day_in_words(row.expires_on)}" in page.text
