import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

from accord_portal.foundation import time_limits
from accord_portal.foundation.outage import Outages, Patience
from accord_portal.sweep import Clock


class RetryingWorker(Worker):
    """Does the tasks that wait. Told to stop, it finishes the one at hand first.

    Where the library's own ends when the database is away, this one waits for it.
    """

    def __init__(self, outages: Outages, **options: Any) -> None:
        super().__init__(**options)
        self.told_to_stop = threading.Event()
        self.patience = Patience("worker", outages, self.told_to_stop)

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        self.told_to_stop.set()

    def run(self) -> None:
        while not self.told_to_stop.is_set():
            try:
                close_old_connections()
                busy = self._do_one()
                close_old_connections()
            except Exception as error:
                self.patience.failed(error)
            else:
                self.patience.worked()
                if not busy:
                    self.told_to_stop.wait(self.interval)

    def _do_one(self) -> bool:
        """Claims the next task and does it; False where none waits."""
        tasks = DBTaskResult.objects.ready()
        waiting = tasks.filter(backend_name=self.backend_name, queue_name__in=self.queue_names)
        with exclusive_transaction(waiting.db):
            task = waiting.get_locked()
            if task is None:
                return False
            task.claim(self.worker_id)
        self.run_task(task)
        return True


class Command(BaseCommand):
    help = "Sends mail and digests as they fall due, until SIGINT or SIGTERM stops it. Any number may run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--sweep-seconds", type=float, default=1, help="how often to look for what is due (default: 1)"
        )

    def handle(self, *args: Any, sweep_seconds: float, **options: Any) -> None:
        time_limits.hold_to(**settings.WORKER_TIME_LIMITS)
        outages = Outages()
        worker = RetryingWorker(
            outages,
            queue_names=["default"],
            excluded_queue_names=[],
            backend_name="default",
            worker_id=get_random_string(32),
            interval=0.5,  # seconds between looks at the queue
            startup_delay=False,
            batch=False,
            max_tasks=None,
        )
        worker.configure_signals()
        clock = Clock(sweep_seconds, outages)
        clock.start()
        try:
            worker.run()
        finally:
            clock.stop()
