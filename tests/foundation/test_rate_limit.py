import datetime as dt

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django import Settings

from accord_portal.foundation import rate_limit
from accord_portal.foundation.models import ClientCount
from tests.clock import NOON

pytestmark = pytest.mark.django_db


def from_address(address: str, forwarded: str = "") -> HttpRequest:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return RequestFactory(headers=headers).post("/express-interest/", REMOTE_ADDR=address)


def test_each_request_counts_one_more() -> None:
    request = from_address("192.0.2.1")
    assert [rate_limit.count(request, "form", NOON) for _ in range(3)] == [1, 2, 3]


def test_clients_and_kinds_of_request_are_counted_apart() -> None:
    assert rate_limit.count(from_address("192.0.2.1"), "form", NOON) == 1
    assert rate_limit.count(from_address("192.0.2.2"), "form", NOON) == 1
    assert rate_limit.count(from_address("192.0.2.1"), "sign-in", NOON) == 1


def test_a_new_hour_begins_at_one() -> None:
    request = from_address("192.0.2.1")
    last, first = NOON + dt.timedelta(minutes=59, seconds=59), NOON + dt.timedelta(hours=1)
    assert [rate_limit.count(request, "form", at) for at in (NOON, last, first)] == [1, 2, 1]


def test_the_address_is_not_kept() -> None:
    rate_limit.count(from_address("192.0.2.1"), "form", NOON)
    row = ClientCount.objects.values().get()
    assert row == {"key": row["key"], "requests": 1, "counted_at": NOON}
    assert len(row["key"]) == 64
    assert set(row["key"]) <= set("0123456789abcdef")


def test_counts_are_erased_within_a_day() -> None:
    for hours in (0, 1, 2):
        rate_limit.count(from_address("192.0.2.1"), "form", NOON + dt.timedelta(hours=hours))
    assert rate_limit.forget(NOON + dt.timedelta(hours=24, minutes=30)) == 2
    assert [row.counted_at for row in ClientCount.objects.all()] == [NOON + dt.timedelta(hours=2)]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "client"),
    [
        (0, "", "192.0.2.9"),
        (0, "203.0.113.7", "192.0.2.9"),  # anybody can write that header
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),  # the first was written by the client
        (2, "203.0.113.7, 10.0.0.1", "203.0.113.7"),
        (2, "203.0.113.7", "192.0.2.9"),
        (1, "", "192.0.2.9"),
        (1, " , ", "192.0.2.9"),
    ],
)
def test_the_client_is_looked_for_behind_our_own_proxies_only(
    settings: Settings, proxies: int, forwarded: str, client: str
) -> None:
    settings.PROXY_COUNT = proxies
    assert rate_limit.client_address(from_address("192.0.2.9", forwarded)) == client


ONE_CLIENT = {
    "the /64 of an IPv6 address": [
        "2001:db8:1:2::1",
        "2001:DB8:1:2:ffff:ffff:ffff:ffff",
        "2001:db8:1:2:0:0:0:7",
    ],
    "an IPv4 address": [
        "192.0.2.1",
        "::ffff:192.0.2.1",
        "::ffff:c000:201",
        "192.0.2.1:54321",
        "[::ffff:192.0.2.1]",
    ],
    "an IPv6 address with a port": ["[2001:db8:1:2::1]:443", "[2001:db8:1:2::2]", "2001:db8:1:2::3"],
    "a link-local address": ["fe80::1%eth0", "fe80::2%eth1", "fe80::3"],
}


@pytest.mark.parametrize("spellings", ONE_CLIENT.values(), ids=ONE_CLIENT)
@pytest.mark.parametrize("proxies", [0, 1])
def test_one_client_is_one_however_its_address_is_written(
    settings: Settings, spellings: list[str], proxies: int
) -> None:
    settings.PROXY_COUNT = proxies
    requests = [from_address(*(("192.0.2.9", a) if proxies else (a, ""))) for a in spellings]
    counted = [rate_limit.count(request, "mail", NOON) for request in requests]
    assert counted == list(range(1, len(spellings) + 1))
    assert ClientCount.objects.count() == 1


def test_forty_addresses_of_one_network_are_one_client() -> None:
    counted = [rate_limit.count(from_address(f"2001:db8:1:2::{n:x}"), "mail", NOON) for n in range(40)]
    assert counted == list(range(1, 41))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:3::1"),
        ("192.0.2.1", "192.0.2.2"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2"),
        ("::1", "127.0.0.1"),
    ],
)
def test_two_clients_are_two(one: str, other: str) -> None:
    assert [rate_limit.count(from_address(a), "mail", NOON) for a in (one, other)] == [1, 1]


@pytest.mark.parametrize("address", ["", "unknown", "a:b", "[", ":", "[zz::1]:9", "1:2:3"])
def test_what_is_no_address_is_counted_as_it_stands(address: str) -> None:
    request = from_address(address)
    assert [rate_limit.count(request, "mail", NOON) for _ in range(2)] == [1, 2]


@pytest.mark.parametrize(("limit", "refused"), [(2, [False, False, True]), (0, [False] * 3)])
def test_a_client_may_cause_so_much_mail_in_an_hour(
    settings: Settings, limit: int, refused: list[bool]
) -> None:
    settings.FORM_POSTS_PER_HOUR = limit
    request = from_address("192.0.2.1")
    assert [rate_limit.sent_too_much(request) for _ in range(3)] == refused
