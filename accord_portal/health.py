"""For monitors: is the web process alive, and is it ready to work?

Both are answered whatever the Host, since a load balancer asks by address, and over plain HTTP.
"""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import closing

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, JsonResponse
from django.utils.crypto import constant_time_compare

from accord_portal.foundation.http_answers import unkept
from accord_portal.running.measures import measured

log = logging.getLogger(__name__)

LIVE, READY = "/health/", "/health/ready"
READY_SECONDS = 2.0  # as long as a monitor waits


class AnswerMonitors:
    """`/health/` asks nothing of anybody; `/health/ready` asks the database, for two seconds at most."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info not in (LIVE, READY):
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if request.path_info == LIVE:
            return _answer("ok", 200)
        if not database_answers():
            return _answer("the database does not answer", 503)
        return unkept(JsonResponse(measured()._asdict())) if _may_know_more(request) else _answer("ok", 200)


def _may_know_more(request: HttpRequest) -> bool:
    """Whether it brings the monitors' own token."""
    token = settings.MONITOR_TOKEN
    return bool(token) and constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}")


def _answer(text: str, status: int) -> HttpResponse:
    return unkept(HttpResponse(f"{text}\n", status=status, content_type="text/plain"))


def database_answers(seconds: float = READY_SECONDS) -> bool:
    """Whether a table can be read over a new connection, asked by a thread that is not waited for longer.

    While one question is still out, nobody asks another: a frozen server gathers no threads.
    """
    end = time.monotonic() + seconds
    if not _one_at_a_time.acquire(timeout=seconds):
        return False
    said: list[bool] = []
    asking = threading.Thread(target=_ask, args=[said], name="health", daemon=True)
    asking.start()
    asking.join(max(0, end - time.monotonic()))
    return said == [True]


_one_at_a_time = threading.Lock()


def _ask(said: list[bool]) -> None:
    try:
        with closing(connections.create_connection("default")) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
        said.append(True)
    except Exception as error:  # whatever it is, the answer is no
        log.warning("The database does not answer: %s", type(error).__name__)
    finally:
        _one_at_a_time.release()
