"""The pages of the second factor: the way in, what it locks, and one's own page."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from accord_portal.staff import second_factor, signing_in, totp
from accord_portal.staff.forms import LOCKED
from accord_portal.staff.models import RecoveryCode, SecondFactor, User
from tests.factories import UserFactory
from tests.html import read
from tests.staff.accounts import acts, ask, link, set_passphrase
from tests.staff.second_factors import APP, PAGE, code_of, half_way_in, set_up

pytestmark = pytest.mark.django_db
PASSPHRASE, NEW = "stand together by the sea", "stand together on the hill"
WRONG_CODE = "This code is wrong, or it was used before. Enter the one that is shown now"


@pytest.fixture(autouse=True)
def _as_in_production(settings: Settings) -> None:
    settings.SECOND_FACTOR = True


def give(client: Client, code: str) -> str:
    """What the page says of the code: nothing where it lets in."""
    response = client.post(PAGE, {"code": code})
    return "" if response.status_code == 302 else read(response).one(class_="error-summary").one("li").text


def sealed_in(client: Client) -> dict[str, str]:
    """What the page of the set-up sends along, with the code that an app shows by its key."""
    page = client.get(APP).content.decode()
    sealed = re.findall(r'name="sealed" value="([^"]+)"', page)[0]
    secret = "".join(re.findall(r"<code>([A-Z2-7 ]+)</code>", page)[0].split())
    return {"sealed": sealed, "code": totp.code_at(secret, totp.step_now())}


def test_at_the_first_sign_in_it_is_set_up_and_the_codes_are_shown_once(mere: User) -> None:
    client = half_way_in(mere, PASSPHRASE)
    before = client.cookies["sessionid"].value
    assert client.get("/staff/responses/contact/?q=a").headers["Location"] == (
        "/staff/second-factor/?next=/staff/responses/contact/%3Fq%3Da"
    )
    assert not SecondFactor.objects.exists()
    shown = client.post(f"{APP}?next=/staff/figures/", sealed_in(client))
    codes = [code.text for code in read(shown).one(class_="recovery-codes").all("code")]
    assert len(codes) == RecoveryCode.objects.count() == 10
    assert read(shown).one("a", href="/staff/figures/").text == "I have kept them"
    assert client.cookies["sessionid"].value != before
    assert client.get("/staff/").status_code == 200
    assert codes[0] not in client.get(PAGE).content.decode()
    assert acts() == ["factor_set_up", "signed_in"]
    text = client.post(f"{PAGE}codes.txt", {"codes": "\r\n".join(codes)})
    assert (text["Content-Type"], text["Content-Disposition"]) == (
        "text/plain",
        'attachment; filename="recovery-codes.txt"',
    )
    assert text.content.decode().split()[-10:] == codes


def test_a_page_sent_twice_sets_nothing_up_twice_and_counts_as_no_try(mere: User) -> None:
    client = half_way_in(mere, PASSPHRASE)
    sent = sealed_in(client)
    assert [client.post(APP, sent).status_code for _ in range(5)] == [200, 302, 302, 302, 302]
    assert acts() == ["factor_set_up", "signed_in"]


@pytest.mark.parametrize("sealed", ["", "made up"])
def test_a_wrong_first_code_keeps_the_picture_and_a_page_that_is_too_old_begins_again(
    mere: User, sealed: str
) -> None:
    client = half_way_in(mere, PASSPHRASE)
    sent = sealed_in(client)
    again = client.post(APP, {**sent, "code": "12"}).content.decode()
    assert sent["sealed"] in again
    old = client.post(APP, {**sent, "sealed": sealed})
    assert read(old).one(class_="error-summary").one("li").text == "This page is too old. Begin again."
    assert read(old).one("title").text.startswith("Error: ")
    assert not SecondFactor.objects.exists()


@pytest.mark.parametrize("what", ["no codes", "", "<script>", "abcdef-" * 40])
def test_only_codes_come_back_as_a_file(mere: User, what: str) -> None:
    client = half_way_in(mere, PASSPHRASE)
    assert client.post(f"{PAGE}codes.txt", {"codes": what}).status_code == 400
    assert client.get(f"{PAGE}codes.txt").status_code == 405


def test_after_the_passphrase_a_code_signs_in_and_leads_to_the_page_that_was_wanted(mere: User) -> None:
    set_up(mere)
    client = half_way_in(mere, PASSPHRASE)
    assert acts() == ["factor_set_up"]
    page = read(client.get("/staff/figures/", follow=True))
    assert (page.one("h1").text, page.all("nav")) == ("Enter your code", [])
    answer = client.post(f"{PAGE}?next=/staff/figures/", {"code": code_of(mere)})
    assert (answer.status_code, answer["Location"]) == (302, "/staff/figures/")
    assert client.get("/staff/figures/").status_code == 200
    assert acts() == ["factor_set_up", "signed_in"]


@pytest.mark.parametrize(
    "wanted", ["//elsewhere.example/staff/", "https://elsewhere.example/", "/contact/", ""]
)
def test_a_code_leads_nowhere_else(mere: User, wanted: str) -> None:
    set_up(mere)
    client = half_way_in(mere, PASSPHRASE)
    assert client.post(f"{PAGE}?next={wanted}", {"code": code_of(mere)})["Location"] == "/staff/"


def test_wrong_codes_lock_as_wrong_passphrases_do_whatever_is_known(mere: User) -> None:
    """The passphrase, known and given again between them, gives no try back."""
    set_up(mere)
    said = [give(half_way_in(mere, PASSPHRASE, f"192.0.2.{n}"), "000000x") for n in range(3)]
    assert said == [WRONG_CODE] * 3
    client = Client(REMOTE_ADDR="192.0.2.9")
    page = read(client.post("/staff/login/", {"username": mere.email, "password": PASSPHRASE}))
    assert page.one(class_="error-summary").one("li").text == LOCKED
    assert acts() == ["factor_set_up", *["wrong_code"] * 3, "locked_out"]


def test_a_locked_account_takes_no_code_and_is_let_go_by_itself(
    mere: User, clock: time_machine.Traveller
) -> None:
    set_up(mere)
    client = half_way_in(mere, PASSPHRASE)
    assert [give(client, "1") for _ in range(4)] == [*[WRONG_CODE] * 3, LOCKED]
    assert give(client, code_of(mere)) == LOCKED
    clock.shift(signing_in.LOCKED_FOR + dt.timedelta(seconds=1))
    assert give(client, code_of(mere)) == ""


def test_a_right_passphrase_is_no_try_however_often_nobody_goes_on(mere: User) -> None:
    set_up(mere)
    for _ in range(5):
        client = half_way_in(mere, PASSPHRASE)
    assert give(client, code_of(mere)) == ""


def test_a_new_passphrase_by_mail_opens_nothing_without_the_second_factor(mere: User) -> None:
    set_up(mere)
    ask(mere.email)
    assert set_passphrase(link(), NEW) == 302
    client = half_way_in(mere, NEW)
    assert client.get("/staff/")["Location"].startswith(PAGE)
    assert read(client.get(PAGE)).one("h1").text == "Enter your code"


def test_a_session_of_one_account_is_none_of_another_and_ends_with_the_factor(mere: User) -> None:
    ana = UserFactory(is_administrator=True)
    set_up(ana)
    set_up(mere)
    client = half_way_in(mere, PASSPHRASE)
    session = client.session
    session["second_factor"] = SecondFactor.objects.get(user=ana).pk
    session.save()
    assert client.get("/staff/").status_code == 302
    assert give(client, code_of(mere)) == ""
    assert client.get("/staff/").status_code == 200
    SecondFactor.objects.filter(user=mere).delete()
    assert client.get("/staff/")["Location"].startswith(PAGE)


def test_few_recovery_codes_are_said(mere: User) -> None:
    codes = set_up(mere)
    for left in range(9, 1, -1):
        client = half_way_in(mere, PASSPHRASE)
        assert give(client, codes[left]) == ""
        said = read(client.get("/staff/")).all(class_="messagelist")
        assert [f"{left} recovery codes left" in line.text for line in said] == [True] * (left <= 3)


def test_what_stands_is_changed_within_minutes_of_a_code_or_after_another(
    mere: User, clock: time_machine.Traveller
) -> None:
    set_up(mere)
    client = half_way_in(mere, PASSPHRASE)
    assert give(client, code_of(mere)) == ""
    assert "You have 10 recovery codes left" in read(client.get(PAGE)).text
    clock.shift(second_factor.JUST_NOW)
    assert read(client.get(PAGE)).one("h1").text == "Enter your code"
    assert client.post(PAGE, {"change": "codes"}).status_code == 200
    assert client.get(APP)["Location"] == client.post(f"{PAGE}passkey/to-add/")["Location"] == PAGE
    assert client.get("/staff/").status_code == 200
    assert give(client, "1") == WRONG_CODE
    assert acts() == ["factor_set_up", "signed_in", "wrong_code"]
    assert client.post(PAGE, {"code": code_of(mere)})["Location"] == PAGE
    new = read(client.post(PAGE, {"change": "codes"}))
    assert len(new.one(class_="recovery-codes").all("code")) == 10
    assert acts()[3:] == ["codes_made"]


def test_another_app_takes_the_place_of_the_first_once_its_code_is_given_and_other_sessions_end(
    mere: User, clock: time_machine.Traveller
) -> None:
    set_up(mere)
    elsewhere, client = half_way_in(mere, PASSPHRASE), half_way_in(mere, PASSPHRASE)
    assert give(elsewhere, code_of(mere)) == ""
    clock.shift(30)
    assert give(client, code_of(mere)) == ""
    sent = sealed_in(client)
    assert [each.get("/staff/").status_code for each in (elsewhere, client)] == [200, 200]
    assert len(read(client.post(APP, sent)).one(class_="recovery-codes").all("code")) == 10
    assert [each.get("/staff/").status_code for each in (elsewhere, client)] == [302, 200]


@pytest.mark.parametrize("change", ["app", "", "1", "²", "9" * 30, "all"])
def test_the_only_thing_that_stands_is_never_removed(mere: User, change: str) -> None:
    set_up(mere)
    client = half_way_in(mere, PASSPHRASE)
    assert give(client, code_of(mere)) == ""
    answer = client.post(PAGE, {"change": change})
    said = [item.text for item in read(answer).all("li")] if answer.status_code == 200 else []
    assert ("This is all you have to sign in with. Add a passkey first." in said) == (change == "app")
    assert second_factor.has_app(mere)


def test_a_demo_signs_in_in_one_step_and_shows_the_page(mere: User, settings: Settings) -> None:
    settings.SECOND_FACTOR = False
    client = half_way_in(mere, PASSPHRASE)
    assert client.get("/staff/").status_code == 200
    assert client.post(APP, sealed_in(client)).status_code == 200
    assert "signs you in without it" in read(client.get(PAGE)).text
    assert acts() == ["signed_in", "factor_set_up"]
