"""Kills the worker with SIGKILL, again and again, while it sends a digest; counts what arrived.

    python -m tests.benchmarks.kill_worker --people 2000 --kills 10 --transport eml
    DATABASE_URL=postgres://… python -m tests.benchmarks.kill_worker --transport smtp

Works in a database and a folder of its own making. The `eml` transport can be asked whether it took
a message, so every doubt settles itself; `smtp` cannot, so what was being handed over at the moment
of a kill is held for staff: never sent twice, and said to be in doubt.
"""

import argparse
import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from email import message_from_bytes
from pathlib import Path

arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("--people", type=int, default=2000)
arguments.add_argument("--kills", type=int, default=10)
arguments.add_argument("--transport", choices=["eml", "smtp"], default="eml")
arguments.add_argument("--pipelining", action="store_true", help="the SMTP server offers it")
arguments.add_argument(
    "--slow", type=float, default=0, help="seconds the SMTP server thinks about each message"
)
arguments.add_argument(
    "--lost", type=float, default=0, help="share of the SMTP server's answers that get lost"
)
arguments.add_argument("--workers", type=int, default=1, help="at once; any of them is killed")
arguments.add_argument("--seed", type=int, default=2011)


class Sink(threading.Thread):
    """An SMTP server on loopback that says yes to everything and remembers who got what."""

    def __init__(self, pipelining: bool, slow: float, lost: float, seed: int) -> None:
        super().__init__(daemon=True)
        self.slow, self.lost, self.chance = slow, lost, random.Random(seed)
        self.ehlo = b"250-sink\r\n250-PIPELINING\r\n" if pipelining else b""
        self.got: Counter[str] = Counter()
        self.port = 0
        self.ready = threading.Event()

    def run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0, limit=1 << 22)
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        await server.serve_forever()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        to = ""
        try:
            while line := await reader.readline():
                verb = line[:4].upper()
                if verb == b"RCPT":
                    to = line.split(b"<")[1].split(b">")[0].decode()
                if verb == b"DATA":
                    writer.write(b"354 go on\r\n")
                    await reader.readuntil(b"\r\n.\r\n")
                    self.got[to] += 1
                    await asyncio.sleep(self.slow)
                    if self.chance.random() < self.lost:
                        break  # taken, and nobody is told
                if verb == b"EHLO":
                    writer.write(self.ehlo)
                writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the worker was killed
        writer.close()


def main() -> int:
    options = arguments.parse_args()
    rng = random.Random(options.seed)
    folder = Path(tempfile.mkdtemp(prefix="accord-kill-"))
    sink = Sink(options.pipelining, options.slow, options.lost, options.seed)
    if options.transport == "smtp":
        sink.start()
        sink.ready.wait()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "accord_portal.settings",
        "DEMO": "true",
        "DATA_DIR": str(folder),
        "SECRET_KEY": "for this run only",
        "LOG_LEVEL": "ERROR",
        "EMAIL_TIMEOUT": "1",  # so that a dead worker's lease ends within a minute or so
        "DIGEST_BATCH_SIZE": "100",
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}" if sink.port else f"eml:{folder}/mail",
    }
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    issue = approved_issue(options.people)
    started = time.monotonic()
    workers = [start_worker() for _ in range(options.workers)]
    for _ in range(options.kills):
        had = arrived(sink, folder)
        while arrived(sink, folder) == had and not finished(issue):
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 0.5))
        worker = workers.pop(rng.randrange(len(workers)))
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        workers.append(start_worker())
    while not finished(issue):
        time.sleep(0.5)
    for worker in workers:
        worker.terminate()
        worker.wait()

    issue.refresh_from_db()
    if options.transport == "eml":
        letters = [message_from_bytes(path.read_bytes()) for path in (folder / "mail").glob("*.eml")]
        sink.got = Counter(str(letter["To"]) for letter in letters if letter["List-Id"])
    twice = sum(number > 1 for number in sink.got.values())
    states = dict(issue.deliveries.values_list("address", "state"))
    lost = sum(state != "held" and address not in sink.got for address, state in states.items())
    print(
        f"{connection.vendor}, {options.transport}: {len(states)} people, {options.workers} workers,"
        f" {options.kills} kills, {time.monotonic() - started:.0f} s: {len(sink.got)} distinct messages,"
        f" {twice} sent twice, {lost} lost, {issue.in_doubt} held, {issue.accepted} accepted"
    )
    return int(twice > 0 or lost > 0 or issue.accepted + issue.in_doubt != len(states))


def arrived(sink: Sink, folder: Path) -> int:
    """How many messages there are by now: a worker is killed at it, not while it starts."""
    return sink.got.total() if sink.port else sum(1 for _ in (folder / "mail").glob("*.eml"))


def start_worker() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "manage.py", "worker"], start_new_session=True)


def approved_issue(people: int) -> "DigestIssue":  # noqa: F821
    """An approved issue for so many confirmed, consenting people."""
    from accord_portal.digests import compose
    from accord_portal.digests.models import Update
    from accord_portal.staff.models import User
    from tests.factories import subscriber

    run = f"{time.time():.0f}"
    for number in range(people):
        subscriber(email=f"reader{number}.{run}@example.org", name=f"Reader {number}")
    officer = User.objects.create_user(f"officer.{run}@example.org", name="Officer")
    update = Update(title=f"News {run}", summary="News.", body="News.")
    compose.name_update(update)
    update.save()
    compose.publish_update(update=update, by=officer)
    issue = compose.compose_issue(audience="keep_informed", by=officer)
    approver = User.objects.create_user(f"approver.{run}@example.org", name="Approver")
    compose.approve(issue=issue, by=approver)
    return issue


def finished(issue: "DigestIssue") -> bool:  # noqa: F821
    issue.refresh_from_db()
    return issue.state == "sent"


if __name__ == "__main__":
    sys.exit(main())
