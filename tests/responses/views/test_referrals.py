"""The page on which whoever sent a form says whether something may be passed on."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import referring
from responses.models import ExpressionOfInterest, Referral
from responses.people.links import link, referral_url
from tests.asked import ReferralFactory
from tests.factories import received
from tests.html import Element, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def referral(db: None) -> Referral:
    return ReferralFactory()


def main(response: object) -> Element:
    return read(response).one("main")  # type: ignore[arg-type]


def test_looking_shows_to_whom_and_exactly_what_and_changes_nothing(
    client: Client, referral: Referral
) -> None:
    page = main(client.get(referral_url(referral)))
    assert page.one("h1").text == "May we pass this on?"
    assert page.one("blockquote").text == "Aroha would like to open the hall."
    assert "Sport New Zealand, at kiaora@sport.example.org" in page.text
    assert [button.text for button in page.all("button")] == ["Yes, pass it on", "No, do not"]
    assert (Referral.objects.get().state, OutgoingMail.objects.filter(message="passed_on").count()) == (
        "asked",
        0,
    )


@pytest.mark.parametrize(
    ("answer", "state", "heading"),
    [("yes", "agreed", "We pass it on"), ("no", "declined", "We do not pass it on")],
)
def test_each_button_does_it_once(
    client: Client, referral: Referral, answer: str, state: str, heading: str
) -> None:
    url = referral_url(referral)
    for _ in range(2):
        response = client.post(url, {"answer": answer})
        assert response.status_code == 303
    page = main(client.get(response["Location"]))
    assert (page.one("h1").text, page.all("button")) == (heading, [])
    assert Referral.objects.get().state == state
    assert OutgoingMail.objects.filter(message="passed_on").count() == (answer == "yes")


def test_the_other_answer_in_an_old_tab_is_refused_and_said(client: Client, referral: Referral) -> None:
    url = referral_url(referral)
    client.post(url, {"answer": "yes"})
    page = main(client.post(url, {"answer": "no"}))
    assert page.one("h1").text == "We pass it on"
    assert page.one(role="alert").text == "You said Yes to this, so it is passed on already."


def test_a_press_that_says_nothing_changes_nothing(client: Client, referral: Referral) -> None:
    assert main(client.post(referral_url(referral), {"answer": "perhaps"})).one("h1").text == (
        "May we pass this on?"
    )
    assert Referral.objects.get().state == "asked"


def test_what_was_taken_back_or_is_over_says_so(
    client: Client, mere: User, clock: time_machine.Traveller
) -> None:
    first = ReferralFactory()
    referring.withdraw(eoi=first.eoi, seen=first.eoi.version, by=mere)
    page = main(client.post(referral_url(first), {"answer": "yes"}))
    assert (page.one("h1").text, page.all("button")) == ("Nothing is passed on", [])
    late = ReferralFactory(eoi=received(email="other@example.org"), expires_on=dt.date(2026, 11, 15))
    page = main(client.get(referral_url(late)))
    assert (page.one("h1").text, page.all("button")) == ("Nothing is passed on", [])


def test_after_a_week_a_fresh_link_stands_with_the_answers(
    client: Client, referral: Referral, clock: time_machine.Traveller
) -> None:
    url = referral_url(referral)
    clock.shift(dt.timedelta(days=8))
    assert client.post(url, {"answer": "yes"}).status_code == 404
    own = f"{link('preferences', referral.eoi.contact)}answers/{referral.eoi.reference}/"
    page = main(client.get(own))
    assert "You have not answered yet." in page.text
    (fresh,) = [str(a["href"]) for a in page.all("a") if a.text.startswith("See what it is")]
    client.post(fresh, {"answer": "yes"})
    assert "it is on its way" in main(client.get(own)).text


@pytest.mark.parametrize("whose", ["nobody's", "somebody else's", "erased"])
def test_a_link_to_what_is_not_theirs_is_stale(client: Client, referral: Referral, whose: str) -> None:
    contact, key = referral.eoi.contact, referral.pk
    match whose:
        case "nobody's":
            key += 1
        case "somebody else's":
            contact = received(email="other@example.org").contact
        case "erased":
            ExpressionOfInterest.objects.update(erased_at=dt.datetime.now(dt.UTC))
    assert client.post(link("referral", contact, key), {"answer": "yes"}).status_code == 404
    assert Referral.objects.get().state == "asked"
