"""A link to set one's passphrase: mailed to the account's own mailbox, and telling nobody who has one."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core import mail as django_mail
from django.test import Client

from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.forms import LINKS_A_DAY
from accord_portal.staff.models import User
from tests.factories import UserFactory
from tests.html import read
from tests.staff.accounts import acts, ask, link, set_passphrase, sign_in

pytestmark = pytest.mark.django_db

PASSPHRASE, NEW = "stand together by the sea", "stand together on the hill"

WRONG = "Enter the email address and the passphrase of a staff account"

NOON = dt.datetime(2026, 11, 16, 0, 0, tzinfo=dt.UTC)

UNKNOWN = "nobody@example.org"

ASK = "/staff/password_reset/"


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
