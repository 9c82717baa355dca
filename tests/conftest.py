"""What every test stands on: cheap storage, a database file that threads can share, no state left behind."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import connection, connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from accord_portal.foundation import memory
from accord_portal.staff.models import User
from responses.models import Call
from tests import factories, powers, profiles
from tests.clock import NOON

profiles.load()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """PostgreSQL drops no database in use, and a thread of the live server may still hold one."""
    yield
    if connection.vendor == "postgresql":
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(f"{others} AND pid <> pg_backend_pid()")


def flushable(sql_flush: Callable[..., list[str]]) -> Callable[..., list[str]]:
    """On SQLite a test of transactions ends with DELETEs: the walls (`append_only`) stand aside for them."""

    def with_the_walls_down(self: Any, *args: Any, **options: Any) -> list[str]:
        with self.connection.cursor() as cursor:
            named = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_no_delete'"
            walls = dict(cursor.execute(named).fetchall())
        return [
            *(f"DROP TRIGGER {name}" for name in walls),
            *sql_flush(self, *args, **options),
            *walls.values(),
        ]

    return with_the_walls_down


def pytest_configure() -> None:
    """Plain static files, a cheap hasher, and SQLite in a file: in memory, threads lock each other out."""
    django_settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    Path(django_settings.STATIC_ROOT).mkdir(exist_ok=True)
    database = django_settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        operations = DatabaseWrapper.ops_class
        operations.sql_flush = flushable(operations.sql_flush)  # type: ignore[method-assign]
        database.setdefault("TEST", {})["NAME"] = str(Path(django_settings.DATA_DIR) / "test.sqlite3")


NOT_COUNTED = {"test_a_year", "test_migrations"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What SQLite does not check (lengths, time limits) is collected on PostgreSQL only; CI runs both."""
    if connection.vendor != "postgresql":
        items[:] = [item for item in items if not item.get_closest_marker("postgresql")]
    for item in items:
        generated = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
        if generated or item.get_closest_marker("browser") or item.path.stem in NOT_COUNTED:
            item.add_marker("no_cover")  # long, and others run the same: counting costs half as much again


@pytest.fixture(autouse=True)
def _form_is_rendered_afresh() -> None:
    """The form's page and the words of its questions are kept for a minute; each test has its own."""
    memory.forget_all()


@pytest.fixture(autouse=True)
def _no_test_sets_time_limits() -> Iterator[None]:
    """A command that limits its whole process would limit every later test of this process, too."""
    options = connections.settings["default"]["OPTIONS"]
    before = options.get("options")
    yield
    assert options.get("options") == before


@pytest.fixture(autouse=True)
def _single_permissions(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test gives with `powers.give` counts, and is gone with the test."""
    monkeypatch.setattr(User, "permissions", property(powers.of_roles_and_given))
    yield
    powers.GIVEN.clear()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """It is noon, for as long as the test does not move it."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def mere(db: None) -> User:
    """A member of staff."""
    return factories.UserFactory(name="Mere Staff")


@pytest.fixture
def ana(db: None) -> User:
    """Another member of staff."""
    return factories.UserFactory(name="Ana Officer")


@pytest.fixture
def bo(db: None) -> User:
    """A third."""
    return factories.UserFactory(name="Bo Colleague")


@pytest.fixture
def superuser(client: Client) -> User:
    """Somebody who may do everything, signed in."""
    user = factories.UserFactory(is_superuser=True, name="Mere Staff")
    client.force_login(user)
    return user


@pytest.fixture
def call(db: None) -> Call:
    """The open call."""
    return factories.CallFactory()


@pytest.fixture
def strict_client() -> Client:
    """A browser: its posts need the token that Django's test client does without."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def mail_folder(settings: Settings, tmp_path: Path) -> Path:
    """Mail as files, one a message."""
    settings.EMAIL_BACKEND = "accord_portal.foundation.eml_backend.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    return tmp_path / "mail"
