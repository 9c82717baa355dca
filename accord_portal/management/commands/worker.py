from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from accord_portal.sweep import Clock


class PatientWorker(Worker):
    """Does the tasks that wait. Told to stop, it finishes the one at hand first."""

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        self.running = False


class Command(BaseCommand):
    help = "Sends mail and digests as they fall due, until SIGINT or SIGTERM stops it. Any number may run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--sweep-seconds", type=float, default=1, help="how often to look for what is due (default: 1)"
        )

    def handle(self, *args: Any, sweep_seconds: float, **options: Any) -> None:
        worker = PatientWorker(
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
        clock = Clock(sweep_seconds)
        clock.start()
        try:
            worker.run()
        finally:
            clock.stop()
