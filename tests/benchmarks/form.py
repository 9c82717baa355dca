"""Server CPU a request of a form: GET, and POST with everything that a valid answer writes.

    gunicorn accord_portal.wsgi --workers 1 --bind 127.0.0.1:8000 & echo $!
    python -m tests.benchmarks.form portal=http://127.0.0.1:8000/express-interest/=PID [other=URL=PID=FIELDS]

Any number of servers, each already running, by name, address and process; they are visited in turn,
round after round, so that a machine whose speed drifts is fair to all. What is charged is user and
system time of the process and its children, from /proc. Run the portal with FORM_MIN_SECONDS=0 and
FORM_POSTS_PER_HOUR=0. Loopback only.
"""

import argparse
import html.parser
import http.client
import json
import os
import statistics
import sys
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

TICKS = os.sysconf("SC_CLK_TCK")
ANSWERS = {
    "name": "Jane Doe {n}",
    "organisation": "Example Trust",
    "email": "jane{n}@example.org",
    "telephone": "04 494 5718",
    "keep_informed": "yes",
    "community_of_interest": "yes",
    "give_advice": "no",
    "champion_accord": "yes",
    "initiatives": "Our group has run three comparable programmes and can start in spring.",
    "comments": "Contact us for references.",
}
REFUSED = ("errorlist", "error-summary")  # what a page has that found the answers wanting: peers', ours

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("servers", nargs="+", metavar="NAME=URL=PID[=FIELDS]")
arguments.add_argument("--requests", type=int, default=400, help="of each kind a round")
arguments.add_argument("--rounds", type=int, default=5)


class Hidden(html.parser.HTMLParser):
    """The hidden inputs of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "input" and named.get("type") == "hidden":
            self.found[named["name"] or ""] = named.get("value") or ""


class Server:
    """One form, and the processes that serve it."""

    def __init__(self, text: str) -> None:
        self.name, url, pid, *fields = text.split("=")
        self.url, self.pid = urlsplit(url), int(pid)
        assert self.url.hostname in ("127.0.0.1", "localhost"), "loopback only"
        self.answers = json.loads(Path(fields[0]).read_text()) if fields else ANSWERS
        status, headers, page = self.ask("GET")
        missing = [name for name in self.answers if f'name="{name}"' not in page]
        assert (status, missing) == (200, []), f"{self.name} does not show the form: is a call open?"
        self.hidden = Hidden(page).found
        self.cookie = "; ".join(value.split(";")[0] for key, value in headers if key == "Set-Cookie")
        self.cpu: dict[str, list[float]] = {"GET": [], "POST": []}

    def ask(
        self, method: str, body: str = "", headers: dict[str, str] | None = None
    ) -> tuple[int, list, str]:
        link = http.client.HTTPConnection(self.url.hostname or "", self.url.port, timeout=30)
        link.request(method, self.url.path, body, headers or {})
        answer = link.getresponse()
        page = answer.read().decode()
        link.close()
        return answer.status, answer.getheaders(), page

    def post(self) -> None:
        unique = str(time.time_ns())
        typed = {name: value.replace("{n}", unique) for name, value in self.answers.items()}
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": self.cookie,
            "Referer": self.url.geturl(),
        }
        status, _, page = self.ask("POST", urlencode({**self.hidden, **typed}), headers)
        is_taken = status in (302, 303) or (status == 200 and not any(mark in page for mark in REFUSED))
        assert is_taken, (self.name, status, page[:500])

    def measure(self, method: str, number: int) -> None:
        ask = self.post if method == "POST" else lambda: self.ask("GET")
        before = self.seconds()
        for _ in range(number):
            ask()
        self.cpu[method].append((self.seconds() - before) / number * 1000)

    def seconds(self) -> float:
        """User and system time of the process and everything below it."""
        parents: dict[int, list[int]] = {}
        times: dict[int, int] = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                stat = (folder / "stat").read_text().rpartition(")")[2].split()
            except FileNotFoundError:
                continue  # it ended while we looked
            parents.setdefault(int(stat[1]), []).append(int(folder.name))
            times[int(folder.name)] = sum(map(int, stat[11:15]))
        family = [self.pid]
        for pid in family:
            family += parents.get(pid, [])
        return sum(times.get(pid, 0) for pid in family) / TICKS


def main() -> None:
    options = arguments.parse_args()
    servers = [Server(text) for text in options.servers]
    for method in ("GET", "POST"):
        for server in servers:
            server.measure(method, 50)
            server.cpu[method].clear()  # the first requests warm it up
        for number in range(options.rounds):
            for server in servers if number % 2 == 0 else reversed(servers):
                server.measure(method, options.requests)
        base = statistics.median(servers[0].cpu[method])
        for server in servers:
            taken = server.cpu[method]
            middle = statistics.median(taken)
            spread = f"({min(taken):.2f} to {max(taken):.2f})"
            print(
                f"{method:4} {server.name:10} {middle:6.2f} ms {spread}, {middle / base:.1f} times the first"
            )


if __name__ == "__main__":
    sys.exit(main())
