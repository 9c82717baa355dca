"""Figures kept as they change: lines are only added, and folding them changes no sum."""

import datetime as dt
from collections import Counter

import pytest
from django.db import transaction

from accord_portal.foundation import tallies
from accord_portal.foundation.models import Tally
from accord_portal.foundation.tallies import Part
from tests.at_once import at_once, behind

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 11, 16)
WEB, PAPER = Part("answers", "web", MONDAY), Part("answers", "paper", MONDAY)
YES = Part("said_yes", "keep_informed")


def lines() -> list[tuple[Part, int]]:
    rows = Tally.objects.order_by("pk").values_list("figure", "part", "day_on", "number")
    return [(Part(figure, name, on), number) for figure, name, on, number in rows]


def test_each_change_is_a_line_and_the_sum_is_the_figure() -> None:
    tallies.add({WEB: 1, PAPER: 0})
    tallies.add({WEB: 2, YES: 1})
    tallies.add({WEB: -1})
    tallies.add({})
    assert lines() == [(WEB, 1), (WEB, 2), (YES, 1), (WEB, -1)]
    assert tallies.numbers() == Counter({WEB: 2, YES: 1})


def test_of_what_goes_by_days_the_later_ones_are_told_with_what_is_of_all_time() -> None:
    before = WEB._replace(on=MONDAY - dt.timedelta(days=1))
    tallies.add({WEB: 1, before: 5, YES: 2})
    assert tallies.numbers(since=MONDAY) == Counter({WEB: 1, YES: 2})


def test_many_lines_become_one_and_what_came_to_nothing_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies, "FOLDED_AT_ONCE", 2)
    for number in (1, 2, 3):
        tallies.add({WEB: number, YES: 1})
    tallies.add({PAPER: 1})
    tallies.add({PAPER: -1})
    before = tallies.numbers()
    assert tallies.fold() == 6
    assert Counter({part: n for part, n in before.items() if n}) == tallies.numbers()
    while tallies.fold():
        pass
    assert sorted(lines()) == [(WEB, 6), (YES, 3)]


@pytest.mark.parametrize(
    ("when", "monday"),
    [
        (dt.date(2026, 11, 16), MONDAY),
        (dt.date(2026, 11, 22), MONDAY),
        (dt.datetime(2026, 11, 15, 10, 59, tzinfo=dt.UTC), dt.date(2026, 11, 9)),
        (dt.datetime(2026, 11, 15, 11, 0, tzinfo=dt.UTC), MONDAY),
    ],
)
def test_a_week_begins_on_monday_in_new_zealand(when: dt.date, monday: dt.date) -> None:
    assert tallies.week_of(when) == monday


@pytest.mark.django_db(transaction=True)
def test_many_count_at_once_and_none_is_lost() -> None:
    at_once(*[lambda: tallies.add({WEB: 1, YES: 1})] * 4, tallies.fold, tallies.fold)
    assert tallies.numbers() == Counter({WEB: 4, YES: 4})


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_who_fold_at_once_leave_each_other_the_lines() -> None:
    """Without the lock both would take the same lines away, and both would add their sum."""
    tallies.add({WEB: 1})
    tallies.add({WEB: 2})
    assert behind(tallies.fold, tallies.fold) == 0
    assert lines() == [(WEB, 3)]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_nobody_who_counts_waits_for_who_folds_or_counts() -> None:
    tallies.add({WEB: 1})
    tallies.add({WEB: 2})

    def folds_and_counts() -> None:
        tallies.fold()
        tallies.add({WEB: 1})

    with transaction.atomic():
        folds_and_counts()
        at_once(lambda: tallies.add({WEB: 1}))
    assert tallies.numbers() == Counter({WEB: 5})
