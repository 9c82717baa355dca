import datetime as dt

import pytest
from django.template import Context, Template

from accord_portal.foundation.dates import day_in_words, instant_in_words, weekday_in_words


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (dt.date(2015, 12, 12), "12 December 2015"),
        (dt.date(2011, 8, 1), "1 August 2011"),
        (utc("2015-12-11T11:00"), "12 December 2015"),
        (utc("2015-12-11T10:59"), "11 December 2015"),
    ],
)
def test_a_day_in_words(day: dt.date, words: str) -> None:
    assert day_in_words(day) == words


def test_a_weekday_in_words() -> None:
    assert weekday_in_words(dt.date(2015, 12, 12)) == "Saturday 12 December 2015"


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        ("2015-12-12T04:30", "12 December 2015, 5:30pm"),
        ("2015-12-11T11:00", "12 December 2015, 12:00am"),
        ("2015-12-11T11:05", "12 December 2015, 12:05am"),
        ("2015-12-11T23:00", "12 December 2015, 12:00pm"),
        ("2015-12-11T22:59", "12 December 2015, 11:59am"),
        ("2015-07-11T21:09", "12 July 2015, 9:09am"),
    ],
)
def test_an_instant_in_words(instant: str, words: str) -> None:
    assert instant_in_words(utc(instant)) == words


def test_templates_write_days_the_same_way() -> None:
    template = Template("{{ day|day }} / {{ day|weekday }} / {{ instant|instant }}")
    context = Context({"day": dt.date(2015, 12, 12), "instant": utc("2015-12-12T04:30")})
    assert template.render(context) == (
        "12 December 2015 / Saturday 12 December 2015 / 12 December 2015, 5:30pm"
    )


def test_djangos_own_dates_are_new_zealands_too() -> None:
    template = Template('{{ day|date }} {{ day|date:"SHORT_DATE_FORMAT" }}')
    assert template.render(Context({"day": dt.date(2015, 12, 1)})) == "1 December 2015 01/12/2015"
