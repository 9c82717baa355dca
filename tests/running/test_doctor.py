"""The doctor looks everything over, in order, and says in words what is wrong."""

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accord_portal import health
from accord_portal.foundation import beats
from accord_portal.foundation.models import Beat
from accord_portal.foundation.outage import Outages
from accord_portal.running import ailments, doctor
from accord_portal.sweep import Clock

pytestmark = pytest.mark.django_db

GOOD = "".join(chr(33 + n) for n in range(60))


@pytest.fixture(autouse=True)
def _well(settings: Settings) -> None:
    settings.SECRET_KEY = settings.HASH_KEY = GOOD
    beats.beat(Beat.Process.WORKER)


def test_where_all_is_well_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("doctor", no_color=True)
    names = [*doctor.WITHOUT_DATABASE, *doctor.WITH_DATABASE]
    assert capsys.readouterr().out.splitlines() == [*(f"well   {name}" for name in names), "All is well."]


def test_what_is_wrong_ends_with_an_error_and_a_cure(capsys: pytest.CaptureFixture[str]) -> None:
    Beat.objects.all().delete()
    with pytest.raises(CommandError, match=r"^1 thing is wrong\.$"):
        call_command("doctor", no_color=True)
    lines = capsys.readouterr().out.splitlines()
    at = lines.index("WRONG  Worker: No worker ever ran: no mail goes out.")
    assert lines[at + 1] == "       To mend it: Start one: `manage.py worker`, under a supervisor."


def test_without_a_database_what_needs_none_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "database_answers", lambda: False)
    found = dict(doctor.examined())
    assert list(found) == list(doctor.WITHOUT_DATABASE)
    assert [name for name, trouble in found.items() if trouble] == ["Database"]


def test_with_migrations_left_the_tables_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    trouble = ailments.Trouble("left", "migrate.")
    monkeypatch.setitem(doctor.WITH_DATABASE, "Migrations", lambda: trouble)
    assert list(doctor.examined())[-1] == ("Migrations", trouble)


def test_a_check_that_fails_is_said_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("odd")

    monkeypatch.setitem(doctor.WITHOUT_DATABASE, "Keys", fail)
    found = dict(doctor.examined())
    assert [name for name, trouble in found.items() if trouble] == ["Keys"]
    assert found["Keys"].what == "This could not be looked at: RuntimeError: odd"
    assert len(found) == len(doctor.WITHOUT_DATABASE) + len(doctor.WITH_DATABASE)


@pytest.mark.django_db(transaction=True)
def test_a_worker_beats_with_each_sweep() -> None:
    Beat.objects.all().delete()
    Clock(1, Outages())._tick()
    assert ailments.worker() is None
