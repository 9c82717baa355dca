from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from accord_portal.foundation.policy import PERMISSIONS

pytestmark = pytest.mark.django_db
PUBLIC = (
    "default-src 'none'; base-uri 'none'; connect-src 'self'; form-action 'self'; frame-ancestors 'none';"
    " img-src 'self'; style-src 'self'"
)


def policy(client: Client, path: str) -> dict[str, str]:
    header = client.get(path)["Content-Security-Policy"]
    return dict(part.split(" ", 1) for part in header.split("; "))


@pytest.mark.parametrize("paths", [("/about/", "/staff/"), ("/staff/", "/about/")])
def test_a_page_that_asks_for_more_changes_no_other(client: Client, paths: tuple[str, str]) -> None:
    usual = dict(part.split(" ", 1) for part in PUBLIC.split("; "))
    wanted = {"/about/": usual, "/staff/": {**usual, "frame-src": "'self'", "script-src": "'self'"}}
    for path in (*paths, *paths):
        assert policy(client, path) == wanted[path]


EVERYWHERE = [
    "/about/",
    "/about",
    "/none-such/",
    "/static/none-such.css",
    "/health/",
    "/staff/",
    "/staff/login/",
]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_answer_has_its_policies(client: Client, path: str) -> None:
    assert policy(client, path)["default-src"] == "'none'"
    assert client.get(path)["Permissions-Policy"] == (
        "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(),"
        " payment=(), usb=()"
    )


def policies(response: HttpResponse) -> tuple[int, dict[str, str], str]:
    content = dict(part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))
    return response.status_code, content, response["Permissions-Policy"]


USUAL = dict(part.split(" ", 1) for part in PUBLIC.split("; ")), PERMISSIONS


@pytest.mark.parametrize(
    ("method", "address", "headers", "status"),
    [
        ("GET", "/about/", {"Host": "elsewhere.example"}, 400),
        ("TRACE", "/about/", {}, 405),
        ("GET", "/champions/?q=%00", {}, 400),
        ("GET", "/static/css/site.css", {}, 200),
    ],
)
def test_an_answer_that_no_view_made_has_them_too(
    settings: Settings,
    tmp_path: Path,
    method: str,
    address: str,
    headers: dict[str, str],
    status: int,
) -> None:
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "site.css").touch()
    response = Client().generic(method, address, headers=headers)
    assert policies(response) == (status, *USUAL)


def test_even_the_way_to_https_has_them(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert policies(client.get("/about/")) == (301, *USUAL)
