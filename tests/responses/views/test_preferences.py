"""A person's own pages: reached by one link, without an account; and the four switches there."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from responses.consent import switches, wordings
from responses.models import Purpose
from responses.models.wording import WORDINGS_OF_2011
from tests.database import everything
from tests.factories import (
    ChampionFactory,
    ConsentFactory,
    ContactFactory,
    InitiativeFactory,
    InvolvementFactory,
    OutgoingMailFactory,
    UserFactory,
    received,
    subscriber,
)
from tests.html import Element, read
from tests.responses.views.own_pages import checked, confirmed, main, newest, owed, own, summary

pytestmark = pytest.mark.django_db

NO = dict.fromkeys(Purpose.values, "no")

OWN_PAGES = [
    "",
    "stop",
    "details",
    "details/correct",
    "address",
    "answers",
    "messages",
    "public",
    "download",
    "erasure",
]


@pytest.fixture(autouse=True)
def _one_instant() -> Iterator[None]:
    """Links carry when they were made: in a test they are all of one second."""
    with time_machine.travel("2026-11-16T12:00:00+00:00", tick=False):
        yield


@pytest.mark.parametrize("what", OWN_PAGES)
def test_looking_at_an_own_page_changes_nothing_and_nobody_keeps_it(client: Client, what: str) -> None:
    contact = received("keep_informed").contact
    before = everything()
    for look in (client.get, client.head, client.options):
        response = look(own(contact, what))
        assert (response.status_code, everything() == before) == (
            200 if look != client.options else 405,
            True,
        )
    response = client.get(own(contact, what))
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("no-store", "noindex")


@pytest.mark.parametrize("what", OWN_PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_own_page_needs_a_link_that_is_good(client: Client, what: str, method: str) -> None:
    contact = received("keep_informed").contact
    url = own(contact, what)
    contact.email = "elsewhere@example.org"
    contact.save()
    before = everything()
    response = getattr(client, method)(url)
    assert (response.status_code, main(response).one("h1").text) == (404, "This link no longer works")
    assert everything() == before


@pytest.mark.parametrize("what", OWN_PAGES)
def test_an_own_page_survives_a_rotated_key(client: Client, settings: Settings, what: str) -> None:
    url = own(subscriber(), what)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the new key"
    assert client.get(url).status_code == 200


@pytest.mark.parametrize("what", ["", "stop", "details/correct", "address", "public", "download", "erasure"])
def test_a_change_needs_the_pages_own_token(strict_client: Client, what: str) -> None:
    contact = subscriber()
    before = everything()
    assert strict_client.post(own(contact, what)).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("what", OWN_PAGES)
def test_an_own_page_asks_as_much_for_three_as_for_one(client: Client, what: str) -> None:
    contact = subscriber(email="aroha@example.org")

    def grow(number: int) -> None:
        received("keep_informed", comments=f"Form {number}")
        OutgoingMailFactory(recipient=contact.pk, state="sent", sent_at=timezone.now())
        InitiativeFactory(published=True, champion=ChampionFactory(published=True, contact=contact))

    grow(1)
    client.get(own(contact, what))
    with CaptureQueriesContext(connection) as one:
        client.get(own(contact, what))
    grow(2)
    grow(3)
    with CaptureQueriesContext(connection) as three:
        client.get(own(contact, what))
    assert len(three) == len(one)


def test_the_preferences_show_each_yes(client: Client) -> None:
    contact = subscriber()
    InvolvementFactory(contact=contact, purpose="give_advice")
    InvolvementFactory(contact=contact, purpose="champion_accord", ended_at=timezone.now())
    page = read(client.get(own(contact)))
    assert checked(page) == {**NO, "keep_informed": "yes", "give_advice": "yes"}
    legends = [f.one("legend").text for f in page.all("fieldset", class_="field")]
    assert legends == list(WORDINGS_OF_2011.values())


def hints(page: Element) -> dict[str, str]:
    """What stands under each question."""
    fields = page.all("fieldset", class_="field")
    return {str(f.all("input")[0]["name"]): f.one("p", class_="hint").text for f in fields}


def test_each_switch_says_since_when_and_on_what_evidence(client: Client) -> None:
    with time_machine.travel("2026-05-03T00:00:00+00:00", tick=False) as clock:
        contact = received("keep_informed", "community_of_interest", "champion_accord").contact
        first = newest(contact).reference
        clock.shift(dt.timedelta(days=1))
        switches.confirm(contact=contact)
        switches.withdraw(contact=contact, purposes=["champion_accord"], source="one_click")
        clock.shift(dt.timedelta(days=1))
        received("keep_informed", "champion_accord", comments="Once more")
        second = newest(contact).reference
        page = read(client.get(own(contact)))
    assert hints(page) == {
        "keep_informed": "Yes since 3 May 2026, confirmed 4 May 2026."
        f" How you said it: Web form, reference {first}.",
        "community_of_interest": "Yes since 3 May 2026. A form asked to turn this off on 5 May 2026:"
        " choose No to confirm that, or Yes to keep it."
        f" How you said it: Web form, reference {first}.",
        "give_advice": "No: you have not said Yes to this.",
        "champion_accord": "Yes since 5 May 2026. It waits for your confirmation:"
        f" save with Yes to confirm it. How you said it: Web form, reference {second}.",
    }
    assert checked(page) == {"keep_informed": "yes", "give_advice": "no", "champion_accord": "yes"}


def test_a_switch_that_ended_says_since_when(client: Client) -> None:
    with time_machine.travel("2026-05-03T00:00:00+00:00", tick=False):
        contact = subscriber()
        switches.withdraw(contact=contact, purposes=["keep_informed"], source="one_click")
        page = read(client.get(own(contact)))
    assert hints(page)["keep_informed"] == "No since 3 May 2026."


def test_a_yes_to_older_words_shows_them_and_how_it_was_asked(client: Client) -> None:
    contact = ContactFactory(confirmed=True)
    how = "Rang us <b>twice</b>"
    line = ConsentFactory(contact=contact, purpose="give_advice", source="on_request", message=how)
    at = dt.datetime(2026, 5, 3, tzinfo=dt.UTC)
    InvolvementFactory(contact=contact, purpose="give_advice", consent=line, since_at=at, confirmed_at=at)
    wordings.reword(purpose="give_advice", language="en", text="May we ask you?", by=UserFactory())
    page = read(client.get(own(contact)))
    assert hints(page)["give_advice"] == (
        "Yes since 3 May 2026, confirmed 3 May 2026."
        " How you said it: Staff, on request, Rang us <b>twice</b>."
        f" The words then: “{WORDINGS_OF_2011['give_advice']}”"
    )


def test_saving_counts_at_once_and_mails_a_link_to_undo(client: Client) -> None:
    contact = subscriber()
    response = client.post(own(contact), {**NO, "give_advice": "yes"})
    page = read(response)
    assert page.one(role="status").text == "Your preferences are saved."
    assert checked(page) == {**NO, "give_advice": "yes"}
    assert confirmed(contact) == ["give_advice"]
    assert owed("preferences_saved") == [contact.email]


def test_saving_twice_is_the_same_as_once(client: Client) -> None:
    contact = subscriber()
    client.post(own(contact), {**NO, "give_advice": "yes"})
    before = everything()
    client.post(own(contact), {**NO, "give_advice": "yes"})
    assert everything() == before


def test_a_no_that_a_form_asked_for_must_be_decided(client: Client) -> None:
    contact = subscriber(email="aroha@example.org")
    received()
    kept = {**NO, "keep_informed": "yes"}
    left_open = {purpose: said for purpose, said in NO.items() if purpose != "keep_informed"}
    assert summary(read(client.post(own(contact), left_open))) == [
        "Choose Yes or No: “I want to be kept informed about progress in …”"
    ]
    page = read(client.post(own(contact), kept))
    assert (confirmed(contact), checked(page)) == (["keep_informed"], kept)


def test_a_switch_that_is_not_set_is_an_error_and_changes_nothing(client: Client) -> None:
    contact = subscriber()
    before = everything()
    page = read(client.post(own(contact), {**NO, "give_advice": ""}))
    assert page.one("title").text == "Error: Your preferences – Kia Tūtahi Relationship Accord"
    assert [a["href"] for a in page.one(class_="error-summary").all("a")] == ["#id_give_advice_0"]
    assert everything() == before


def test_who_was_merged_sees_and_changes_their_own_switches(client: Client) -> None:
    kept = subscriber(name="Aroha Ngata")
    merged = subscriber("give_advice", merged_into=kept)
    page = read(client.get(own(merged)))
    assert checked(page) == {**NO, "give_advice": "yes"}
    client.post(own(merged), NO)
    assert (confirmed(kept), confirmed(merged)) == (["keep_informed"], [])
    assert owed("preferences_saved") == [merged.email]


def test_everything_stops_with_one_press(client: Client) -> None:
    contact = subscriber()
    InvolvementFactory(contact=contact, purpose="give_advice")
    (form,) = [f for f in read(client.get(own(contact))).all("form") if f["action"]]
    assert (form["action"], form.one("button").text) == (own(contact, "stop"), "Stop everything")
    assert main(client.post(own(contact, "stop"))).one("h1").text == "Everything is stopped"
    assert contact.involvements.current().count() == 0
    lines = contact.consents.filter(decision="withdrawn").order_by("pk")
    assert {line.source for line in lines} == {"preference_page"}
    assert {line.purpose for line in lines} == {"keep_informed", "give_advice"}
    before = everything()
    assert main(client.post(own(contact, "stop"))).one("h1").text == "Everything is stopped"
    assert everything() == before
    assert main(client.get(own(contact, "stop"))).all("button") == []
