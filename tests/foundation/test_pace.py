"""How fast and how much we send: all workers together, and nobody who waits for an answer behind a digest."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from pytest_django import Settings

from accord_portal.foundation import mail, pace
from accord_portal.foundation.models import SendingPace
from accord_portal.foundation.verdicts import NotSent, Verdict
from tests.foundation.outbox import owed

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


def test_without_a_limit_nothing_is_counted() -> None:
    pace.spend(5)
    assert (pace.take(1000), pace.most_at_once(1000)) == (dt.timedelta(), 1000)
    assert SendingPace.objects.count() == 0


def test_messages_go_as_fast_as_they_may(settings: Settings, clock: time_machine.Traveller) -> None:
    settings.MAIL_PER_SECOND = 10.0
    assert (pace.most_at_once(500), pace.most_at_once(5)) == (20, 5)
    assert [pace.take(20) for _ in range(3)] == [0 * SECOND, 2 * SECOND, 4 * SECOND]
    clock.shift(4 * SECOND)
    assert pace.take(20) == 2 * SECOND
    clock.shift(dt.timedelta(hours=1))
    assert [pace.take(20), pace.take(20)] == [0 * SECOND, 2 * SECOND]  # nothing is saved up


def test_who_would_wait_too_long_takes_nothing(settings: Settings, clock: time_machine.Traveller) -> None:
    settings.MAIL_PER_SECOND = 0.5
    assert (pace.most_at_once(500), pace.take(1)) == (1, dt.timedelta())
    pace.take(4)
    with pytest.raises(NotSent) as no:
        pace.take(1)
    assert (no.value.verdict, no.value.rest) == (Verdict.LATER, 10 * SECOND)
    assert SendingPace.objects.get().sent == 5


def test_answers_go_at_once_and_digests_wait_for_them(
    settings: Settings, clock: time_machine.Traveller, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    settings.MAIL_PER_SECOND, settings.MAIL_PER_DAY = 1.0, 10
    pace.take(4)
    for _ in range(2):
        owed()
    assert (mail.deliver_due(), len(mailoutbox)) == (2, 2)
    assert pace.take(1) == 6 * SECOND
    assert SendingPace.objects.get().sent == 7


def test_a_tenth_of_the_day_is_kept_for_answers(settings: Settings, clock: time_machine.Traveller) -> None:
    settings.MAIL_PER_DAY = 100
    pace.take(80)
    with pytest.raises(NotSent) as no:
        pace.take(11)
    assert no.value.verdict is Verdict.QUOTA
    pace.take(10)
    pace.spend(25)
    clock.shift(dt.timedelta(days=1))
    pace.take(90)
    assert SendingPace.objects.get().sent == 90


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_workers_take_one_after_the_other(settings: Settings) -> None:
    settings.MAIL_PER_SECOND, settings.MAIL_PER_DAY = 1000.0, 1_000_000
    pace.take(1)
    barrier = Barrier(2)

    def work(_: int) -> None:
        try:
            barrier.wait(timeout=10)
            for _ in range(40):
                pace.take(1)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    assert SendingPace.objects.get().sent == 81
