"""What is known of a session that ended by itself, and for how long."""

import datetime as dt

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from accord_portal import sweep
from accord_portal.staff.models import User
from tests.staff.late import signed_in

pytestmark = pytest.mark.django_db
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


@pytest.fixture
def window(mere: User, clock: time_machine.Traveller) -> Client:
    return signed_in(mere.email)


def test_the_cookie_goes_with_the_browser_and_not_with_the_session(window: Client) -> None:
    assert window.cookies["sessionid"]["max-age"] == ""


def test_it_stays_in_the_browser_while_the_session_is_known(
    window: Client, clock: time_machine.Traveller
) -> None:
    clock.shift(21 * MINUTE)
    assert "sessionid" not in window.get("/staff/figures/").cookies
    clock.shift(25 * HOUR)
    assert window.get("/staff/figures/").cookies["sessionid"].value == ""


def test_signing_out_takes_it_away_at_once(window: Client) -> None:
    page = window.get("/staff/figures/")
    said = {"csrfmiddlewaretoken": page.context["csrf_token"]}
    assert window.post("/staff/logout/", said).cookies["sessionid"].value == ""
    assert Session.objects.count() == 0


def test_a_key_that_is_nobodys_is_taken_away(client: Client) -> None:
    client.cookies["sessionid"] = "no-such-session"
    assert client.get("/staff/figures/").cookies["sessionid"].value == ""


def test_the_sweep_forgets_what_ended_a_day_ago(window: Client, clock: time_machine.Traveller) -> None:
    clock.shift(24 * HOUR)
    sweep.tidy(dt.datetime.now(dt.UTC))
    assert Session.objects.count() == 1
    clock.shift(21 * MINUTE)
    sweep.tidy(dt.datetime.now(dt.UTC))
    assert Session.objects.count() == 0
