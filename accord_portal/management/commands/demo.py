import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from accord_portal.sample import story
from accord_portal.staff.models import User
from accord_portal.staff.roles import ROLES, Role
from responses.models import Contact

HOST = "127.0.0.1"
STAFF_EMAIL = "staff@example.org"
STAFF_PASSPHRASE = "stand together in the demo"  # noqa: S105 - on show to whoever runs the demo
STOP_SECONDS = 20
WSGI = "accord_portal.wsgi"


class Command(BaseCommand):
    help = "Serves the portal with made-up people on this machine: for trying it out, never for real answers."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This loads made-up people. To do that here, set DEMO=true.")
        port = int(os.environ.get("PORT", "8000"))
        _expect_free(port)
        _expect_ours()
        self._prepare()
        sys.exit(self._serve(port))

    def _prepare(self) -> None:
        """The database, the files to serve, the Accord's content, the made-up people and a sign-in."""
        self.stdout.write("Preparing the demo…")
        call_command("migrate", verbosity=0)
        if _static_files_changed():
            call_command("collectstatic", verbosity=0, interactive=False)
        call_command("load_accord", stdout=self.stdout)
        if not User.objects.filter(email=STAFF_EMAIL).exists():
            User.objects.create_superuser(STAFF_EMAIL, STAFF_PASSPHRASE, name="Demo Staff")
        for role in ROLES:
            if not User.objects.filter(email=_address(role)).exists():
                name, tick = f"Demo {role.name}", {role.field: True}
                User.objects.create_user(_address(role), STAFF_PASSPHRASE, name=name, **tick)
        story.load(staff=User.objects.get(email=STAFF_EMAIL))

    def _serve(self, port: int) -> int:
        """Runs the web server and the worker until told to stop (0) or until one ends by itself (1).

        Both stay in this process group, so that whatever kills the group kills them too.
        """
        told_to_stop: list[int] = []

        def stop(signum: int, frame: FrameType | None) -> None:
            told_to_stop.append(signum)

        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGTERM, stop)
        children = [_start("-m", "gunicorn", *_web(port)), _start("manage.py", "worker")]
        announced = False
        while not told_to_stop and all(child.poll() is None for child in children):
            if not announced and _answers(port):
                self._announce()
                announced = True
            time.sleep(0.1)
        _stop(children)
        if told_to_stop:
            return 0
        self.stderr.write("The web server or the worker ended by itself; what it said stands above.")
        return 1

    def _announce(self) -> None:
        self.stdout.write(f"""
The portal            {settings.BASE_URL}/
The form              {settings.BASE_URL}/express-interest/
Staff                 {settings.BASE_URL}/staff/
  sign in with        {STAFF_EMAIL}, who holds every role
  or with one role    {", ".join(map(_address, ROLES))}
  and the passphrase  {STAFF_PASSPHRASE}
Mail it sends         {getattr(settings, "EMAIL_FILE_PATH", settings.EMAIL_BACKEND)}

Everybody in it is made up. Ctrl-C stops it; what is in it stays.
""")
        self.stdout.flush()


def _address(role: Role) -> str:
    """Whoever holds this role and no other signs in with it."""
    return f"{role.name.lower().replace(' ', '.')}@example.org"


def _static_files_changed() -> bool:
    """Whether a file is newer than the manifest, which is written last of all; compressing takes seconds."""
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    if not manifest.exists():
        return True
    files = (found for finder in get_finders() for found in finder.list([]))
    collected = manifest.stat().st_mtime
    return any(storage.get_modified_time(path).timestamp() > collected for path, storage in files)


def _expect_free(port: int) -> None:
    """Raises CommandError where something listens on the port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} cannot be used ({error.strerror}). Stop what is using it, or choose another:"
                f" PORT={port + 1} make demo"
            ) from error


def _expect_ours() -> None:
    """Raises CommandError where the database holds people that the demo did not make."""
    if "staff_user" not in connection.introspection.table_names():
        return
    if (User.objects.exists() or Contact.objects.exists()) and not User.objects.filter(
        email=STAFF_EMAIL
    ).exists():
        raise CommandError("There are people in this database already: the demo makes its own, elsewhere.")


def _web(port: int) -> list[str]:
    config = str(settings.ROOT / "gunicorn.conf.py")
    return ["--config", config, "--workers", "1", "--bind", f"{HOST}:{port}", "--log-level", "warning", WSGI]


def _start(*command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, *command], cwd=settings.ROOT)  # noqa: S603 - ours


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
