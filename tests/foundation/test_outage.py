"""An outage is said once, waited for, and said once when it is over."""

import logging
import threading

import pytest
from django.db import (
    DataError,
    Error,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
    connection,
    connections,
    transaction,
)
from django.db.utils import ConnectionHandler

from accord_portal.foundation.outage import MAX_WAIT, Outages, Patience, database_is_away

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
    assert patience.told_to_stop.waits == [1, 2, 4, 8, *[MAX_WAIT] * 4, 1]


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


# --- whose fault it is -----------------------------------------------------------------------


class FromThere(Exception):
    """What the database's own library raises."""

    def __init__(self, **codes: object) -> None:
        vars(self).update(codes)


def django_error(kind: type[Error], **codes: object) -> Error:
    error = kind("the database says no")
    error.__cause__ = FromThere(**codes)
    return error


def postgresql(code: str | None, kind: type[Error] = OperationalError) -> Error:
    return django_error(kind, pgcode=code)


def sqlite(code: int, kind: type[Error] = OperationalError) -> Error:
    return django_error(kind, sqlite_errorcode=code)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "is_away"),
    [
        (AWAY, True),
        (postgresql(None), True),  # the connection broke: nobody was there to give a code
        (InterfaceError("connection already closed"), True),
        (postgresql("08006"), True),  # connection failure
        (postgresql("40001"), True),  # could not serialize
        (postgresql("40P01"), True),  # deadlock
        (postgresql("53100"), True),  # disk full
        (postgresql("53300"), True),  # too many connections
        (postgresql("55P03"), True),  # lock not had in time
        (postgresql("57P01"), True),  # shut down
        (postgresql("58030"), True),  # input or output failed
        (postgresql("54000"), False),  # an index row too long
        (postgresql("54001"), False),  # a statement too complex
        (postgresql("57014"), False),  # a statement too slow
        (postgresql("55006"), False),  # object in use
        (postgresql("22001", DataError), False),
        (postgresql("23505", IntegrityError), False),
        (postgresql("25P02", InternalError), False),
        (postgresql("42P01", ProgrammingError), False),
        (sqlite(5), True),  # busy
        (sqlite(6 | 1 << 8), True),  # locked, by a shared cache
        (sqlite(8), True),  # read only
        (sqlite(10 | 3 << 8), True),  # half of a page could not be read
        (sqlite(13), True),  # full
        (sqlite(14), True),  # cannot be opened
        (sqlite(1), False),  # a wrong statement, or too many of something
        (sqlite(18, DataError), False),  # too long
        (sqlite(19, IntegrityError), False),
        (ValueError("x"), False),
        (OSError(28, "No space left on device"), False),
    ],
)
def test_the_database_is_away_or_what_it_was_asked_is_to_blame(error: Exception, is_away: bool) -> None:
    assert database_is_away(error) is is_away


@pytest.mark.django_db
@pytest.mark.postgresql
@pytest.mark.parametrize(
    "statement",
    [
        "SET LOCAL statement_timeout = 20; SELECT pg_sleep(2)",
        "CREATE TEMPORARY TABLE long (t text UNIQUE);"
        " INSERT INTO long SELECT string_agg(md5(n::text), '') FROM generate_series(1, 500) n",
    ],
)
def test_too_slow_and_too_long_are_operational_and_yet_to_blame(statement: str) -> None:
    with pytest.raises(OperationalError) as raised, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert not database_is_away(raised.value)


@pytest.mark.django_db
def test_whatever_comes_of_a_connection_that_is_closed_is_no_row_s_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Closed:
        closed = 2

    with monkeypatch.context() as patch:
        patch.setattr(connections["default"], "connection", Closed())
        assert database_is_away(ValueError("what came of it"))
