"""An application to try the web server's worker with."""

import time
from collections.abc import Callable, Iterable
from typing import Any


def application(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """`/slow` takes three seconds, `/read` says how much it read, `/refuse` reads nothing."""
    path = environ["PATH_INFO"]
    if path == "/slow":
        time.sleep(3)
    body = str(len(environ["wsgi.input"].read())) if path == "/read" else path
    status = "413 Content Too Large" if path == "/refuse" else "200 OK"
    start_response(status, [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body.encode()]
