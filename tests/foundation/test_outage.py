"""An outage is said once, waited for, and said once when it is over."""

import logging
import threading

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError
from django.db.utils import ConnectionHandler

from accord_portal.foundation.outage import LONGEST_WAIT, Outages, Patience

AWAY = OperationalError("connection refused\nIs the server running?")


@pytest.fixture(autouse=True)
def connections_stay_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ConnectionHandler, "close_all", lambda self: None)


class Unhurried(threading.Event):
    """An event that is waited for in no time; how long is remembered."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout)
        return False


def two_loops() -> list[Patience]:
    outages = Outages()
    return [Patience(name, outages, Unhurried()) for name in ("worker", "clock")]


def test_each_wait_is_twice_the_last_and_ten_seconds_at_most() -> None:
    patience, _ = two_loops()
    for _ in range(8):
        patience.failed(AWAY)
    patience.worked()
    patience.failed(AWAY)
    assert patience.told_to_stop.waits == [1, 2, 4, 8, *[LONGEST_WAIT] * 4, 1]


@pytest.mark.parametrize(
    "error",
    [
        AWAY,
        InterfaceError("connection already closed"),
        OperationalError("database or disk is full"),
        ProgrammingError('relation "tasks" does not exist'),
        OSError(28, "No space left on device"),
        TimeoutError("timed out"),
    ],
)
def test_two_loops_say_an_outage_once_and_its_end_once(
    caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    worker, clock = two_loops()
    for _ in range(3):
        worker.failed(error)
        clock.failed(error)
    worker.worked()
    clock.worked()
    for loop in (worker, clock):
        loop.worked()
    said = str(error).partition("\n")[0]
    assert [(r.levelno, r.message, bool(r.exc_info)) for r in caplog.records] == [
        (logging.ERROR, f"{type(error).__name__}: {said} The worker waits and tries again.", False),
        (logging.WARNING, "All is well again: the clock goes on.", False),
    ]


def test_the_next_outage_is_said_again(caplog: pytest.LogCaptureFixture) -> None:
    worker, _ = two_loops()
    for _ in range(2):
        worker.failed(AWAY)
        worker.worked()
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.WARNING] * 2


def test_a_fault_of_our_own_is_written_down_whole_each_time(caplog: pytest.LogCaptureFixture) -> None:
    worker, _ = two_loops()
    for _ in range(2):
        worker.failed(ZeroDivisionError("ours"))
    worker.worked()
    assert [(record.message, bool(record.exc_info)) for record in caplog.records] == [
        ("The worker failed; it tries again.", True)
    ] * 2


def test_who_is_told_to_stop_waits_no_longer() -> None:
    patience = Patience("worker", Outages(), threading.Event())
    patience.told_to_stop.set()
    patience.failed(AWAY)  # returns at once, or the test lasts a second
    assert patience.told_to_stop.is_set()
