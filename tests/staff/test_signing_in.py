"""Signing in: locked after three wrong tries, alike for all; the log has each; it lets go by itself."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import time_machine
from django.db import connection, connections
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from accord_portal.foundation.models import ClientCount
from accord_portal.staff import signing_in
from accord_portal.staff.forms import LOCKED
from accord_portal.staff.models import LogLine, User
from tests.factories import UserFactory
from tests.html import read
from tests.staff.accounts import acts, ask, link, sign_in

pytestmark = pytest.mark.django_db

PASSPHRASE, NEW = "stand together by the sea", "stand together on the hill"

WRONG = "Enter the email address and the passphrase of a staff account"

NOON = dt.datetime(2026, 11, 16, 0, 0, tzinfo=dt.UTC)

UNKNOWN = "nobody@example.org"


@pytest.mark.parametrize("email", ["mere@example.org", "MERE@example.org", UNKNOWN, "gone@example.org"])
def test_after_three_wrong_tries_an_address_is_locked_from_everywhere(mere: User, email: str) -> None:
    UserFactory(email="gone@example.org", is_active=False)
    said = [sign_in(email, "wrong", f"192.0.2.{n}") for n in range(60)]
    assert said == [WRONG] * 3 + [LOCKED] * 57
    assert sign_in(email.lower(), PASSPHRASE, "198.51.100.1") == LOCKED
    assert acts() == ["not_signed_in"] * 3 + ["locked_out"] * 58


def test_after_three_wrong_tries_at_any_accounts_a_client_is_locked(mere: User) -> None:
    assert [sign_in(f"staff{n}@example.org", "wrong") for n in range(5)] == [WRONG] * 3 + [LOCKED] * 2
    assert sign_in(mere.email, PASSPHRASE) == LOCKED
    assert sign_in(mere.email, PASSPHRASE, "192.0.2.2") == ""


@pytest.mark.parametrize("emails", [["mere@example.org"], [f"staff{n}@example.org" for n in range(20)]])
def test_a_locked_client_is_logged_once_for_each_lock(mere: User, emails: list[str]) -> None:
    """Nothing can be taken out of the log: what a stranger can add to it is bounded."""
    once = ["not_signed_in"] * 3 + ["locked_out"]
    with time_machine.travel(NOON, tick=False) as now:
        for lock in (1, 2):
            for n in range(20):
                sign_in(emails[n % len(emails)], "wrong")
            assert acts() == once * lock
            now.shift(signing_in.LOCKED_FOR)


# PostgreSQL has a dotless i for the same as an i where case is left out.
@pytest.mark.parametrize(
    ("email", "typed"),
    [("iris@example.org", "\u0131ris@example.org"), ("iris@example.org", "ir\u0131s@example.org")],
)
def test_an_address_has_no_spelling_that_the_lock_counts_apart(email: str, typed: str) -> None:
    user = User.objects.create_user(email, PASSPHRASE, name="Iris Staff")
    assert [sign_in(typed, PASSPHRASE, f"192.0.2.{n}") for n in range(2)] == [WRONG] * 2
    assert set(LogLine.objects.values_list("key", flat=True)) == {None}
    UserFactory(email=typed)
    for spelling in (email, email.upper(), f" {email} "):
        assert User.objects.get_by_natural_key(spelling) == user


@pytest.mark.parametrize(("minutes", "said"), [(14, LOCKED), (15, ""), (60, "")])
def test_it_lets_go_by_itself_and_trying_meanwhile_does_not_prolong_it(
    mere: User, minutes: int, said: str
) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        for _ in range(3):
            sign_in(mere.email, "wrong")
        for _ in range(minutes - 1):
            now.shift(dt.timedelta(minutes=1))
            if _ % 7 == 0:
                sign_in(mere.email, "wrong")
        now.shift(dt.timedelta(minutes=1))
        assert sign_in(mere.email, PASSPHRASE) == said


def test_who_gets_it_right_begins_anew_and_lets_nobody_else_begin_anew(mere: User) -> None:
    UserFactory(email="ana@example.org")
    for _ in range(4):
        assert [sign_in(mere.email, "wrong", "192.0.2.9"), sign_in(mere.email, PASSPHRASE, "192.0.2.8")] == [
            WRONG if _ < 3 else LOCKED,
            "",
        ]
    assert sign_in("ana@example.org", "wrong", "192.0.2.9") == LOCKED


def test_known_and_unknown_accounts_cost_the_same_queries(mere: User) -> None:
    def cost(email: str, source: str) -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            sign_in(email, "wrong", source)
        return [re.sub(r"'[^']*'|\d+", "?", query["sql"])[:40] for query in queries]

    sign_in("warm@example.org", "up", "192.0.2.200")
    for n in range(4):  # ten failures within an hour are told to administrators, whoever the last was
        assert cost(mere.email, f"192.0.2.{n}") == cost(UNKNOWN, f"192.0.2.{n + 100}")


def test_the_log_says_when_whose_account_what_came_of_it_and_from_where(mere: User) -> None:
    with time_machine.travel(NOON, tick=False):
        sign_in(mere.email, "wrong")
        sign_in(UNKNOWN, "wrong", "198.51.100.7")
        sign_in("Nobody@Example.org", "wrong")
        sign_in(mere.email, PASSPHRASE)
    known, unknown, again, right = LogLine.objects.order_by("pk")
    assert [(line.act, line.key, line.done_by, line.happened_at) for line in (known, unknown, right)] == [
        ("not_signed_in", mere.pk, None, NOON),
        ("not_signed_in", None, None, NOON),
        ("signed_in", mere.pk, mere, NOON),
    ]
    assert known.source == again.source == right.source != unknown.source
    assert unknown.detail == again.detail != known.detail
    kept = str(list(LogLine.objects.values()) + list(ClientCount.objects.values()))
    for private in ("192.0.2.1", "198.51.100.7", "nobody", "wrong", PASSPHRASE):
        assert private not in kept.lower()


@pytest.mark.django_db(transaction=True)
def test_of_many_tries_at_the_same_moment_no_more_than_three_are_let_through(mere: User) -> None:
    number = 8
    together = Barrier(number)

    def try_once(n: int) -> bool:
        try:
            together.wait()
            return signing_in.try_once(RequestFactory(REMOTE_ADDR=f"192.0.2.{n}").get("/"), mere.email)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        assert sum(pool.map(try_once, range(number))) == signing_in.MAX_FAILURES
    assert ClientCount.objects.filter(requests=number).count() == 1


@pytest.mark.parametrize(
    "path", ["password_reset/", "password_reset/done/", "reset/MQ/none-such/", "reset/done/"]
)
def test_the_pages_open_to_anybody_run_no_script(path: str) -> None:
    response = Client().get(f"/staff/{path}")
    assert response.status_code == 200
    assert "script-src" not in response["Content-Security-Policy"]


def test_pages_of_ones_own_passphrase_say_passphrase_and_lead_back_to_the_desk(mere: User) -> None:
    ask(mere.email)
    client, behind = Client(), link()
    set_page = client.get(behind, follow=True)
    refused = client.post(
        set_page.redirect_chain[-1][0], {"new_password1": "too short", "new_password2": "x"}
    )
    client.force_login(mere)
    paths = [
        "password_reset/",
        "password_reset/done/",
        "reset/MQ/none-such/",
        "reset/done/",
        "password_change/",
    ]
    asked = [
        client.get(f"/staff/{path}") for path in [*paths, "password_change/done/", "digests/update/add/"]
    ]
    wrong = client.post(
        "/staff/password_change/", {"old_password": "?", "new_password1": "1", "new_password2": "1"}
    )
    for answer in [set_page, refused, *asked, wrong]:
        page = read(answer)
        assert "password" not in page.text.casefold()
    for answer in [*asked[-3:], wrong]:
        assert read(answer).one(class_="breadcrumbs").all("a")[0].text == "Desk"
    assert "Your passphrase has at least 16 characters" in read(set_page).all(class_="hint")[0].text
    assert "The two passphrases are not the same." in read(refused).text
