"""The pages of passkeys: added at the first sign-in, given at the next, and what locks."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from accord_portal.staff import challenges
from accord_portal.staff.forms import LOCKED
from accord_portal.staff.models import LogLine, Passkey, User
from tests.html import read
from tests.staff.accounts import acts
from tests.staff.device import ADD, TO_ADD, TO_GIVE, Device, asked_by, enrolled
from tests.staff.second_factors import APP, PAGE, code_of, half_way_in, set_up

pytestmark = pytest.mark.django_db
PASSPHRASE = "stand together by the sea"
REFUSED = "This passkey was not accepted. Try again, or use something else"


@pytest.fixture(autouse=True)
def _as_in_production(settings: Settings) -> None:
    settings.SECOND_FACTOR = True
    settings.BASE_URL = "http://localhost:8000"


def give(client: Client, answer: str) -> str:
    """What the page says of what was signed: nothing where it lets in."""
    response = client.post(PAGE, {"answer": answer})
    return "" if response.status_code == 302 else read(response).one(class_="error-summary").one("li").text


def sign(client: Client, device: Device) -> str:
    return device.signed(asked_by(client, TO_GIVE))


def add(client: Client, device: Device, name: str = "Work laptop", after: str = "") -> int:
    answer = device.made(asked_by(client, TO_ADD))
    return client.post(f"{ADD}{after}", {"name": name, "answer": answer}).status_code


def test_at_the_first_sign_in_one_chooses_and_adds_a_passkey(mere: User) -> None:
    client = half_way_in(mere, PASSPHRASE)
    choice = read(client.get("/staff/figures/", follow=True))
    assert choice.one("h1").text == "Set up your second factor"
    for url in (ADD, APP):
        assert choice.one("a", href=f"{url}?next=%2Fstaff%2Ffigures%2F")
    page = client.get(f"{ADD}?next=/staff/figures/")
    assert "script-src 'self'" in page["Content-Security-Policy"]
    before = client.cookies["sessionid"].value
    asked = asked_by(client, TO_ADD)
    shown = client.post(
        f"{ADD}?next=/staff/figures/", {"name": "Work laptop", "answer": Device().made(asked)}
    )
    assert len(read(shown).one(class_="recovery-codes").all("code")) == 10
    assert read(shown).one("a", href="/staff/figures/").text == "I have kept them"
    assert client.cookies["sessionid"].value != before
    assert client.get("/staff/").status_code == 200
    assert acts() == ["passkey_added", "signed_in"]


def test_no_public_page_may_run_a_script(mere: User) -> None:
    client = half_way_in(mere, PASSPHRASE)
    assert "script-src 'self';" in f"{client.get(PAGE)['Content-Security-Policy']};"
    assert add(client, Device()) == 200
    assert "script-src" not in client.get("/about/")["Content-Security-Policy"]


def test_a_passkey_without_a_name_is_asked_for_one_and_counts_as_no_try(mere: User) -> None:
    client = half_way_in(mere, PASSPHRASE)
    for _ in range(4):
        said = read(client.post(ADD, {"name": " ", "answer": "{}"})).one(class_="error-summary").one("li")
        assert said.text == "Give the passkey a name"
    said = read(client.post(ADD, {"name": "Laptop", "answer": ""})).one(class_="error-summary").one("li")
    assert said.text == "Your browser gave no passkey"
    assert (add(client, Device()), acts()) == (200, ["passkey_added", "signed_in"])


def test_after_the_passphrase_a_passkey_signs_in_and_leads_to_the_page_that_was_wanted(mere: User) -> None:
    device = enrolled(mere)
    client = half_way_in(mere, PASSPHRASE)
    page = read(client.get("/staff/figures/", follow=True))
    assert (page.one("h1").text, page.one("summary").text) == (
        "Use your passkey",
        "Use a recovery code instead",
    )
    answer = client.post(f"{PAGE}?next=/staff/figures/", {"answer": sign(client, device)})
    assert (answer.status_code, answer["Location"]) == (302, "/staff/figures/")
    assert client.get("/staff/figures/").status_code == 200
    assert acts() == ["passkey_added", "passkey_used", "signed_in"]


def test_a_code_does_instead(mere: User) -> None:
    enrolled(mere)
    set_up(mere)
    client = half_way_in(mere, PASSPHRASE)
    assert read(client.get(PAGE)).one("summary").text == "Use a code instead"
    wrong = read(client.post(PAGE, {"code": "1"}))
    assert "open" in wrong.one("details").attrs
    assert client.post(PAGE, {"code": code_of(mere)})["Location"] == "/staff/"


def test_nothing_is_asked_without_the_passphrase_and_nothing_added_without_what_stands(mere: User) -> None:
    assert [Client().post(url).status_code for url in (TO_ADD, TO_GIVE)] == [302, 302]
    enrolled(mere)
    client = half_way_in(mere, PASSPHRASE)
    for url in (TO_ADD, ADD, APP):
        assert client.post(url, {"name": "Thief", "answer": "{}"})["Location"] == PAGE
    assert client.get("/staff/")["Location"].startswith(PAGE)
    assert (Passkey.objects.count(), acts()) == (1, ["passkey_added"])


def test_a_challenge_is_answered_once_and_for_what_it_was_asked(mere: User) -> None:
    device = enrolled(mere)
    client = half_way_in(mere, PASSPHRASE)
    answer = sign(client, device)
    assert give(client, answer) == ""
    elsewhere = half_way_in(mere, PASSPHRASE)
    assert give(elsewhere, answer) == REFUSED
    asked_by(elsewhere, TO_GIVE)
    assert give(elsewhere, answer) == REFUSED
    added = client.post(ADD, {"name": "Any", "answer": Device(b"b" * 32).made(asked_by(client, TO_GIVE))})
    assert read(added).one(class_="error-summary").one("li").text == REFUSED
    why = LogLine.objects.filter(act="wrong_passkey").order_by("pk").values_list("detail", flat=True)
    assert [detail.split(". ")[1] for detail in why] == [
        "Nothing was asked, or it was answered before",
        "Wrong challenge in response",
        "Nothing was asked, or it was answered before",
    ]


def test_a_challenge_ends_after_some_minutes(mere: User, clock: time_machine.Traveller) -> None:
    device = enrolled(mere)
    client = half_way_in(mere, PASSPHRASE)
    answer = sign(client, device)
    clock.shift(challenges.GOOD_FOR)
    assert give(client, answer) == REFUSED
    answer = sign(client, device)
    clock.shift(challenges.GOOD_FOR - dt.timedelta(seconds=1))
    assert give(client, answer) == ""


def test_wrong_passkeys_lock_as_wrong_codes_do_and_the_log_says_why(mere: User) -> None:
    device = enrolled(mere)
    client = half_way_in(mere, PASSPHRASE)
    device.origin = "https://elsewhere.example"
    assert [give(client, sign(client, device)) for _ in range(4)] == [*[REFUSED] * 3, LOCKED]
    device.origin = "http://localhost:8000"
    assert give(client, sign(client, device)) == LOCKED
    assert acts() == ["passkey_added", *["wrong_passkey"] * 3, "locked_out"]
    line = LogLine.objects.filter(act="wrong_passkey").first()
    assert line is not None
    assert (line.key, line.done_by, line.detail.split(". ")[1]) == (
        mere.pk,
        None,
        "Invalid origin in CollectedClientData",
    )


def test_ones_own_page_lists_passkeys_and_removes_one_and_ends_other_sessions(mere: User) -> None:
    first = enrolled(mere, name="<b>Laptop</b>")
    elsewhere, client = half_way_in(mere, PASSPHRASE), half_way_in(mere, PASSPHRASE)
    for each in (elsewhere, client):
        assert give(each, sign(each, first)) == ""
    assert [button.text for button in read(client.get(PAGE)).all("button", name="change")] == [
        "Make new recovery codes"
    ]
    assert add(client, Device(b"b" * 32), "Blue key") == 302
    assert [each.get("/staff/").status_code for each in (elsewhere, client)] == [302, 200]
    page = read(client.get(PAGE))
    assert [row.one("strong").text for row in page.one(class_="passkeys").all("li")] == [
        "<b>Laptop</b>",
        "Blue key",
    ]
    blue = Passkey.objects.get(name="Blue key")
    assert client.post(PAGE, {"change": str(blue.pk)})["Location"] == PAGE
    assert client.get("/staff/").status_code == 200
    answer = client.post(PAGE, {"change": str(Passkey.objects.get().pk)})
    assert read(answer).one(class_="error-summary").one("li").text == (
        "This is all you have to sign in with. Add another passkey or an app first."
    )
    assert acts()[-2:] == ["passkey_added", "passkey_removed"]


def test_at_an_address_that_is_a_number_only_an_app_is_offered(mere: User, settings: Settings) -> None:
    settings.BASE_URL = "http://127.0.0.1:8000"
    client = half_way_in(mere, PASSPHRASE)
    page = read(client.get(PAGE))
    assert [heading.text for heading in page.all("h2")] == ["An authenticator app"]
    assert "browsers keep no passkeys for numbers" in read(client.get(ADD)).text
