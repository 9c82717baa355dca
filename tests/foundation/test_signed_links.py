import datetime as dt

import pytest
import time_machine
from django.core import signing
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from accord_portal.foundation.signed_links import BadLink, address, read, read_marked, token
from tests.clock import NOON

WEEK = dt.timedelta(days=7)


@given(st.lists(st.integers() | st.text(max_size=20), max_size=4))
def test_a_token_says_what_it_was_made_with(facts: list[int | str]) -> None:
    assert read("confirm", token("confirm", *facts)) == facts


def test_a_token_for_one_purpose_opens_no_other() -> None:
    with pytest.raises(BadLink):
        read("preferences", token("unsubscribe", 1))


@pytest.mark.parametrize("position", [0, 5, -1])
def test_an_altered_token_is_refused(position: int) -> None:
    made = token("confirm", 1)
    other = "A" if made[position] != "A" else "B"
    altered = made[:position] + other + made[position:][1:]
    with pytest.raises(BadLink):
        read("confirm", altered)


@pytest.mark.parametrize("text", ["", ":", "::", "not a token", "a:b:c", "\x00", "ū" * 50])
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(BadLink):
        read("confirm", text)


def test_a_token_cut_short_is_refused() -> None:
    with pytest.raises(BadLink):
        read("confirm", token("confirm", 1)[:-2])


def test_a_link_lasts_as_long_as_it_was_said_to() -> None:
    with time_machine.travel("2026-11-01T00:00:00+00:00", tick=False) as clock:
        made = token("preferences", 7)
        clock.shift(WEEK)
        assert read("preferences", made, WEEK) == [7]
        clock.shift(1)
        with pytest.raises(BadLink):
            read("preferences", made, WEEK)


def test_a_link_without_an_age_lasts_for_ever() -> None:
    with time_machine.travel("2026-11-01T00:00:00+00:00", tick=False) as clock:
        made = token("unsubscribe", 7)
        clock.shift(dt.timedelta(days=36_500))
        assert read("unsubscribe", made) == [7]


def test_links_outlive_a_change_of_the_key(settings: Settings) -> None:
    made = token("unsubscribe", 7)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the new key"
    assert read("unsubscribe", made) == [7]


def test_links_die_with_a_key_that_is_dropped(settings: Settings) -> None:
    made = token("unsubscribe", 7)
    settings.SECRET_KEY = "the new key"
    with pytest.raises(BadLink):
        read("unsubscribe", made)


@time_machine.travel("2026-11-01T00:00:00+00:00", tick=False)
def test_a_link_is_a_whole_address() -> None:
    assert address("confirm", 7) == f"http://testserver/confirm/{token('confirm', 7)}/"
    assert address("confirm", 7, purpose="other") == f"http://testserver/confirm/{token('other', 7)}/"


def test_a_link_of_a_record_carries_its_key_the_mark_of_the_address_and_the_rest() -> None:
    text = token("confirm", 7, "mark", 12)
    assert read_marked("confirm", text) == (7, "mark", [12])


@pytest.mark.parametrize("facts", [(), (7,), ("mark", 7), ("a", "b")])
def test_a_token_without_a_key_and_a_mark_is_no_link_of_a_record(facts: tuple[int | str, ...]) -> None:
    with pytest.raises(BadLink, match="names no record and no address"):
        read_marked("confirm", token("confirm", *facts))


@pytest.mark.parametrize("facts", [[1], [12, "keep_informed", 7], [3, "ā\u2028\"'", -1], []])
def test_a_token_is_the_one_that_django_makes(facts: list[int | str]) -> None:
    with time_machine.travel(NOON, tick=False):
        assert token("unsubscribe", *facts) == signing.dumps(facts, salt="link:unsubscribe")
