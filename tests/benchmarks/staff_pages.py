"""Time to first byte of the desk, the figures and the lists of staff, of a small database beside a large one.

    python -m tests.benchmarks.staff_pages postgres://…/small postgres://…/large --rounds 20
    python -m tests.benchmarks.staff_pages postgres://…/small postgres://…/large --export

Both filled by `seed_contacts --owed`. Each is served by a gunicorn of its own with one worker; a member of
staff made for the purpose signs in, and the pages are asked for in turn, round after round, so that a
machine whose speed drifts is fair to both. Says the median of each page, and the ratio.
"""

import argparse
import http.client
import os
import re
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from urllib.parse import urlencode

CONTACTS = {
    "the list": {},
    "its tenth page": {"p": "10"},
    "its hundredth page": {"p": "100"},
    "20 match": {"who": "champion_accord"},
    "3 in 10 match": {"who": "keep_informed"},
    "restricted, 20 match": {"who": "restricted"},
    "merged or erased, none match": {"who": "gone"},
    "a name that 3 have": {"q": "rangipuawhe"},
    "no match": {"q": "zzyqxo"},
    "two letters, no match": {"q": "zq"},
    "a word that a fifth have": {"q": "trust"},
    "a name that 2 in 100 have": {"q": "hussain"},
    "two frequent words, no match": {"q": "trust society"},
    "search and filter": {"q": "trust", "who": "champion_accord"},
}
FORMS = {
    "the list": {},
    "its tenth page": {"p": "10"},
    "awaiting triage": {"queue": "awaiting"},
    "late": {"queue": "late"},
    "mine": {"queue": "mine"},
    "want to champion": {"queue": "champions"},
    "closed without an answer": {"queue": "unanswered"},
    "in hand": {"state__exact": "in_hand"},
    "on paper, none match": {"channel__exact": "paper"},
    "a week": {"week": "2026-11-02"},
    "a reference": {"q": "000003e0"},
    "no match": {"q": "zzyqxo"},
    "a word that all have": {"q": "garden"},
}
UNDERTAKINGS = {
    "the list": {},
    "its tenth page": {"p": "10"},
    "due today": {"stands": "today"},
    "late": {"stands": "late"},
    "mine": {"stands": "mine"},
    "kept": {"stands": "kept"},
    "ended": {"stands": "ended"},
    "replies owed": {"kind__exact": "reply"},
    "kept in a week": {"stands": "kept", "week": "2026-11-23"},
    "kept late": {"stands": "kept", "kept": "late"},
    "kept in time": {"stands": "kept", "kept": "on_time"},
}
DESK = {
    "mine": {"whose": "mine"},
    "nobody’s": {"whose": "nobodys"},
    "everybody’s": {"whose": "all"},
    "letters only": {"whose": "all", "kind": "letter"},
    "far down": {"whose": "all", "after": "2027-06-01.form.1"},
    "snoozed": {"whose": "snoozed"},
}
OTHERS = (
    "responses/letter responses/recommendation responses/duplicate responses/erasure responses/contactimport"
    " champions/champion champions/initiative digests/update digests/digestissue"
    " foundation/outgoingmail staff/logline"
)
PAGES = {
    **{f"desk: {name}": ("", query) for name, query in DESK.items()},
    "figures": ("figures/", {}),
    **{f"contacts: {name}": ("responses/contact/", query) for name, query in CONTACTS.items()},
    **{f"forms: {name}": ("responses/expressionofinterest/", query) for name, query in FORMS.items()},
    **{f"undertakings: {name}": ("responses/undertaking/", query) for name, query in UNDERTAKINGS.items()},
    "a contact": ("responses/contact/500/change/", {}),
    "a form": ("responses/expressionofinterest/500/change/", {}),
    **{path: (f"{path}/", {}) for path in OTHERS.split()},
}
STAFF_ADDRESS = "benchmark@example.org"
EXPORT = "/staff/responses/contactimport/export/"

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("small", metavar="DATABASE_URL")
arguments.add_argument("large", metavar="DATABASE_URL")
arguments.add_argument("--rounds", type=int, default=20)
arguments.add_argument("--only", default="", help="pages whose name begins so")
arguments.add_argument("--export", action="store_true", help="download the contact list, once each")


class Server:
    """One gunicorn on loopback, with somebody signed in."""

    def __init__(self, database: str) -> None:
        password = secrets.token_urlsafe(20)
        environment = {
            **os.environ,
            "DEMO": "true",
            "DATA_DIR": tempfile.mkdtemp(prefix="accord-list-"),
            "DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "accord_portal.settings",
            "LOG_LEVEL": "ERROR",
            "PASSWORD": password,
        }
        subprocess.run([sys.executable, "-c", STAFF], env=environment, check=True)
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
        subprocess.run(collect, env=environment, check=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        bind = ["--bind", f"127.0.0.1:{self.port}", "--log-level", "warning"]
        gunicorn = [sys.executable, "-m", "gunicorn", "accord_portal.wsgi", "--workers", "1", *bind]
        self.process = subprocess.Popen(gunicorn, env=environment)
        self.cookies: dict[str, str] = {}
        self.sign_in(password)
        self.times: dict[str, list[float]] = {page: [] for page in PAGES}

    def sign_in(self, password: str) -> None:
        for _ in range(100):
            try:
                page = self.ask("GET", "/staff/login/")[2]
                break
            except ConnectionRefusedError:
                time.sleep(0.1)
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert found, page
        typed = {
            "csrfmiddlewaretoken": found[1],
            "username": STAFF_ADDRESS,
            "password": password,
            "next": "/staff/",
        }
        status = self.ask("POST", "/staff/login/", urlencode(typed))[0]
        assert status == 302, status

    def ask(self, method: str, path: str, body: str = "") -> tuple[int, float, str]:
        """The status, the milliseconds to the first byte, the page."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        link.request(method, path, body, headers)
        answer = link.getresponse()
        first = answer.read(1)
        taken = (time.perf_counter() - began) * 1000
        page = (first + answer.read()).decode()
        for value in answer.headers.get_all("Set-Cookie", []):
            name, _, rest = value.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        link.close()
        return answer.status, taken, page

    def measure(self, page: str) -> None:
        path, query = PAGES[page]
        status, taken, _ = self.ask("GET", f"/staff/{path}?{urlencode(query)}")
        if status == 200:  # a page that is none leads elsewhere
            self.times[page].append(taken)
        elif status >= 400:
            print(f"{page}: {status} after {taken:.0f} ms", file=sys.stderr)

    def middle(self, page: str) -> float:
        """The median; not a number where there is no such page."""
        return statistics.median(self.times[page]) if self.times[page] else float("nan")


STAFF = f"""
import os, django
django.setup()
from accord_portal.staff.models import User
if not User.objects.filter(email="{STAFF_ADDRESS}").exists():
    User.objects.create_superuser("{STAFF_ADDRESS}", name="Benchmark")
user = User.objects.get(email="{STAFF_ADDRESS}")
user.set_password(os.environ["PASSWORD"])
user.save()
"""


def main() -> int:
    options = arguments.parse_args()
    servers: list[Server] = []
    try:
        servers += [Server(options.small)]
        servers += [Server(options.large)]
        if options.export:
            for server in servers:
                download(server)
        else:
            measure(servers, options.rounds, [page for page in PAGES if page.startswith(options.only)])
    finally:
        for server in servers:
            server.process.terminate()
    return 0


def measure(servers: list[Server], rounds: int, pages: list[str]) -> None:
    """Asks each for each page, and says the medians."""
    for number in range(rounds + 1):
        for page in pages:
            for server in servers if number % 2 else reversed(servers):
                server.measure(page)
        if not number:
            first = {page: servers[1].middle(page) for page in pages}
            for server in servers:
                server.times = {page: [] for page in PAGES}
    print("| page | small | large | ratio | large, asked for the first time |")
    print("| --- | --- | --- | --- | --- |")
    for page in pages:
        small, large = (server.middle(page) for server in servers)
        ratio = f"{small:.1f} ms | {large:.1f} ms | {large / small:.2f}".replace("nan ms", "none")
        print(f"| {page} | {ratio.replace('nan', '')} | {first[page]:.1f} ms |")


def download(server: Server) -> None:
    """Downloads the contact list; says how long it took and how much memory the server came to need."""
    worker = subprocess.check_output(["pgrep", "-P", str(server.process.pid)], text=True).split()[0]
    before = peak_mb(worker)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', server.ask("GET", EXPORT)[2])
    assert token
    began = time.perf_counter()
    status, first, page = server.ask("POST", EXPORT, urlencode({"csrfmiddlewaretoken": token[1]}))
    assert status == 200, status
    seconds = time.perf_counter() - began
    size, lines = len(page.encode()) / 2**20, page.count("\n")
    print(f"{lines:,} lines, {size:.0f} MB: first byte {first:.0f} ms, whole {seconds:.1f} s,", end=" ")
    print(f"the server's peak {before:.0f} MB before, {peak_mb(worker):.0f} MB after")


def peak_mb(process: str) -> float:
    """The most memory the process has had."""
    with open(f"/proc/{process}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


if __name__ == "__main__":
    sys.exit(main())
