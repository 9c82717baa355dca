"""The web server's worker: whoever sends slowly, or is answered slowly, holds up nobody."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from accord_portal import serving

ROOT = Path(__file__).parents[1]
THREADS = 3


@contextlib.contextmanager
def server(*arguments: str, **constants: float) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Gunicorn with our worker: its port and process. `constants` are the worker's, changed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    changed = "".join(f"serving.{name} = {value}\n" for name, value in constants.items())
    run = (
        f"import sys\nfrom accord_portal import serving\n{changed}from gunicorn.app.wsgiapp import run\nrun()"
    )
    command = [sys.executable, "-c", run, "tests.serving_app:application", "--config", "gunicorn.conf.py"]
    options = ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", str(THREADS), *arguments]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    process = subprocess.Popen([*command, *options, "--log-level", "warning"], cwd=ROOT, env=environment)
    try:
        for _ in range(600):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port)).close()
                break
            time.sleep(0.05)
        yield port, process
    finally:
        process.kill() if process.poll() is None else None
        process.wait()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with server() as (port, process):
        yield port
        process.terminate()
        assert process.wait(30) == 0


def connect(port: int, *pieces: bytes, pause: float = 0) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=30)
    for piece in pieces:
        client.sendall(piece)
        time.sleep(pause)
    return client


def answer(client: socket.socket) -> tuple[int, bytes]:
    """The status, 0 where there is none, and the body."""
    with client:
        text = b""
        with contextlib.suppress(ConnectionError):
            while piece := client.recv(65536):
                text += piece
    text = text.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n").removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
    head, _, body = text.partition(b"\r\n\r\n")
    return int(head.split()[1]) if head else 0, body


def ask(port: int, path: str) -> tuple[int, bytes]:
    return answer(connect(port, b"GET %s HTTP/1.1\r\nHost: a\r\n\r\n" % path.encode()))


POST = b"POST /read HTTP/1.1\r\nHost: a\r\n"
SLOW = {
    "nothing": b"",
    "half a line": b"GET / HT",
    "half a head": b"GET / HTTP/1.1\r\nHost: a\r\n",
    "half a body": POST + b"Content-Length: 1000\r\n\r\nname=",
    "half a body in chunks": POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nname=\r\n",
    "a body it asks about": POST + b"Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
}


@pytest.mark.parametrize("sent", list(SLOW.values()), ids=list(SLOW))
def test_forty_clients_that_send_half_hold_up_nobody(port: int, sent: bytes) -> None:
    with contextlib.ExitStack() as held:
        for _ in range(40):
            held.enter_context(connect(port, sent))
        began = time.monotonic()
        assert [ask(port, path) for path in ("/health/", "/page")] == [(200, b"/health/"), (200, b"/page")]
        assert time.monotonic() - began < 2


def test_clients_that_trickle_hold_up_nobody(port: int) -> None:
    stop = threading.Event()

    def trickle(client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while not stop.wait(0.05):
                client.sendall(b"a")

    with ThreadPoolExecutor(20) as pool, contextlib.ExitStack() as held:
        for _ in range(20):
            pool.submit(trickle, held.enter_context(connect(port, SLOW["half a body"])))
        began = time.monotonic()
        assert ask(port, "/page") == (200, b"/page")
        assert time.monotonic() - began < 2
        stop.set()


BODY = b"a" * 100_000
WHOLE = {
    "in one piece": [POST + b"Content-Length: 5\r\n\r\nname="],
    "byte by byte": [bytes([byte]) for byte in POST + b"Content-Length: 5\r\n\r\nname="],
    "head, then body": [POST + b"content-length:5\r\n\r\n", b"name="],
    "in chunks": [POST + b"Transfer-Encoding: chunked\r\n\r\n", b"5\r\nname=\r\n", b"0\r\n\r\n"],
    "in chunks that look like their end": [
        POST + b"Transfer-Encoding: chunked\r\n\r\n9\r\nab\r\n0\r\n\r\n\r\n0\r\n\r\n"
    ],
    "asked about": [POST + b"Content-Length: 5\r\nExpect: 100-continue\r\n\r\n", b"name="],
    "long": [POST + b"Content-Length: 100000\r\n\r\n", BODY],
    "too long to be received first": [POST + b"Content-Length: 2000000\r\n\r\n", *[BODY] * 20],
    "none": [POST + b"Content-Length: 0\r\n\r\n"],
    "none said": [POST + b"\r\n"],
}


SIZES = [5, 5, 5, 5, 9, 5, 100_000, 2_000_000, 0, 0]


@pytest.mark.parametrize(("pieces", "size"), list(zip(WHOLE.values(), SIZES, strict=True)), ids=list(WHOLE))
def test_a_request_is_read_whole_however_it_comes(port: int, pieces: list[bytes], size: int) -> None:
    assert answer(connect(port, *pieces, pause=0.01)) == (200, str(size).encode())


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 70_000, 431),
        (b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: a\r\n" * 61 + b"\r\n", 431),
        (b"\r\n\r\n", 400),
        (b"nonsense\r\n\r\n", 400),
        (POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nname=", 400),
        (POST + b"Content-Length: -5\r\n\r\n", 400),
        (POST + b"Content-Length : 5\r\n\r\nname=", 400),
    ],
)
def test_what_is_no_request_is_refused(port: int, sent: bytes, status: int) -> None:
    assert answer(connect(port, sent))[0] == status


def test_what_is_refused_unread_is_answered_all_the_same(port: int) -> None:
    """Its sender hears why, and it has no thread while it goes on sending."""
    head = b"POST /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: 60000000\r\n\r\n"
    with contextlib.ExitStack() as held:
        for _ in range(20):
            held.enter_context(connect(port, head))
        began = time.monotonic()
        assert answer(connect(port, head, BODY)) == (413, b"/refuse")
        assert time.monotonic() - began < 2


def test_slow_answers_hold_up_no_quick_one_and_all_come(port: int) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        slow = [pool.submit(ask, port, "/slow") for _ in range(THREADS)]
        time.sleep(0.5)
        began = time.monotonic()
        assert ask(port, "/health/") == (200, b"/health/")
        assert time.monotonic() - began < 1.5
        assert [each.result() for each in slow] == [(200, b"/slow")] * THREADS


def test_with_every_thread_at_work_the_process_is_alive_and_the_rest_wait(port: int) -> None:
    with ThreadPoolExecutor(8) as pool:
        slow = [pool.submit(ask, port, "/slow") for _ in range(THREADS + 2)]
        time.sleep(1)
        waits = pool.submit(ask, port, "/page")
        assert ask(port, "/health/") == (200, b"/health/")
        assert not any(each.done() for each in slow)
        assert [each.result() for each in slow] == [(200, b"/slow")] * (THREADS + 2)
        assert waits.result() == (200, b"/page")
    assert ask(port, "/page") == (200, b"/page")


def test_a_thread_that_ends_leaves_no_database_connection_open() -> None:
    with server() as (port, _), ThreadPoolExecutor(THREADS) as pool:
        assert ask(port, "/database")[0] == 200  # the first makes the file, which no other may meanwhile
        assert list(pool.map(lambda _: ask(port, "/database")[0], range(12))) == [200] * 12
        time.sleep(0.5)
        still_open, _, ever = ask(port, "/connections")[1].decode().partition(" of ")
    assert int(ever) > 1  # one a thread: there were several
    assert int(still_open) == 0


def test_who_is_too_slow_is_given_up_with_a_word() -> None:
    with server(SENDING_SECONDS=0.5) as (port, _):
        silent, *slow = [connect(port, sent) for name, sent in SLOW.items() if "asks about" not in name]
        assert [answer(client)[0] for client in slow] == [408] * len(slow)
        assert answer(silent) == (0, b"")


def test_with_too_many_clients_the_one_that_came_first_is_given_up() -> None:
    with server("--worker-connections", "10") as (port, _):
        first = connect(port, SLOW["half a head"])
        with contextlib.ExitStack() as held:
            for _ in range(30):
                held.enter_context(connect(port, SLOW["half a head"]))
            assert ask(port, "/page") == (200, b"/page")
            assert answer(first)[0] == 408


def test_told_to_stop_it_ends_what_it_is_at() -> None:
    with server() as (port, process), ThreadPoolExecutor(2) as pool:
        slow = pool.submit(ask, port, "/slow")
        half = connect(port, POST + b"Content-Length: 5\r\n\r\n")
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        half.sendall(b"name=")
        assert (slow.result(), answer(half)) == ((200, b"/slow"), (200, b"5"))
        assert process.wait(20) == 0


def test_nobody_waits_for_half_a_request_when_it_is_told_to_stop() -> None:
    with server() as (port, process), connect(port, SLOW["half a head"]):
        time.sleep(0.5)
        began = time.monotonic()
        process.terminate()
        assert process.wait(20) == 0
        assert time.monotonic() - began < 12


def test_a_process_whose_threads_are_all_stuck_is_replaced() -> None:
    with server("--timeout", "1", "--threads", "1") as (port, _), ThreadPoolExecutor(2) as pool:
        stuck = pool.submit(ask, port, "/slow")
        assert stuck.result() == (0, b"")
        for _ in range(100):
            with contextlib.suppress(OSError):
                if ask(port, "/page") == (200, b"/page"):
                    break
            time.sleep(0.1)
        assert ask(port, "/page") == (200, b"/page")


def test_the_limits_stand_in_the_order_of_patience() -> None:
    assert serving.PATIENCE < serving.LINGER_SECONDS < serving.SENDING_SECONDS < serving.UPLOAD_SECONDS
    assert os.path.exists(ROOT / "gunicorn.conf.py")
