from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accord_portal.foundation import time_limits
from accord_portal.running import metrics


class Command(BaseCommand):
    help = "Serves what Prometheus scrapes, at /metrics on a port of its own. No password: keep it inside."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="default: this machine only")
        parser.add_argument("--port", type=int, default=9464, help="(default: 9464)")

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        try:
            server = metrics.serve(host, port)
        except OSError as error:
            raise CommandError(f"{host}:{port} cannot be used: {error.strerror}.") from error
        time_limits.hold_to(**settings.WEB_TIME_LIMITS)
        with server:
            server.serve_forever()
