"""Each request has an id, in its answer and in the log."""

import logging
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from accord_portal.foundation.logs import request_id


def test_each_answer_has_an_id_of_its_own(client: Client) -> None:
    first, second = (client.get("/health/").headers["X-Request-ID"] for _ in range(2))
    assert UUID(first) != UUID(second)
    assert request_id.get() == ""


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("0123456789abcdef0123456789abcdef", True),  # nginx
        ("c9a7d53e-8d3f-4b2b-9d2c-1a2b3c4d5e6f", True),  # Caddy
        ("short", False),
        ("a" * 65, False),
        ("aroha@example.org aroha", False),
        ("0123456789abcdef\r\nSet-Cookie: a=b", False),
    ],
)
def test_the_proxys_id_is_kept_if_it_is_one(client: Client, given: str, kept: bool) -> None:
    answer = client.get("/health/", HTTP_X_REQUEST_ID=given)
    assert (answer.headers["X-Request-ID"] == given) is kept


@pytest.mark.django_db
def test_a_request_is_a_line_by_its_route(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "accord_portal.foundation.request_ids")
    answers = [client.get("/preferences/a-secret-token/"), client.post("/nowhere/aroha%40example.org")]
    lines: list[Any] = [row for row in caplog.records if row.name == "accord_portal.foundation.request_ids"]
    assert [(row.method, row.route, row.status) for row in lines] == [
        ("GET", "preferences/<str:token>/", answers[0].status_code),
        ("POST", "", 404),
    ]
    assert all(0 <= row.ms < 60_000 for row in lines)


@pytest.mark.django_db
def test_the_page_of_a_fault_names_it(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.raise_request_exception = False

    def fail(*args: object) -> None:
        raise ValueError("a fault")

    monkeypatch.setattr("responses.views.express_interest._open_form", fail)
    answer = client.get("/express-interest/")
    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] in answer.content.decode()
