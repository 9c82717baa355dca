"""A process is as silent as its last beat is old."""

import datetime as dt

import pytest
import time_machine

from accord_portal.foundation import beats
from accord_portal.foundation.models import Beat


@pytest.mark.django_db
def test_a_beat_is_remembered_once_a_process(clock: time_machine.Traveller) -> None:
    assert beats.silent_for(Beat.Process.WORKER) is None
    beats.beat(Beat.Process.WORKER)
    clock.shift(90)
    assert beats.silent_for(Beat.Process.WORKER) == dt.timedelta(seconds=90)
    beats.beat(Beat.Process.WORKER)
    beats.beat(Beat.Process.BACKUP)
    assert beats.silent_for(Beat.Process.WORKER) == dt.timedelta()
    assert Beat.objects.count() == 2


@pytest.mark.django_db
def test_a_clock_that_was_put_back_makes_nobody_silent(clock: time_machine.Traveller) -> None:
    beats.beat(Beat.Process.WORKER)
    clock.shift(-3600)
    assert beats.silent_for(Beat.Process.WORKER) == dt.timedelta()
