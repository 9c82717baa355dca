"""How many people a second a digest reaches through a mail provider's API: our side only.

    DATABASE_URL=… python -m tests.benchmarks.digest_provider --people 10000 --rounds 3

In a database that is migrated and empty: it is filled with so many who said Yes and confirmed it. The sink,
a process of its own on loopback, counts the messages of each call and answers in the provider's shape.
"""

import argparse
import multiprocessing
import os
import statistics
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

COUNTED_BY = {  # what stands once for each message of a call
    "mailgun": b"&to=",
    "postmark": b'"HtmlBody"',
    "brevo": b'"textContent"',
    "resend": b'"text": ',
    "mailjet": b'"CustomID"',
    "amazon_ses": b'"ToAddresses"',
}
TOO_MANY = {"brevo": 1, "mailgun": -1}  # the shared body counts too; the first field has no & before it
arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("--people", type=int, default=10_000)
arguments.add_argument("--rounds", type=int, default=3)
arguments.add_argument("--providers", nargs="*", default=list(COUNTED_BY))


def sink(provider: str, port: Any) -> None:
    """Serves until it is ended."""
    import json

    from tests.digests.providers.shapes import SHAPES

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            number = body.count(COUNTED_BY[provider]) - TOO_MANY.get(provider, 0)
            status, said = SHAPES[provider].taken(number)
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    port.value = server.server_port
    server.serve_forever()


def main() -> int:
    options = arguments.parse_args()
    os.environ |= {"DJANGO_SETTINGS_MODULE": "accord_portal.settings", "DEMO": "true", "LOG_LEVEL": "ERROR"}
    import django

    django.setup()
    from responses.models import Contact

    if not Contact.objects.exists():  # by another process: what it needs is not to count
        fill = [
            "-m",
            "tests.benchmarks.digest_million",
            "127.0.0.1:25",
            "--people",
            str(options.people),
            "--fill",
        ]
        subprocess.run([sys.executable, *fill], check=True)
    for provider in options.providers:
        afresh = multiprocessing.get_context("spawn")  # without our connections
        port = afresh.Value("i", 0)
        server = afresh.Process(target=sink, args=(provider, port), daemon=True)
        server.start()
        while not port.value:
            time.sleep(0.1)
        rounds = [sent(provider, port.value) for _ in range(options.rounds)]
        server.kill()
        rate, cpu = (statistics.median(figures) for figures in zip(*rounds, strict=True))
        print(f"{provider}: {rate:,.0f} people a second, {cpu:.0f} µs of CPU each")
    return 0


def sent(provider: str, port: int) -> tuple[float, float]:
    """People a second, and microseconds of this process's work each."""
    from django.conf import settings

    from accord_portal.digests.sending import deliver, freezing
    from accord_portal.foundation import configured
    from tests.digests.providers.shapes import SHAPES

    from .digest_smtp import approved_issue, spent

    shape = SHAPES[provider]
    settings.EMAIL_BACKEND = configured.provider_backend(provider)
    settings.ANYMAIL = {**shape.settings, shape.api_url: f"http://127.0.0.1:{port}/"}
    issue = approved_issue()
    batches = freezing.freeze(issue.pk)
    took, worked = spent(lambda: [deliver.send_batch(batch) for batch in batches])
    issue.refresh_from_db()
    if issue.accepted != issue.recipients:
        raise SystemExit(f"{provider}: {issue.accepted} of {issue.recipients}: {issue.trouble}")
    return issue.accepted / took, 1e6 * worked / issue.accepted


if __name__ == "__main__":
    sys.exit(main())
