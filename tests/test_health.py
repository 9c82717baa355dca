"""`/health/` says that the web process lives, `/health/ready` that its database answers too."""

import contextlib
import socket
import time
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker, Settings

from accord_portal import health

BOTH = ["/health/", "/health/ready"]
HOSTS = ["testserver", "10.0.0.7:8000", "elsewhere.example", "[::1]", "", "a b"]


@pytest.mark.django_db
@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("path", BOTH)
def test_monitors_are_answered_whatever_the_host(client: Client, path: str, host: str) -> None:
    response = client.get(path, HTTP_HOST=host)
    assert (response.status_code, response.content, response["Content-Type"]) == (200, b"ok\n", "text/plain")
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
@pytest.mark.parametrize("path", BOTH)
def test_monitors_are_answered_over_plain_http_too(client: Client, settings: Settings, path: str) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert (client.get(path).status_code, client.get("/about/").status_code) == (200, 301)


@pytest.mark.parametrize("path", BOTH)
@pytest.mark.parametrize("method", ["POST", "OPTIONS"])
def test_monitors_only_ask(client: Client, path: str, method: str) -> None:
    response = client.generic(method, path)
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/health", "/health/live", "/health/ready/"])
def test_no_other_address_is_theirs(client: Client, path: str) -> None:
    assert client.get(path).status_code in (301, 404)
    assert client.get(path, HTTP_HOST="elsewhere.example").status_code == 400


def test_to_be_alive_no_database_is_needed(client: Client, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.block():
        assert client.get("/health/").status_code == 200


@pytest.mark.django_db
def test_being_ready_leaves_the_requests_own_connection_alone(client: Client) -> None:
    with CaptureQueriesContext(connections["default"]) as captured:
        assert client.get("/health/ready").status_code == 200
    assert len(captured) == 0


@pytest.mark.django_db
def test_how_the_portal_is_is_told_to_whoever_brings_the_token(client: Client, settings: Settings) -> None:
    asked = partial(client.get, "/health/ready")
    assert asked(headers={"authorization": "Bearer "}).content == b"ok\n"
    settings.MONITOR_TOKEN = "a token"
    for refused in ({}, {"authorization": "Bearer another"}, {"authorization": "a token"}):
        assert asked(headers=refused).content == b"ok\n"
    response = asked(headers={"authorization": "Bearer a token"})
    told = response.json()
    assert (response.status_code, told["mail_waiting"], told["worker_silent_seconds"]) == (200, 0, None)
    assert {"mail_failed", "tasks_oldest_seconds", "disk_free_bytes"} <= told.keys()
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_a_database_that_refuses_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(alias: str) -> None:
        raise DatabaseError("no")

    monkeypatch.setattr(connections, "create_connection", refuse)
    for _ in range(2):  # and asks again the next time
        response = client.get("/health/ready")
        assert (response.status_code, response.content) == (503, b"the database does not answer\n")


@pytest.mark.django_db
def test_a_frozen_database_is_not_waited_for(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor do the questions of a monitor that goes on asking pile up; once it thaws, all is well again."""
    with monkeypatch.context() as patched, socket.create_server(("127.0.0.1", 0), backlog=64) as frozen:
        patched.setitem(connections.settings, "default", postgresql_at(frozen.getsockname()[1]))
        patched.setattr(health.database_answers, "__defaults__", (0.2,))
        began = time.monotonic()
        statuses = [client.get("/health/ready").status_code for _ in range(5)]
        alive = client.get("/health/").status_code
        assert time.monotonic() - began < 2
        assert (statuses, callers(frozen), alive) == ([503] * 5, 1, 200)
    assert client.get("/health/ready").status_code == 200


def postgresql_at(port: int) -> dict[str, Any]:
    theirs = {"ENGINE": "django.db.backends.postgresql", "HOST": "127.0.0.1", "PORT": port, "NAME": "any"}
    return {**connections["default"].settings_dict, **theirs, "USER": "any", "PASSWORD": "", "OPTIONS": {}}


def callers(listener: socket.socket) -> int:
    """How many connected; they are let go."""
    listener.settimeout(0)
    number = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            listener.accept()[0].close()
            number += 1
    return number
