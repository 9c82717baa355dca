"""What is measured, as Prometheus reads it (its text exposition format 0.0.4), on a port of its own."""

import logging
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from django.db import Error, close_old_connections, connections

from .measures import measured

log = logging.getLogger(__name__)

MEANINGS = {
    "mail_waiting": "Messages that could go now.",
    "mail_oldest_seconds": "How long the message that waits longest could have gone.",
    "mail_put_off": "Messages that wait because the mail server refused them or was not there.",
    "mail_failed": "Messages that were given up.",
    "mail_in_doubt": "Messages that may or may not have arrived.",
    "tasks_waiting": "Tasks that no worker has taken yet.",
    "tasks_oldest_seconds": "How long the task that waits longest has waited.",
    "worker_silent_seconds": "Since a worker was last at work; it says so once a minute.",
    "backup_age_seconds": "Since the last backup.",
    "disk_free_bytes": "Room where the portal writes.",
    "rows_set_aside": "Records at which a chore failed.",
    "undertakings_late": "Undertakings that are open after the day that was promised.",
}


def exposition() -> str:
    """All measures, one of each; what is not known yet is left out. `accord_up` is 0 without a database."""
    try:
        found = measured()._asdict()
    except Error as error:
        log.warning("The database does not answer: %s", type(error).__name__)
        connections.close_all()
        found = {}
    lines = _gauge("up", "Whether the database answers.", int(bool(found)))
    for name, value in found.items():
        if value is not None:
            lines += _gauge(name, MEANINGS[name], value)
    return "\n".join(lines) + "\n"


def serve(host: str, port: int) -> HTTPServer:
    """A server for whoever scrapes, not started yet: `serve_forever` does that. Raises OSError."""
    return HTTPServer((host, port), AnswerScrapes)


class AnswerScrapes(BaseHTTPRequestHandler):
    """`/metrics`, and nothing else. One scrape at a time; a client has ten seconds."""

    timeout = 10
    server_version, sys_version = "accord", ""

    def do_GET(self) -> None:
        if self.path != "/metrics":
            self.send_error(404)
            return
        close_old_connections()
        body = exposition().encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """A scrape every few seconds is no news."""


def _gauge(name: str, says: str, value: float) -> list[str]:
    full = f"accord_{name}"
    return [f"# HELP {full} {says}", f"# TYPE {full} gauge", f"{full} {value:.15g}"]
