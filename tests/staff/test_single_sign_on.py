"""Signing in through an organisation's own sign-in."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils.html import escape
from pytest_django import Settings

from accord_portal.staff import second_factor
from accord_portal.staff.forms import LOCKED
from accord_portal.staff.models import LogLine, ProviderIdentity, User
from tests.factories import UserFactory
from tests.html import read
from tests.staff import provider as loopback
from tests.staff.provider import Provider

pytestmark = pytest.mark.django_db
START, BACK = "/staff/single-sign-on/dia/", "/staff/single-sign-on/dia/back/"
WHO = {"sub": "248289761001", "email": "Mere@example.org", "email_verified": True}


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    with loopback.running() as running:
        settings.SIGN_IN_PROVIDERS = loopback.as_settings(running)
        yield running


@pytest.fixture
def officer(db: None) -> User:
    return UserFactory(email="mere@example.org", name="Mere Staff")


def come_back(client: Client, provider: Provider, start: str = START, **claims: Any) -> HttpResponse:
    there = client.get(start)
    assert there.status_code == 302
    answer: Any = client.get(BACK, provider.code_for(there["Location"], **{**WHO, **claims}))
    return answer


def why(answer: HttpResponse) -> str:
    assert answer.status_code == 403
    return answer.context["reason"]  # type: ignore[attr-defined, no-any-return]


def test_the_sign_in_page_offers_it(client: Client, provider: Provider) -> None:
    page = client.get("/staff/login/?next=/staff/figures/").content.decode()
    assert read(page).one("a", class_="quiet").text == "Internal Affairs"
    assert escape("/staff/single-sign-on/dia/?next=/staff/figures/") in page


def test_without_providers_it_offers_none(client: Client) -> None:
    assert "Or with your" not in client.get("/staff/login/").content.decode()
    assert client.get(START).status_code == 404


def test_somebody_who_was_invited_is_signed_in(client: Client, provider: Provider, officer: User) -> None:
    answer = come_back(client, provider, f"{START}?next=/staff/figures/")
    assert (answer.status_code, answer["Location"]) == (302, "/staff/figures/")
    assert client.get("/staff/").context["user"] == officer
    identity = ProviderIdentity.objects.get()
    assert (identity.user, identity.issuer, identity.subject) == (officer, provider.issuer, WHO["sub"])
    line = LogLine.objects.get(act=LogLine.Act.SIGNED_IN)
    assert (line.done_by, line.detail) == (officer, "Through dia")


def test_what_is_asked_of_the_provider(client: Client, provider: Provider, settings: Settings) -> None:
    query = parse_qs(urlsplit(client.get(START)["Location"]).query)
    assert query["redirect_uri"] == [f"{settings.BASE_URL}{BACK}"]
    assert query["scope"] == ["openid email"]
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["nonce"][0]) >= 20
    assert len(query["state"][0]) >= 20


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_it_leads_to_no_other_site(client: Client, provider: Provider, officer: User, wanted: str) -> None:
    assert come_back(client, provider, f"{START}?next={wanted}")["Location"] == "/staff/"


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"email": ""},
    ],
)
def test_an_address_that_is_not_verified_opens_nothing(
    client: Client, provider: Provider, officer: User, claims: dict[str, Any]
) -> None:
    assert why(come_back(client, provider, **claims)).startswith("Internal Affairs has not verified")
    assert client.get("/staff/").status_code == 302
    assert ProviderIdentity.objects.count() == 0


@pytest.mark.parametrize("account", [None, {"is_active": False}, {"is_staff": False}])
def test_it_makes_no_account_and_opens_none_that_is_closed(
    client: Client, provider: Provider, account: dict[str, Any] | None
) -> None:
    if account:
        UserFactory(email="mere@example.org", **account)
    said = why(come_back(client, provider))
    assert said == (
        "Nobody here signs in with your address at Internal Affairs. Ask an administrator to invite you."
    )
    assert User.objects.count() == (1 if account else 0)
    assert ProviderIdentity.objects.count() == 0
    line = LogLine.objects.get(act=LogLine.Act.NOT_SIGNED_IN)
    assert (line.done_by, line.detail) == (None, "Through dia")


@pytest.mark.parametrize(
    "answers",
    [
        {"nonce": "another"},
        {"aud": "another portal"},
        {"iss": "https://another.example"},
        {"exp": 1_000_000_000},
        {"iat": 9_000_000_000},
        {"sub": None},
    ],
)
def test_a_token_that_is_not_for_us_now_is_refused(
    client: Client, provider: Provider, officer: User, answers: dict[str, Any]
) -> None:
    provider.answers = answers
    assert why(come_back(client, provider)) == "What Internal Affairs answered cannot be used. Try again."
    assert client.get("/staff/").status_code == 302


def test_a_token_that_somebody_else_signed_is_refused(
    client: Client, provider: Provider, officer: User
) -> None:
    provider.signs_with = "another"
    assert why(come_back(client, provider)) == "What Internal Affairs answered cannot be used. Try again."


def test_an_answer_that_another_browser_began_is_refused(
    client: Client, provider: Provider, officer: User
) -> None:
    brought = provider.code_for(client.get(START)["Location"], **WHO)
    assert why(Client().get(BACK, brought)) == "What Internal Affairs answered cannot be used. Try again."


def test_an_answer_is_good_once(client: Client, provider: Provider, officer: User) -> None:
    brought = provider.code_for(client.get(START)["Location"], **WHO)
    assert client.get(BACK, brought).status_code == 302
    assert client.get(BACK, brought).status_code == 403


@pytest.mark.parametrize(
    "brought", [{}, {"error": "access_denied"}, {"code": "x"}, {"state": "x"}, {"code": "é", "state": "é"}]
)
def test_an_answer_without_its_parts_is_refused(
    client: Client, provider: Provider, officer: User, brought: dict[str, str]
) -> None:
    client.get(START)
    assert why(client.get(BACK, brought)) == "What Internal Affairs answered cannot be used. Try again."


def test_a_provider_that_is_away_is_said(client: Client, provider: Provider, settings: Settings) -> None:
    settings.SIGN_IN_PROVIDERS[0]["issuer"] = "http://127.0.0.1:1"
    said = "Internal Affairs does not answer. Try again in a few minutes, or sign in with your passphrase."
    assert why(client.get(START)) == said


def test_the_person_stays_the_same_when_the_address_there_changes(
    client: Client, provider: Provider, officer: User
) -> None:
    come_back(client, provider)
    client.logout()
    assert come_back(client, provider, email="new@example.org", email_verified=False).status_code == 302
    assert client.get("/staff/").context["user"] == officer


def test_an_address_that_was_given_to_somebody_else_opens_nothing(
    client: Client, provider: Provider, officer: User
) -> None:
    come_back(client, provider)
    client.logout()
    said = why(come_back(client, provider, sub="another"))
    assert said == "This account goes with another person at Internal Affairs. Ask an administrator."
    second_factor.reset(account=officer, by=None)
    assert come_back(client, provider, sub="another").status_code == 302


@pytest.mark.parametrize(
    ("counts", "amr", "page"),
    [
        (False, ["pwd", "mfa"], "/staff/second-factor/"),
        (True, ["pwd"], "/staff/second-factor/"),
        (True, None, "/staff/second-factor/"),
        (True, ["pwd", "mfa"], None),
    ],
)
def test_the_second_factor_is_ours_unless_theirs_counts_and_was_given(
    client: Client,
    provider: Provider,
    officer: User,
    settings: Settings,
    counts: bool,
    amr: list[str] | None,
    page: str | None,
) -> None:
    settings.SECOND_FACTOR = True
    settings.SIGN_IN_PROVIDERS[0]["gives_second_factor"] = counts
    come_back(client, provider, amr=amr)
    answer = client.get("/staff/")
    assert answer.headers.get("Location", "").split("?")[0] == (page or "")
    settings.SIGN_IN_PROVIDERS = []  # once the provider counts no longer, nor does what it gave
    assert client.get("/staff/").status_code == 302


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_its_pages_are_only_read(client: Client, provider: Provider, method: str) -> None:
    assert [getattr(client, method)(path).status_code for path in (START, BACK)] == [405, 405]


def test_the_provider_is_asked_what_it_is_once_a_minute(
    client: Client, provider: Provider, officer: User, clock: time_machine.Traveller
) -> None:
    for _ in range(3):
        client.get(START)
    assert provider.looked_up == ["/.well-known/openid-configuration"]
    clock.shift(60)
    client.get(START)
    assert provider.looked_up == ["/.well-known/openid-configuration"] * 2


def test_a_stranger_who_comes_back_with_nothing_is_locked_and_fills_no_log(
    client: Client, provider: Provider, officer: User, clock: time_machine.Traveller
) -> None:
    said = [why(client.get(BACK)) for _ in range(20)]
    assert said == ["What Internal Affairs answered cannot be used. Try again."] * 3 + [LOCKED] * 17
    acts = LogLine.objects.order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["not_signed_in"] * 3 + ["locked_out"]
    clock.shift(dt.timedelta(minutes=15))
    assert why(client.get(BACK)) == said[0]


def test_who_is_signed_in_counts_as_no_try(client: Client, provider: Provider, officer: User) -> None:
    for _ in range(5):
        assert come_back(client, provider).status_code == 302
        client.logout()
