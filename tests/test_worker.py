"""The worker comes back by itself: what it could not do while its database was away, it does afterwards."""

import contextlib
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core import mail as sent
from django.db import OperationalError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django_tasks_db.models import DBTaskResult

from accord_portal.foundation import mail
from accord_portal.foundation.models import OutgoingMail
from accord_portal.foundation.outage import Outages
from accord_portal.foundation.tasks import deliver_mail
from accord_portal.management.commands.worker import RetryingWorker
from accord_portal.sweep import Clock

pytestmark = pytest.mark.django_db(transaction=True)


@mail.kind("hello")
def hello() -> mail.Message:
    return mail.Message("Hello", "Hello.", "office@example.org", ["reader@example.org"])


@contextmanager
def running(monkeypatch: pytest.MonkeyPatch) -> Iterator[RetryingWorker]:
    """The worker and its clock, each in a thread as they are in their process."""
    monkeypatch.setattr("accord_portal.foundation.outage.MAX_WAIT", 0.2)
    outages = Outages()
    worker = RetryingWorker(
        outages,
        queue_names=["default"],
        excluded_queue_names=[],
        backend_name="default",
        worker_id="w",
        interval=0.05,
        startup_delay=False,
        batch=False,
        max_tasks=None,
    )

    def work() -> None:
        worker.run()
        connections.close_all()

    thread = threading.Thread(target=work, name="worker")
    clock = Clock(0.05, outages)
    thread.start()
    clock.start()
    try:
        yield worker
    finally:
        worker.told_to_stop.set()
        thread.join(30)
        clock.stop()
        assert not thread.is_alive()


def connections_cut() -> None:
    """PostgreSQL ends every other session of this database, as a restart does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@contextmanager
def database_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody but the test reaches the database: PostgreSQL is down, or SQLite's file is locked."""
    if connection.vendor == "sqlite":
        with contextlib.closing(sqlite3.connect(connection.settings_dict["NAME"])) as other:
            other.execute("BEGIN EXCLUSIVE")
            yield
            other.rollback()
        return
    connect = BaseDatabaseWrapper.connect

    def refuse(self: BaseDatabaseWrapper) -> None:
        if threading.current_thread() is not threading.main_thread():
            raise OperationalError("connection refused")
        connect(self)

    with monkeypatch.context() as patched:
        patched.setattr(BaseDatabaseWrapper, "connect", refuse)
        connections_cut()
        yield


def until(what: Callable[[], Any], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def said(caplog: pytest.LogCaptureFixture) -> list[int]:
    ours = [r for r in caplog.records if r.name == "accord_portal.foundation.outage"]
    return [record.levelno for record in ours]


@pytest.fixture(autouse=True)
def sqlite_gives_up_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        monkeypatch.setitem(connections.settings["default"]["OPTIONS"], "timeout", 0.1)


@pytest.mark.parametrize("outages", [1, 2])
def test_mail_owed_while_the_database_was_away_is_sent_when_it_is_back(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, outages: int
) -> None:
    with running(monkeypatch):
        for number in range(1, outages + 1):
            owed = mail.owe(hello, to="reader@example.org")
            until(lambda owed=owed: OutgoingMail.objects.get(pk=owed.pk).state == OutgoingMail.State.SENT)
            before = len(said(caplog))
            with database_away(monkeypatch):
                until(lambda before=before: len(said(caplog)) > before)
                time.sleep(0.5)
            owed = mail.owe(hello, to="reader@example.org")
            until(lambda owed=owed: OutgoingMail.objects.get(pk=owed.pk).state == OutgoingMail.State.SENT)
            until(lambda number=number: said(caplog) == [logging.ERROR, logging.WARNING] * number)
    assert len(sent.outbox) == 2 * outages


def test_a_worker_started_without_its_database_waits_for_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    owed = mail.owe(hello, to="reader@example.org")
    with contextlib.ExitStack() as away:
        away.enter_context(database_away(monkeypatch))
        with running(monkeypatch):
            until(lambda: said(caplog) == [logging.ERROR])
            time.sleep(0.5)
            assert said(caplog) == [logging.ERROR]
            away.close()
            until(lambda: OutgoingMail.objects.get(pk=owed.pk).state == OutgoingMail.State.SENT)
            until(lambda: said(caplog) == [logging.ERROR, logging.WARNING])
    assert len(sent.outbox) == 1


def test_a_task_that_cannot_even_be_read_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """One of a version that is no longer here, say: it fails, and the next is done."""
    deliver_mail.enqueue()
    DBTaskResult.objects.update(task_path="accord_portal.none.such")
    owed = mail.owe(hello, to="reader@example.org")
    with running(monkeypatch):
        until(lambda: OutgoingMail.objects.get(pk=owed.pk).state == OutgoingMail.State.SENT)
    assert DBTaskResult.objects.get(task_path="accord_portal.none.such").status == "FAILED"


def test_told_to_stop_while_it_waits_it_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    with contextlib.ExitStack() as away:
        away.enter_context(database_away(monkeypatch))
        with running(monkeypatch) as worker:
            monkeypatch.setattr("accord_portal.foundation.outage.MAX_WAIT", 60.0)
            until(lambda: worker.patience._wait >= 1)
            began = time.monotonic()
            worker.shutdown(15, None)
        assert time.monotonic() - began < 10
