"""An application to try the web server's worker with."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connections

used: dict[int, Any] = {}  # each database connection that an answer was given with


def application(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """`/slow` takes three seconds, `/read` says how much it read, `/refuse` reads nothing.

    `/database` asks the database and takes a while, `/connections` says how many of its connections are open.
    """
    path = environ["PATH_INFO"]
    if path == "/slow":
        time.sleep(3)
    if path == "/database":
        database = connections["default"]
        database.ensure_connection()
        used[id(database)] = database
        time.sleep(0.25)
    body = str(len(environ["wsgi.input"].read())) if path == "/read" else path
    if path == "/connections":
        body = f"{sum(each.connection is not None for each in used.values())} of {len(used)}"
    status = "413 Content Too Large" if path == "/refuse" else "200 OK"
    start_response(status, [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body.encode()]
