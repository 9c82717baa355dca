"""A provider's API on loopback: it keeps what it takes, and is told beforehand how it fails."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

Answer = tuple[int, Any]


class Request(NamedTuple):
    """What came in, whole."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Api:
    """`answers` are given first, one a call: a status with JSON, or what is done instead of answering."""

    def __init__(self, take: Callable[["Api", Request], Answer]) -> None:
        self.requests: list[Request] = []
        self.answers: list[Answer | str] = []
        self.headers: dict[str, str] = {}
        self.taken: list[Any] = []
        self.keys: dict[str, tuple[bytes, Answer]] = {}
        self.take = take
        self.lock = threading.Lock()
        self.url = ""

    @property
    def to(self) -> list[str]:
        """The names of those who got something, before the @."""
        return [one.to.partition("@")[0] for one in self.taken]

    def answer(self, request: Request) -> Answer | None:
        """What is answered; None where the connection is closed without."""
        with self.lock:
            self.requests.append(request)
            told = self.answers.pop(0) if self.answers else "take"
            if told == "close":
                return None
            if not isinstance(told, str):
                return told
            answer = self.take(self, request)
        if told == "take and close":
            return None
        if told == "take and be silent":
            time.sleep(1.5)
            return None
        return (500, {}) if told == "take and fail" else answer


@contextmanager
def serving(take: Callable[[Api, Request], Answer]) -> Iterator[Api]:
    """The API while it runs."""
    api = Api(take)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = api.answer(Request(self.command, self.path, headers, body))
            if answer is None:
                return
            status, said = answer
            content = json.dumps(said).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **api.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST

        def log_message(self, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    api.url = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
