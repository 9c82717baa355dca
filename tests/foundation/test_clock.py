import datetime as dt
from threading import Thread

import pytest
import time_machine

from accord_portal.foundation import clock
from tests.clock import NOON

THEN = dt.datetime(2011, 8, 1, tzinfo=dt.UTC)


def test_now_is_now_in_utc() -> None:
    with time_machine.travel(NOON, tick=False):
        assert (clock.now(), clock.now().tzinfo) == (NOON, dt.UTC)


def test_a_clock_that_was_set_stands_until_the_end_of_the_block() -> None:
    with time_machine.travel(NOON, tick=False):
        with clock.set_to(THEN):
            assert clock.now() == THEN
            with clock.set_to(THEN + dt.timedelta(days=1)):
                assert clock.now() == THEN + dt.timedelta(days=1)
            assert clock.now() == THEN
        assert clock.now() == NOON


def test_a_clock_is_put_right_after_an_error() -> None:
    with time_machine.travel(NOON, tick=False):
        with pytest.raises(ZeroDivisionError), clock.set_to(THEN):
            raise ZeroDivisionError
        assert clock.now() == NOON


def test_nobody_elses_clock_is_set() -> None:
    seen = []
    with time_machine.travel(NOON, tick=False), clock.set_to(THEN):
        thread = Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen == [NOON]
