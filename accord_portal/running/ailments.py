"""What may be wrong with this portal, in words, and how to mend it.

Each function says what it found, or nothing where all is well; it changes nothing and sends nothing.
"""

import datetime as dt
import os
from typing import NamedTuple

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accord_portal import health, static_files
from accord_portal.foundation import beats, transport
from accord_portal.foundation.models import Beat
from accord_portal.foundation.verdicts import NotSent

from .measures import clock_ahead_seconds, folders, lasting, measured

MAX_CLOCK_SECONDS = 5.0  # an authenticator app's codes last thirty
MIN_FREE_BYTES = 1024**3
MAX_QUEUE_SECONDS = 600
MAX_SILENCE = dt.timedelta(minutes=5)  # the worker beats once a minute, and a long sweep is waited for
MAX_BACKUP_AGE = dt.timedelta(hours=26)  # one a day, which may take its time
MIN_KEY_LENGTH, MIN_KEY_CHARACTERS = 50, 5  # as Django's own check has it
OF_KEYS = {"security.W009", "security.W025"}  # which `keys` says in our words


class Trouble(NamedTuple):
    """What is wrong, and how it is mended."""

    what: str
    mend: str


def database() -> Trouble | None:
    """A table can be read within two seconds."""
    if health.database_answers():
        return None
    return Trouble(
        "The database does not answer, or has no tables yet.",
        "Start it, look at DATABASE_URL, and run `manage.py migrate` if it is new.",
    )


def migrations() -> Trouble | None:
    """Every migration was carried out."""
    executor = MigrationExecutor(connection)
    if not (waiting := executor.migration_plan(executor.loader.graph.leaf_nodes())):
        return None
    first = waiting[0][0]
    return Trouble(
        f"{len(waiting)} migrations are not carried out, {first.app_label}.{first.name} first.",
        "Stop the web process and the worker, run `manage.py migrate`, and start them.",
    )


def clocks() -> Trouble | None:
    """This machine and the database agree on the time."""
    ahead = clock_ahead_seconds()
    if abs(ahead) <= MAX_CLOCK_SECONDS:
        return None
    side = "ahead of" if ahead > 0 else "behind"
    return Trouble(
        f"This machine's clock is {abs(ahead):.0f} seconds {side} the database's.",
        "Have both set by the same time service (`timedatectl` shows whether one is).",
    )


def disk() -> Trouble | None:
    """Where the portal writes can be written to, and there is room."""
    for folder in folders():
        if not os.access(folder, os.W_OK):
            return Trouble(f"{folder} cannot be written to.", "Give it to the user that the portal runs as.")
    free = measured().disk_free_bytes
    if free >= MIN_FREE_BYTES:
        return None
    return Trouble(
        f"{free // 1024**2} MB are free where the portal writes.",
        "Make room, or a larger disk: docs/operations.md, *The disk is full*.",
    )


def worker() -> Trouble | None:
    """A worker was at work lately."""
    silent = beats.silent_for(Beat.Process.WORKER)
    if silent is not None and silent <= MAX_SILENCE:
        return None
    since = "No worker ever ran" if silent is None else f"No worker was at work for {lasting(silent)}"
    return Trouble(f"{since}: no mail goes out.", "Start one: `manage.py worker`, under a supervisor.")


def queue() -> Trouble | None:
    """Nothing waits that could have been done long ago."""
    found = measured()
    if (oldest := max(found.mail_oldest_seconds, found.tasks_oldest_seconds)) <= MAX_QUEUE_SECONDS:
        return None
    return Trouble(
        f"{found.mail_waiting} messages and {found.tasks_waiting} tasks wait, the longest for"
        f" {lasting(dt.timedelta(seconds=oldest))}.",
        "If a worker runs, its log says what holds it up; a second one may be started beside it.",
    )


def mail_server() -> Trouble | None:
    """The mail server lets us in. Nothing is sent; of a provider's API only the settings are looked at."""
    with_connection = get_connection()
    try:
        transport.open_connection(with_connection)
    except NotSent as no:
        return Trouble(
            f"The mail server does not let us in: {no}",
            "Look at EMAIL_URL, or ANYMAIL_BACKEND and its settings. What is owed waits until then.",
        )
    finally:
        with_connection.close()
    return None


def mail_that_failed() -> Trouble | None:
    """Nothing was given up on."""
    found = measured()
    if not (found.mail_failed or found.mail_in_doubt):
        return None
    return Trouble(
        f"{found.mail_failed} messages failed, and {found.mail_in_doubt} are in doubt.",
        "Staff see them under *Outgoing mail*: each has the mail server's words and a button.",
    )


def collected() -> Trouble | None:
    """Every file that pages ask for was collected."""
    try:
        static_files.expect_collected()
    except ImproperlyConfigured as missing:
        return Trouble(str(missing), "Run `manage.py collectstatic`, then start the web process again.")
    return None


def keys() -> Trouble | None:
    """The keys are there and cannot be guessed."""
    named = [("SECRET_KEY", settings.SECRET_KEY), ("HASH_KEY", settings.HASH_KEY)]
    named += [("An entry of SECRET_KEY_FALLBACKS", old) for old in settings.SECRET_KEY_FALLBACKS]
    for name, key in named:
        if not key:
            return Trouble(
                f"{name} is not set: with another SECRET_KEY nobody would know who said never again.",
                "Before that key was ever changed: set it to what SECRET_KEY is now, and keep it for ever.",
            )
        if len(key) < MIN_KEY_LENGTH or len(set(key)) < MIN_KEY_CHARACTERS:
            return Trouble(
                f"{name} can be guessed: it has {len(key)} characters, {len(set(key))} of them different.",
                "Make one as .env.example says; docs/operations.md says how a key is rotated.",
            )
    return None


def configuration() -> Trouble | None:
    """Django's own checks, those of production among them."""
    ours = [
        f for f in checks.run_checks(include_deployment_checks=not settings.LAPTOP) if f.id not in OF_KEYS
    ]
    found = [f for f in ours if f.level >= checks.WARNING and not f.is_silenced()]
    if not found:
        return None
    return Trouble(
        "; ".join(f"{f.id}: {f.msg}" for f in found), "`manage.py check --deploy` says more of each."
    )


def backup() -> Trouble | None:
    """A backup was made within a day."""
    age = beats.silent_for(Beat.Process.BACKUP)
    if settings.LAPTOP or (age is not None and age <= MAX_BACKUP_AGE):
        return None
    since = "There is no backup" if age is None else f"The last backup is {lasting(age)} old"
    return Trouble(f"{since}.", "Run `manage.py backup` each night: docs/operations.md, *Backups*.")
