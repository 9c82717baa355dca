"""Where an account is signed in, and each way to end that."""

import datetime as dt

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accord_portal.foundation.acts import NotPossible
from accord_portal.staff import own_sessions
from accord_portal.staff.models import LogLine, User
from tests.html import Element, read
from tests.staff.accounts import ask as ask_for_link
from tests.staff.accounts import link, set_passphrase
from tests.staff.conftest import NEW, PASSPHRASE
from tests.staff.pages import said

pytestmark = pytest.mark.django_db
PAGE = "/staff/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"
    " Safari/537.36"
)
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.0 Mobile/15E148 Safari/604.1"
)
MINUTE = dt.timedelta(minutes=1)


def browser_of(user: User, agent: str) -> Client:
    client = Client(headers={"user-agent": agent})
    client.post("/staff/login/", {"username": user.email, "password": PASSPHRASE})
    return client


def is_in(client: Client) -> bool:
    return client.get("/staff/figures/").status_code == 200


def cards(client: Client) -> list[Element]:
    return read(client.get(PAGE)).one("ul", class_="sessions").all("li")


def ended() -> list[tuple[str, str]]:
    lines = LogLine.objects.filter(act="session_ended").order_by("pk")
    return [(str(line.done_by), line.detail) for line in lines]


def key_of(client: Client) -> str:
    return client.cookies["sessionid"].value


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (CHROME, "Chrome on Windows"),
        (f"{CHROME} Edg/140.0.0.0", "Edge on Windows"),
        (SAFARI, "Safari on an iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.0", "Another browser"),
        ("", "Another browser"),
    ],
)
def test_a_browser_is_named_in_words(agent: str, words: str) -> None:
    assert own_sessions.in_words(agent) == words


def test_the_page_says_where_since_when_and_which_is_this_one(
    mere: User, clock: time_machine.Traveller
) -> None:
    other = User.objects.create_superuser("other@example.org", PASSPHRASE, name="Other")
    browser_of(other, CHROME)
    phone = browser_of(mere, SAFARI)
    clock.shift(5 * MINUTE)
    is_in(phone)
    clock.shift(10 * MINUTE)
    desk = browser_of(mere, FIREFOX)
    day = "16 November 2026"
    assert [card.text for card in cards(desk)] == [
        f"Firefox on Linux This browser Signed in {day}, 12:15pm. Last page {day}, 12:15pm.",
        f"Safari on an iPhone Signed in {day}, 12:00pm. Last page {day}, 12:05pm. Sign out there",
    ]


def test_one_is_ended_and_the_log_has_it(mere: User, clock: time_machine.Traveller) -> None:
    desk, phone = browser_of(mere, FIREFOX), browser_of(mere, SAFARI)
    mark = cards(desk)[1].one("button")["value"]
    assert key_of(phone) not in desk.get(PAGE).content.decode()
    answer = desk.post(PAGE, {"one": mark}, follow=True)
    assert (answer.redirect_chain, said(answer)) == ([(PAGE, 303)], ["Signed out there."])
    assert (is_in(desk), is_in(phone), ended()) == (True, False, [("Mere Staff", "Safari on an iPhone")])
    again = desk.post(PAGE, {"one": mark}, follow=True)
    assert (said(again), len(ended())) == (["This session has ended already."], 1)


def test_everything_else_is_ended_and_the_page_says_so(mere: User, clock: time_machine.Traveller) -> None:
    other = User.objects.create_superuser("other@example.org", PASSPHRASE, name="Other")
    theirs, desk = browser_of(other, CHROME), browser_of(mere, FIREFOX)
    elsewhere = [browser_of(mere, agent) for agent in (SAFARI, CHROME)]
    answer = desk.post(PAGE, {"others": "yes"}, follow=True)
    assert said(answer) == ["Signed out in 2 other browsers."]
    assert [is_in(client) for client in (theirs, desk, *elsewhere)] == [True, True, False, False]
    assert len(ended()) == 2
    assert "You are signed in nowhere else." in read(answer).text
    assert said(desk.post(PAGE, {"others": "yes"}, follow=True)) == ["You are signed in nowhere else."]


def test_nobody_ends_this_one_or_anothers(mere: User, clock: time_machine.Traveller) -> None:
    other = User.objects.create_superuser("other@example.org", PASSPHRASE, name="Other")
    desk, theirs = browser_of(mere, FIREFOX), browser_of(other, CHROME)
    mine, strange = own_sessions.of(mere, None)[0], own_sessions.of(other, None)[0]
    with pytest.raises(NotPossible, match="sign out"):
        own_sessions.end(user=mere, mark=mine.mark, here=key_of(desk))
    assert said(desk.post(PAGE, {"one": strange.mark}, follow=True)) == ["This session has ended already."]
    assert (is_in(desk), is_in(theirs), ended()) == (True, True, [])


def test_another_passphrase_ends_the_others_and_not_this_one(
    mere: User, clock: time_machine.Traveller
) -> None:
    desk, phone = browser_of(mere, FIREFOX), browser_of(mere, SAFARI)
    typed = {"old_password": PASSPHRASE, "new_password1": NEW, "new_password2": NEW}
    answer = desk.post("/staff/password_change/", typed, follow=True)
    assert "Every other browser in which you were signed in is signed out." in read(answer).text
    assert (is_in(desk), is_in(phone), ended()) == (True, False, [("Mere Staff", "Safari on an iPhone")])
    assert LogLine.objects.filter(act="passphrase_set", key=mere.pk).count() == 1
    assert Session.objects.count() == 1


def test_a_wrong_old_passphrase_ends_nothing(mere: User, clock: time_machine.Traveller) -> None:
    desk, phone = browser_of(mere, FIREFOX), browser_of(mere, SAFARI)
    typed = {"old_password": "?", "new_password1": NEW, "new_password2": NEW}
    desk.post("/staff/password_change/", typed)
    assert (is_in(phone), ended()) == (True, [])


def test_a_passphrase_set_from_a_link_ends_all(mere: User, clock: time_machine.Traveller) -> None:
    phone = browser_of(mere, SAFARI)
    ask_for_link(mere.email)
    set_passphrase(link(), NEW)
    assert (is_in(phone), ended()) == (False, [("Mere Staff", "Safari on an iPhone")])


def test_who_gave_a_passphrase_only_is_shown(
    mere: User, clock: time_machine.Traveller, settings: Settings
) -> None:
    desk, _ = browser_of(mere, FIREFOX), browser_of(mere, CHROME)
    assert "second factor was not given" not in cards(desk)[1].text
    settings.SECOND_FACTOR = True
    assert [place.is_whole for place in own_sessions.of(mere, None)] == [False, False]


def test_the_page_costs_the_same_however_many_there_are(mere: User, clock: time_machine.Traveller) -> None:
    costs = []
    desk = browser_of(mere, FIREFOX)
    for agents in ((SAFARI,), (CHROME, SAFARI)):
        for agent in agents:
            browser_of(mere, agent)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            desk.get(PAGE)
        costs.append(len(queries))
    assert costs[0] == costs[1]
