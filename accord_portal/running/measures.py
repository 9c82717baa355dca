"""What is measured of a running portal: for its doctor, its monitors and its metrics."""

import datetime as dt
import shutil
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accord_portal.foundation import beats, clock, working_days
from accord_portal.foundation.models import Beat, OutgoingMail, SetAside
from responses.models import Undertaking

MAX_COUNTED = 10_000  # of rows; where there are more, it is as bad


class Measures(NamedTuple):
    """Numbers of one moment: rows, seconds, bytes. None: nothing is known yet."""

    mail_waiting: int
    mail_oldest_seconds: float  # since the message that waits longest could have gone
    mail_put_off: int  # the mail server refused it or was not there
    mail_failed: int
    mail_in_doubt: int
    tasks_waiting: int
    tasks_oldest_seconds: float
    worker_silent_seconds: float | None
    backup_age_seconds: float | None
    disk_free_bytes: int
    rows_set_aside: int
    undertakings_late: int


def measured() -> Measures:
    """All of them, now. Raises what the database raises."""
    now = clock.now()
    due = OutgoingMail.objects.due(now)
    tasks = DBTaskResult.objects.ready()
    return Measures(
        mail_waiting=_count(due),
        mail_oldest_seconds=_age(due.order_by("not_before_at").values_list("not_before_at", flat=True), now),
        mail_put_off=_count(OutgoingMail.objects.waiting_after_trouble()),
        mail_failed=_count(OutgoingMail.objects.failed()),
        mail_in_doubt=_count(OutgoingMail.objects.in_doubt()),
        tasks_waiting=_count(tasks),
        tasks_oldest_seconds=_age(tasks.order_by("enqueued_at").values_list("enqueued_at", flat=True), now),
        worker_silent_seconds=_seconds(beats.silent_for(Beat.Process.WORKER)),
        backup_age_seconds=_seconds(beats.silent_for(Beat.Process.BACKUP)),
        disk_free_bytes=min(shutil.disk_usage(folder).free for folder in folders()),
        rows_set_aside=_count(SetAside.objects.all()),
        undertakings_late=_count(Undertaking.objects.late(working_days.today())),
    )


def clock_ahead_seconds() -> float:
    """How far this machine's clock is ahead of its database's; 0 on SQLite: its clock is this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()" if connection.vendor == "postgresql" else "SELECT NULL")
        (theirs,) = cursor.fetchone()
    return (timezone.now() - theirs).total_seconds() if theirs else 0.0


def folders() -> list[Path]:
    """Where the portal itself writes: its folder, and SQLite's."""
    sqlite = [Path(connection.settings_dict["NAME"]).parent] if connection.vendor == "sqlite" else []
    return [folder for folder in [settings.DATA_DIR, *sqlite] if folder.is_dir()] or [settings.ROOT]


def lasting(time: dt.timedelta) -> str:
    """A time in the largest unit that it fills twice."""
    seconds = int(time.total_seconds())
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} seconds"


def _count(rows: QuerySet) -> int:
    return rows.order_by()[:MAX_COUNTED].count()


def _age(instants: QuerySet, now: dt.datetime) -> float:
    """Seconds since the first of them; none where there is none, or it has not come."""
    first = instants.first()
    return max((now - first).total_seconds(), 0.0) if first else 0.0


def _seconds(age: dt.timedelta | None) -> float | None:
    return None if age is None else age.total_seconds()
