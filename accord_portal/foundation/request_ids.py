"""Every request has an id: its answer carries it, and so does each line of the log about it."""

import logging
import re
import time
from collections.abc import Callable
from uuid import uuid4

from django.http import HttpRequest, HttpResponseBase

from .logs import request_id

log = logging.getLogger(__name__)

PROXYS_ID = re.compile(r"[0-9A-Za-z-]{16,64}")  # a proxy's, so that its log and ours name a request alike


class GiveRequestIds:
    """Sets `X-Request-ID`, and logs what was answered: by the route, for a path may hold a person's link."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("x-request-id", "")
        began, own_id = time.monotonic(), given if PROXYS_ID.fullmatch(given) else str(uuid4())
        outer = request_id.set(own_id)
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = own_id
            if log.isEnabledFor(logging.INFO):
                log.info("answered", extra=_about(request, response, began))
        finally:
            request_id.reset(outer)
        return response


def _about(request: HttpRequest, response: HttpResponseBase, began: float) -> dict[str, object]:
    match = request.resolver_match
    return {
        "method": request.method,
        "route": match.route if match else "",
        "status": response.status_code,
        "ms": round((time.monotonic() - began) * 1000),
    }
