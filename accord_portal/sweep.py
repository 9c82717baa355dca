"""The clock beside the worker: rings for whatever our own rows say is due.

A task can be lost (its worker was killed, nobody rang for it); the rows cannot. So nothing depends
on a task that was queued once: what is due and has no bell waiting is rung for again.
"""

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from django.db import close_old_connections, connections
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from accord_portal.desk import morning, tidying
from accord_portal.digests import decisions, leaving, promises
from accord_portal.digests.events import applying
from accord_portal.digests.models import DigestIssue, ProviderEvent
from accord_portal.digests.schedule import running
from accord_portal.digests.sending import claims, ending, freezing, journal
from accord_portal.digests.tasks import apply_events, send_batch, send_issue
from accord_portal.foundation import beats, chores, clock, rate_limit, tallies
from accord_portal.foundation.models import Beat, OutgoingMail
from accord_portal.foundation.outage import Outages, Patience
from accord_portal.foundation.tasks import deliver_mail
from accord_portal.staff import ended, kept_forms, retention
from champions.initiatives import asking
from champions.partnerships import ladder
from champions.stories import relaying
from responses.answers import recommending, referring
from responses.consent import reminding
from responses.contacts import duplicates
from responses.importing import steps
from responses.tasks import go_on_with_import
from responses.undertakings import moving

log = logging.getLogger(__name__)

TASK_LASTS = dt.timedelta(minutes=10)
TASKS_ARE_KEPT = dt.timedelta(days=7)
TIDY_SECONDS = 60


def ring(now: dt.datetime) -> None:
    """Rings for the mail, issues, batches and lists that are due, unless their bell waits already."""
    unsent = OutgoingMail.objects.due(now) | OutgoingMail.objects.abandoned(now)
    if unsent.exists() and not _waiting(deliver_mail).exists():
        deliver_mail.enqueue()
    if ProviderEvent.objects.waiting().exists() and not _waiting(apply_events).exists():
        apply_events.enqueue()
    _ring_for_each(send_issue, freezing.issues_to_freeze())
    _ring_for_each(send_batch, claims.batches_to_send(now))
    _ring_for_each(go_on_with_import, steps.waiting(now))


def _ring_for_each(task: Task[[int], None], keys: Collection[int]) -> None:
    if not keys:
        return
    waiting = _waiting(task).filter(args_kwargs__args__0__in=list(keys))
    rung = set(waiting.values_list("args_kwargs__args__0", flat=True))
    for key in keys:
        if key not in rung:
            task.enqueue(key)


def _waiting(task: Task[Any, None]) -> Any:
    return DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=task.module_path)


def tidy(now: dt.datetime) -> int:
    """Does what time asks, each chore by itself: one that fails holds up no other. How many failed."""
    tasks: list[Callable[[], object]] = [
        partial(_give_up_tasks, now),
        partial(claims.shorten_leases, now),
        partial(journal.forget_old, now),
        partial(applying.forget, now),
        partial(running.run, now),
        partial(leaving.begin_due, now),
        partial(decisions.expire, now),
        _finish_issues,
        partial(promises.owe_the_quarter, now),
        promises.end_without_readers,
        partial(asking.owe_the_quarter, now),
        partial(asking.ask_the_quarter, now),
        partial(ladder.remind, now),
        partial(rate_limit.forget, now),
        partial(chores.forget, now),
        tallies.fold,
        partial(reminding.remind, now),
        partial(reminding.forget, now),
        partial(recommending.expire, today=timezone.localdate(now)),
        partial(referring.expire, today=timezone.localdate(now)),
        partial(moving.say_what_was_missed, today=timezone.localdate(now)),
        partial(steps.forget_stale, now),
        duplicates.seek_new,
        tidying.forget_what_is_over,
        partial(relaying.forget_unconfirmed, now),
        partial(retention.forget, now),
        partial(kept_forms.forget, now),
        partial(ended.forget, now),
        partial(morning.send, now),
    ]
    return sum(not _done(task) for task in tasks)


def _done(task: Callable[[], object]) -> bool:
    try:
        task()
    except Exception:  # it is said, and tried again with the next sweep
        log.exception("A chore of the sweep failed.")
        return False
    return True


def _give_up_tasks(now: dt.datetime) -> None:
    """Those whose worker was killed fail; those that are long over are forgotten."""
    DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=now - TASK_LASTS).update(
        status=TaskResultStatus.FAILED,
        finished_at=now,
        exception_class_path="builtins.TimeoutError",
        traceback="Its worker has not been heard of since.",
    )
    finished = DBTaskResult.objects.filter(status__in=[TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED])
    finished.filter(finished_at__lt=now - TASKS_ARE_KEPT).delete()


def _finish_issues() -> None:
    """Digest issues with nothing left to send are ended."""
    chores.for_each("Ending digest issues", DigestIssue, ending.issues_to_finish(), ending.finish)


class Clock(threading.Thread):
    """Rings every so many seconds and tidies every minute, on a database connection of its own."""

    def __init__(self, seconds: float, outages: Outages) -> None:
        super().__init__(name="clock", daemon=True)
        self.seconds = seconds
        self.stopped = threading.Event()
        self.patience = Patience("clock", outages, self.stopped)
        self._tidied = float("-inf")

    def run(self) -> None:
        while not self.stopped.is_set():
            try:
                self._tick()
            except Exception as error:  # a clock that stopped would go unnoticed
                self.patience.failed(error)
            else:
                self.patience.worked()
                self.stopped.wait(self.seconds)
        connections.close_all()

    def stop(self) -> None:
        """Ends the thread once the tick it is at is over."""
        self.stopped.set()
        self.join()

    def _tick(self) -> None:
        close_old_connections()
        ring(clock.now())
        if time.monotonic() - self._tidied >= TIDY_SECONDS:
            beats.beat(Beat.Process.WORKER)
            tidy(clock.now())
            self._tidied = time.monotonic()
