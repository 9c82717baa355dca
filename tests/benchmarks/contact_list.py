"""Time to first byte of the staff list of contacts, of a small database beside a large one.

    python -m tests.benchmarks.contact_list postgres://…/small postgres://…/large --rounds 20

Both filled by `seed_contacts`. Each is served by a gunicorn of its own with one worker; a member of staff
made for the purpose signs in, and the pages are asked for in turn, round after round, so that a
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

PAGES = {
    "the list": {},
    "its tenth page": {"p": "10"},
    "its hundredth page": {"p": "100"},
    "filter: 20 match": {"who": "champion_accord"},
    "filter: 3 in 10 match": {"who": "keep_informed"},
    "filter: restricted, 20 match": {"who": "restricted"},
    "filter: merged or erased, none match": {"who": "gone"},
    "search: a name that 3 have": {"q": "rangipuawhe"},
    "search: no match": {"q": "zzyqxo"},
    "search: two letters, no match": {"q": "zq"},
    "search: a word that a fifth have": {"q": "trust"},
    "search: a name that 2 in 100 have": {"q": "hussain"},
    "search: two frequent words, no match": {"q": "trust society"},
    "search and filter": {"q": "trust", "who": "champion_accord"},
}
STAFF_ADDRESS = "benchmark@example.org"

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("small", metavar="DATABASE_URL")
arguments.add_argument("large", metavar="DATABASE_URL")
arguments.add_argument("--rounds", type=int, default=20)


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
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
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
        status, taken, _ = self.ask("GET", f"/staff/responses/contact/?{urlencode(PAGES[page])}")
        if status == 200:  # a page that is none leads elsewhere
            self.times[page].append(taken)

    def middle(self, page: str) -> float:
        """The median; not a number where there is no such page."""
        return statistics.median(self.times[page]) if self.times[page] else float("nan")


STAFF = f"""
import os, django
django.setup()
from accord_portal.staff.models import User
User.objects.filter(email="{STAFF_ADDRESS}").delete()
User.objects.create_superuser("{STAFF_ADDRESS}", os.environ["PASSWORD"], name="Benchmark")
"""


def main() -> int:
    options = arguments.parse_args()
    servers: list[Server] = []
    try:
        servers += [Server(options.small)]
        servers += [Server(options.large)]
        for number in range(options.rounds + 1):
            for page in PAGES:
                for server in servers if number % 2 else reversed(servers):
                    server.measure(page)
            if not number:
                first = {page: servers[1].middle(page) for page in PAGES}
                for server in servers:
                    server.times = {page: [] for page in PAGES}
        print("| page | small | large | ratio | large, asked for the first time |")
        print("| --- | --- | --- | --- | --- |")
        for page in PAGES:
            small, large = (server.middle(page) for server in servers)
            ratio = f"{small:.1f} ms | {large:.1f} ms | {large / small:.2f}".replace("nan ms", "none")
            print(f"| {page} | {ratio.replace('nan', '')} | {first[page]:.1f} ms |")
    finally:
        for server in servers:
            server.process.terminate()
    return 0


if __name__ == "__main__":
    sys.exit(main())
