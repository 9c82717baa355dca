"""When a session ends: idle, at the end of a working day, and whatever a page renews by itself."""

import datetime as dt
import re

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client, RequestFactory

from accord_portal.staff import progress
from accord_portal.staff.models import User
from tests.factories import UserFactory
from tests.html import read
from tests.staff import late

pytestmark = pytest.mark.django_db
PASSPHRASE = "stand together by the sea"
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def signed_in(mere: User, clock: time_machine.Traveller) -> Client:
    client = Client()
    client.post("/staff/login/", {"username": mere.email, "password": PASSPHRASE})
    return client


def is_in(client: Client) -> bool:
    return client.get("/staff/figures/").status_code == 200


@pytest.mark.parametrize(("minutes", "stays"), [(19, True), (20, False)])
def test_it_ends_twenty_minutes_after_the_last_page(
    signed_in: Client, clock: time_machine.Traveller, minutes: int, stays: bool
) -> None:
    for _ in range(3):
        clock.shift(19 * MINUTE)
        assert is_in(signed_in)
    clock.shift(minutes * MINUTE)
    assert is_in(signed_in) is stays


def test_the_page_says_until_when_it_may_be_sent(signed_in: Client, clock: time_machine.Traveller) -> None:
    said = re.search(r"signed out at (\S+),", read(signed_in.get("/staff/figures/")).text)
    assert said
    assert said[1] == "12:20pm"
    assert "signed out at" not in read(Client().get("/staff/login/")).text


def test_it_ends_with_a_working_day_however_much_is_done_and_the_page_says_so(
    signed_in: Client, clock: time_machine.Traveller
) -> None:
    for _ in range(39):
        clock.shift(15 * MINUTE)
        assert is_in(signed_in)
    assert "signed out at 10:00pm" in read(signed_in.get("/staff/figures/")).text
    clock.shift(15 * MINUTE)
    assert not is_in(signed_in)


def test_a_page_that_renews_itself_keeps_nobody_signed_in(
    signed_in: Client, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def renewed(request: object) -> HttpResponse:
        answer = HttpResponse("as it is")
        answer.renews_itself = True  # type: ignore[attr-defined]
        return answer

    monkeypatch.setattr(
        "accord_portal.staff.middleware.AskForSecondFactor.__call__", lambda self, r: renewed(r)
    )
    frames = []
    for _ in range(3):
        clock.shift(5 * MINUTE)
        frames.append(signed_in.get("/staff/figures/"))
    monkeypatch.undo()
    clock.shift(5 * MINUTE)
    assert all(not frame.cookies for frame in frames)
    assert not is_in(signed_in)


def test_the_frame_of_a_long_job_is_such_a_page() -> None:
    request = RequestFactory().get("/staff/")
    frame = progress.frame(request, state="On its way", figures=[("sent", 3)], is_over=False, page="/staff/")
    assert frame.renews_itself is True  # type: ignore[attr-defined]


def test_those_who_have_not_signed_in_for_90_days_and_still_may_are_shown(
    client: Client, clock: time_machine.Traveller
) -> None:
    now = dt.datetime.now(dt.UTC)
    long_ago, lately = now - dt.timedelta(days=91), now - dt.timedelta(days=89)
    administrator = UserFactory(name="Ana Admin", is_administrator=True, last_login=lately)
    for name, joined, seen, active in [
        ("Idle", long_ago, long_ago, True),
        ("Never came", long_ago, None, True),
        ("Fresh", lately, None, True),
        ("Left", long_ago, long_ago, False),
    ]:
        UserFactory(name=name, joined_at=joined, last_login=seen, is_active=active)
    client.force_login(administrator)
    said = read(client.get("/staff/staff/user/")).text
    assert "2 have not signed in for 90 days, and still may" in said
    assert "1 has left , and cannot sign in." in said
    left = read(client.get("/staff/staff/user/?is_active__exact=0")).one("table").text
    assert [name for name in ("Idle", "Fresh", "Left") if name in left] == ["Left"]
    shown = read(client.get("/staff/staff/user/?idle=90")).text
    found = [name for name in ("Idle", "Never came", "Fresh", "Left") if name in shown]
    assert found == ["Idle", "Never came"]


def test_a_press_keeps_somebody_signed_in_and_says_for_how_long(
    signed_in: Client, clock: time_machine.Traveller
) -> None:
    for _ in range(3):
        clock.shift(19 * MINUTE)
        assert signed_in.post("/staff/stay/").json() == {"seconds": 20 * 60}
    assert signed_in.get("/staff/stay/").status_code == 405
    clock.shift(20 * MINUTE)
    assert signed_in.post("/staff/stay/").status_code == 302


def test_no_press_puts_the_end_of_a_working_day_off(signed_in: Client, clock: time_machine.Traveller) -> None:
    for _ in range(39):
        clock.shift(15 * MINUTE)
        signed_in.post("/staff/stay/")
    clock.shift(10 * MINUTE)
    assert signed_in.post("/staff/stay/").json() == {"seconds": 5 * 60}


def test_the_press_carries_a_token(mere: User) -> None:
    client = late.signed_in(mere.email)
    assert client.post("/staff/stay/").status_code == 403
    page = client.get("/staff/figures/")
    box = read(page).one("dialog", role="alertdialog")
    assert box.one("form")["action"] == "/staff/stay/"
    assert client.post("/staff/stay/", {"csrfmiddlewaretoken": late.token_in(page)}).status_code == 200


def test_whoever_is_not_signed_in_is_warned_of_nothing(client: Client) -> None:
    assert read(client.get("/staff/login/")).all("dialog", "script") == []
