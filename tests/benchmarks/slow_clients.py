"""Slow clients: how long others wait while so many requests stand half sent.

    gunicorn accord_portal.wsgi --bind 127.0.0.1:8000
    python -m tests.benchmarks.slow_clients http://127.0.0.1:8000 --clients 100

Opens so many connections of each kind in turn (nothing, half a head, half a body, and a 60 MB body of which a
little is sent), and while they stand asks for /health/ and the form, one after the other: the longest wait of
each, and how many got no answer within `--patience` seconds. Loopback only.
"""

import argparse
import contextlib
import http.client
import socket
import time
from urllib.parse import urlsplit

POST = (
    b"POST /express-interest/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n"
)
KINDS = {
    "nobody": None,
    "nothing sent": b"",
    "half a head": b"GET /express-interest/ HTTP/1.1\r\nHost: 127.0.0.1\r\n",
    "half a body": POST + b"Content-Length: 1000\r\n\r\nname=",
    "60 MB announced": POST + b"Content-Length: 60000000\r\n\r\nname=",
}

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("server", metavar="URL")
arguments.add_argument("--clients", type=int, default=100)
arguments.add_argument("--requests", type=int, default=20, help="of each page while they stand")
arguments.add_argument("--patience", type=float, default=10, help="seconds for an answer")


def wait(host: str, port: int, path: str, patience: float) -> float | None:
    """Seconds until the page was here; None where it did not come in time."""
    began = time.monotonic()
    link = http.client.HTTPConnection(host, port, timeout=patience)
    with contextlib.closing(link):
        try:
            link.request("GET", path)
            answer = link.getresponse()
            answer.read()
        except OSError:
            return None
    assert answer.status == 200, answer.status
    return time.monotonic() - began


def main() -> None:
    options = arguments.parse_args()
    server = urlsplit(options.server)
    host, port = server.hostname or "", server.port or 80
    assert host in ("127.0.0.1", "localhost"), "loopback only"
    for kind, sent in KINDS.items():
        with contextlib.ExitStack() as held:
            for _ in range(options.clients if sent is not None else 0):
                client = held.enter_context(socket.create_connection((host, port)))
                client.sendall(sent)
            time.sleep(0.5)
            for path in ("/health/", "/express-interest/"):
                waits: list[float | None] = []
                for _ in range(options.requests):
                    waits.append(wait(host, port, path, options.patience))
                    if waits[-3:] == [None] * 3:  # it will not come
                        break
                came = [seconds for seconds in waits if seconds is not None]
                longest = f"{max(came) * 1000:.0f} ms" if came else "none came"
                unanswered = f"{waits.count(None)} of {len(waits)} unanswered"
                print(f"{kind:16} {path:20} longest {longest:>10}, {unanswered}")


if __name__ == "__main__":
    main()
