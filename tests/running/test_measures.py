"""What is measured is what stands in the rows."""

import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries, Settings

from accord_portal.foundation import beats
from accord_portal.foundation.models import Beat, OutgoingMail, SetAside
from accord_portal.foundation.tasks import deliver_mail
from accord_portal.running import measures
from tests.clock import NOON
from tests.factories import OutgoingMailFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

State = OutgoingMail.State
MINUTE = dt.timedelta(minutes=1)


def test_a_new_portal_has_nothing_and_knows_of_no_worker() -> None:
    found = measures.measured()
    assert found[:7] == (0, 0, 0, 0, 0, 0, 0)
    assert (found.worker_silent_seconds, found.backup_age_seconds) == (None, None)
    assert (found.rows_set_aside, found.undertakings_late) == (0, 0)
    assert found.disk_free_bytes > 0


def test_each_number_is_of_its_own_rows(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    OutgoingMailFactory(not_before_at=NOON - 5 * MINUTE)
    OutgoingMailFactory(not_before_at=NOON - MINUTE, last_error="451 later", attempts=1)
    OutgoingMailFactory(not_before_at=NOON + MINUTE, attempts=1, queued_at=NOON)
    for state in (State.FAILED, State.FAILED, State.IN_DOUBT):
        OutgoingMailFactory(state=state)
    SetAside.objects.create(chore="a", kind="responses.contact", row=1, error="E", tried_at=NOON)
    deliver_mail.enqueue()
    beats.beat(Beat.Process.WORKER)
    with django_assert_num_queries(11):
        found = measures.measured()
    assert found[:5] == (2, 300, 1, 2, 1)
    assert (found.tasks_waiting, found.tasks_oldest_seconds) == (1, 0)
    assert (found.worker_silent_seconds, found.backup_age_seconds, found.rows_set_aside) == (0, None, 1)


def test_the_database_has_the_same_clock_here(settings: Settings) -> None:
    ahead = measures.clock_ahead_seconds()
    assert (ahead == 0) is (connection.vendor == "sqlite")


def test_the_portal_writes_to_its_folder_and_to_sqlites(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path / "none"
    sqlite = SimpleNamespace(vendor="sqlite", settings_dict={"NAME": str(tmp_path / "portal.sqlite3")})
    monkeypatch.setattr(measures, "connection", sqlite)
    assert measures.folders() == [tmp_path]
    settings.DATA_DIR = tmp_path
    assert measures.folders() == [tmp_path, tmp_path]
    sqlite.vendor = "postgresql"
    assert measures.folders() == [tmp_path]
    settings.DATA_DIR = tmp_path / "none"
    assert measures.folders() == [settings.ROOT]


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 seconds"), (119, "119 seconds"), (120, "2 minutes"), (172_800, "2 days")]
)
def test_a_time_is_said_in_its_largest_unit(seconds: int, said: str) -> None:
    assert measures.lasting(dt.timedelta(seconds=seconds)) == said
