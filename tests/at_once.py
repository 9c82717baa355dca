"""Several acts at the same moment, and one act behind another."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Barrier
from typing import TypeVar

from django.db import connection, transaction

T = TypeVar("T")


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What the acts return, each in a thread and a connection of its own, let go together."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            barrier.wait(timeout=10)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def behind(first: Callable[[], object], second: Callable[[], T]) -> T:
    """What `second` returns or raises that begins when `first` has acted and not committed; PostgreSQL only.

    `first` commits as soon as `second` waits for it, or is over without waiting.
    """
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            running = begun_behind(pool, second)
        return running.result()


def begun_behind(pool: ThreadPoolExecutor, act: Callable[[], T]) -> "Future[T]":
    """Begins the act in a connection of its own, and returns when it waits for this one, or is over."""

    def run() -> T:
        try:
            return act()
        finally:
            connection.close()

    running = pool.submit(run)
    waiting = "SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    while not running.done() and not _one(waiting):
        wait([running], timeout=0.01)
    return running


def while_not_over(first: Callable[[], object], second: Callable[[], object]) -> tuple[object, object]:
    """What came of both, where `second` is `behind` the first: its result, or the error it ended with."""
    results: list[object] = []
    try:
        other = behind(lambda: results.append(first()), second)
    except Exception as error:
        if not results:
            raise
        other = error
    return results[0], other


def _one(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])
