"""Signing in: locked after three wrong tries, alike for all; the log has each; it lets go by itself."""

import datetime as dt
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core import mail as django_mail
from django.db import connection, connections
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accord_portal.foundation import clock, mail
from accord_portal.foundation.models import ClientCount, OutgoingMail
from accord_portal.staff import signing_in
from accord_portal.staff.forms import LINKS_A_DAY, LOCKED
from accord_portal.staff.log import are_two_people
from accord_portal.staff.models import LogLine, User
from responses.models import Erasure
from responses.privacy import erasing
from tests.factories import ContactFactory, UserFactory
from tests.html import read

pytestmark = pytest.mark.django_db
PASSPHRASE, NEW = "stand together by the sea", "stand together on the hill"
WRONG = "Enter the email address and the passphrase of a staff account"
NOON = dt.datetime(2026, 11, 16, 0, 0, tzinfo=dt.UTC)
UNKNOWN = "nobody@example.org"


@pytest.fixture
def mere() -> User:
    return User.objects.create_superuser("mere@example.org", PASSPHRASE, name="Mere Staff")


def sign_in(email: str, passphrase: str, source: str = "192.0.2.1") -> str:
    """What the page says: nothing where somebody is signed in."""
    response = Client(REMOTE_ADDR=source).post("/staff/login/", {"username": email, "password": passphrase})
    return "" if response.status_code == 302 else read(response).one(class_="refused").text


def acts() -> list[str]:
    return list(LogLine.objects.order_by("pk").values_list("act", flat=True))


# --- the lock --------------------------------------------------------------------------------


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
    for n in range(5):
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


# --- a link to set a passphrase --------------------------------------------------------------

ASK = "/staff/password_reset/"


def ask(email: str, source: str = "192.0.2.1") -> str:
    return Client(REMOTE_ADDR=source).post(ASK, {"email": email}, follow=True).content.decode()


def link() -> str:
    mail.deliver_due()
    (path,) = re.findall(r"https?://[^/]+(/staff/reset/\S+)", str(django_mail.outbox[-1].body))
    return path


def set_passphrase(url: str, passphrase: str) -> int:
    client = Client()
    form = client.get(url, follow=True).redirect_chain[-1][0]
    typed = {"new_password1": passphrase, "new_password2": passphrase}
    return client.post(form, typed).status_code


def test_the_link_goes_to_the_accounts_own_mailbox_and_lets_the_account_go(mere: User) -> None:
    for _ in range(4):
        sign_in(mere.email, "wrong", "127.0.0.1")
    ask("Mere@Example.org")
    url = link()
    assert django_mail.outbox[-1].to == [mere.email]
    assert set_passphrase(url, "too short") == 200
    assert set_passphrase(url, NEW) == 302
    assert [sign_in(mere.email, PASSPHRASE), sign_in(mere.email, NEW, "192.0.2.4")] == [WRONG, ""]
    assert acts()[-4:] == ["link_asked", "passphrase_set", "not_signed_in", "signed_in"]
    gone = read(Client().get(url))
    assert (gone.one("h1").text, gone.one("a", href=ASK).text) == (
        "This link no longer works",
        "Ask for a new link",
    )


@pytest.mark.parametrize("make", [lambda: None, lambda: UserFactory(email=UNKNOWN, is_active=False)])
def test_it_says_the_same_of_known_and_unknown_addresses(mere: User, make: Callable[[], Any]) -> None:
    make()
    assert ask(mere.email) == ask(UNKNOWN)
    assert OutgoingMail.objects.count() == 1
    assert acts() == ["link_asked"] * 2


def test_links_are_bounded_by_mailbox(mere: User) -> None:
    pages = {ask(mere.email, f"192.0.2.{n}") for n in range(LINKS_A_DAY + 3)}
    assert (len(pages), OutgoingMail.objects.count()) == (1, LINKS_A_DAY)


def test_a_link_that_others_looked_at_still_works(mere: User) -> None:
    ask(mere.email)
    url = link()
    for _ in range(3):
        Client().get(url, follow=True)
    assert [set_passphrase(url, NEW), sign_in(mere.email, NEW)] == [302, ""]


def test_who_asks_for_more_links_than_a_client_may_adds_nothing_to_the_log(mere: User, settings: Any) -> None:
    settings.FORM_POSTS_PER_HOUR = 4
    with time_machine.travel(NOON, tick=False):
        pages = {ask(f"staff{n % 3}@example.org") for n in range(20)}
        assert (len(pages), acts()) == (1, ["link_asked"] * 4)
        ask(mere.email, "192.0.2.2")
    assert acts() == ["link_asked"] * 5


@pytest.mark.parametrize(
    "path", ["password_reset/", "password_reset/done/", "reset/MQ/none-such/", "reset/done/"]
)
def test_the_pages_open_to_anybody_and_run_no_script_but_ours(path: str) -> None:
    response = Client().get(f"/staff/{path}")
    assert response.status_code == 200
    assert "script-src 'self'" in response["Content-Security-Policy"]


def test_pages_that_are_djangos_own_say_passphrase_and_today(mere: User) -> None:
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
        assert page.one(class_="breadcrumbs").all("a")[0].text == "Today"
    assert "Your passphrase has at least 16 characters" in read(set_page).one("div", class_="help").text
    assert "The two passphrases are not the same." in read(refused).text


# --- accounts --------------------------------------------------------------------------------


def officer(*powers: str, **fields: Any) -> User:
    user = UserFactory(**fields)
    user.user_permissions.set(Permission.objects.filter(codename__in=powers))
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def change(user: User, **fields: Any) -> dict[str, Any]:
    return {"email": user.email, "name": user.name, "is_active": "on", "is_staff": "on", **fields}


@pytest.mark.parametrize("power", ["superuser", "officer"])
def test_nobody_sets_anothers_passphrase(power: str) -> None:
    by = officer("change_user", "view_user", is_superuser=power == "superuser")
    other = UserFactory()
    client, before = signed_in(by), other.password
    url = f"/staff/staff/user/{other.pk}/password/"
    typed = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    assert [client.get(url).status_code, client.post(url, typed).status_code] == [404, 404]
    page = reverse("admin:staff_user_change", args=[other.pk])
    assert "password" not in read(client.get(page)).one("form", id="user_form").text.lower()
    client.post(page, change(other, password="!", password1=NEW, password2=NEW))
    other.refresh_from_db()
    assert other.password == before


def test_who_is_added_sets_their_own(mere: User) -> None:
    client = signed_in(mere)
    client.post(
        reverse("admin:staff_user_add"), {"email": "ana@example.org", "name": "Ana", "password1": NEW}
    )
    ana = User.objects.get(email="ana@example.org")
    assert not ana.check_password(NEW)
    assert set_passphrase(link(), NEW) == 302
    assert sign_in("ana@example.org", NEW) == ""
    assert LogLine.objects.filter(act="account_added", key=ana.pk, done_by=mere).count() == 1


@pytest.mark.parametrize(
    ("theirs", "active", "seen"),
    [
        ({}, True, 302),
        ({"powers": ["change_user"]}, True, 302),
        ({"powers": ["change_erasure"]}, True, 403),
        ({"powers": ["change_erasure"]}, False, 403),
        ({"is_superuser": True}, True, 403),
        ({"is_superuser": True}, False, 403),
    ],
)
def test_nobody_changes_the_account_of_somebody_who_may_do_more(
    theirs: dict[str, Any], active: bool, seen: int
) -> None:
    by = officer("change_user", "view_user")
    other = officer(
        *theirs.get("powers", []), is_superuser=theirs.get("is_superuser", False), is_active=active
    )
    page = reverse("admin:staff_user_change", args=[other.pk])
    assert signed_in(by).post(page, change(other, email="mine@example.org")).status_code == seen
    other.refresh_from_db()
    assert (other.email == "mine@example.org") == (seen == 302)


def test_nobody_gives_themselves_or_others_powers(mere: User) -> None:
    by = officer("change_user", "view_user", "add_user")
    every = [str(power.pk) for power in Permission.objects.all()]
    for user in (by, UserFactory()):
        page = reverse("admin:staff_user_change", args=[user.pk])
        signed_in(by).post(page, change(user, is_superuser="on", user_permissions=every))
        user.refresh_from_db()
        assert (user.is_superuser, user.user_permissions.filter(codename="add_erasure").exists()) == (
            False,
        ) * 2
    signed_in(by).post(
        reverse("admin:staff_user_add"),
        {"email": "ana@example.org", "name": "Ana", "is_superuser": "on", "user_permissions": every},
    )
    ana = User.objects.get(email="ana@example.org")
    assert (ana.is_superuser, ana.user_permissions.count()) == (False, 0)


def test_a_changed_address_is_logged_and_told_to_the_old_one(mere: User) -> None:
    other = UserFactory(email="old@example.org", name="Hōne")
    signed_in(mere).post(
        reverse("admin:staff_user_change", args=[other.pk]), change(other, email="new@example.org")
    )
    mail.deliver_due()
    (told,) = django_mail.outbox
    assert told.to == ["old@example.org"]
    assert "new@" not in str(told.body)
    line = LogLine.objects.get(act="address_changed")
    assert (line.key, line.done_by, line.detail) == (other.pk, mere, "email")


# --- what takes two people -------------------------------------------------------------------


@pytest.fixture
def proposed(settings: Any) -> Erasure:
    settings.DISPOSAL_AUTHORITY = "DA000"
    one = officer("add_erasure", "change_erasure", "change_user", "view_user", name="One")
    erasing.propose(contact=ContactFactory(), why="They asked", by=one)
    return Erasure.objects.get()


def carried_out(erasure: Erasure, by: User) -> bool:
    url = reverse("admin:responses_erasure_act", args=[erasure.pk, "carry_out"])
    signed_in(by).post(url, {"shown": "proposed"})
    erasure.refresh_from_db()
    return erasure.state == "carried_out"


def test_a_colleagues_mailbox_is_not_a_way_to_ones_own_erasure(proposed: Erasure) -> None:
    """Change a colleague's address, have the link mailed there, sign in as them: it is not carried out."""
    one = proposed.proposed_by
    assert one
    two = officer("add_erasure", "change_erasure")
    two.set_password(PASSPHRASE)
    two.save()
    page = reverse("admin:staff_user_change", args=[two.pk])
    assert signed_in(one).post(page, change(two, email="mine@example.org")).status_code == 302
    ask("mine@example.org")
    assert set_passphrase(link(), NEW) == 302
    two.refresh_from_db()
    assert not carried_out(proposed, two)
    assert carried_out(proposed, officer("change_erasure"))


@pytest.mark.parametrize("which", ["proposer", "decider"])
def test_neither_account_may_have_had_its_address_changed_by_anybody_else(
    proposed: Erasure, which: str
) -> None:
    one, two, third = proposed.proposed_by, officer("change_erasure"), officer("change_user")
    assert one
    LogLine.objects.create(
        act="address_changed", kind="staff.user", key=(one if which == "proposer" else two).pk, done_by=third
    )
    assert not carried_out(proposed, two)


@pytest.mark.parametrize("act", ["account_added", "account_changed", "address_changed"])
@pytest.mark.parametrize("days", [0, 29, 31])
def test_who_made_or_changed_an_account_is_not_another_person_for_thirty_days(act: str, days: int) -> None:
    one, two, third = UserFactory(), UserFactory(), UserFactory()
    assert are_two_people(one, two)
    with clock.set_to(clock.now() - dt.timedelta(days=days)):
        LogLine.objects.create(act=act, kind="staff.user", key=two.pk, done_by=one)
    assert are_two_people(one, two) == are_two_people(two, one) == (days > 30)
    assert are_two_people(third, two) == (days > 30 or act != "address_changed")
    assert not are_two_people(one, one)


def test_who_changes_their_own_address_stays_themselves() -> None:
    one, two = UserFactory(), UserFactory()
    LogLine.objects.create(act="address_changed", kind="staff.user", key=two.pk, done_by=two)
    assert are_two_people(one, two)
