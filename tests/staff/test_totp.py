"""Codes as RFC 6238 has them, and as apps take them."""

import base64
import datetime as dt
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import time_machine

from accord_portal.staff import totp

RFC = base64.b32encode(b"12345678901234567890").decode()
NOON = dt.datetime(2026, 11, 16, 0, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),  # appendix B of the RFC, the last six digits of its eight
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert totp.code_at(RFC, seconds // 30) == code


@pytest.mark.parametrize(("away", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_good_for_half_a_minute_before_and_after(away: int, good: bool) -> None:
    with time_machine.travel(NOON, tick=False):
        step = totp.step_now() + away
        assert totp.step_of(RFC, totp.code_at(RFC, step)) == (step if good else None)


@pytest.mark.parametrize("code", ["", "ā", "１２３４５６", "0" * 60])
def test_what_is_no_code_is_no_code(code: str) -> None:
    assert totp.step_of(RFC, code) is None


def test_an_app_is_told_whose_account_it_is_and_the_secret() -> None:
    secret = totp.new_secret()
    told = urlsplit(totp.address(secret, "ana+o'&@example.org"))
    assert (told.scheme, told.netloc) == ("otpauth", "totp")
    assert unquote(told.path) == "/Accord Portal:ana+o'&@example.org"
    assert parse_qs(told.query) == {"secret": [secret], "issuer": ["Accord Portal"]}
    assert (len(base64.b32decode(secret)), totp.new_secret() == secret) == (20, False)


def test_its_picture_has_nothing_that_a_strict_policy_refuses() -> None:
    picture = totp.picture(totp.address(RFC, "ana@example.org"))
    assert picture.startswith("<svg")
    for refused in ("style", "script", "http", "href"):
        assert refused not in picture
