"""What the portal holds about one person is gathered from every room that holds any."""

import datetime as dt
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

import pytest
from pytest_django import Settings

from accord_portal.foundation import personal_data
from accord_portal.foundation.personal_data import Sent, Shown
from tests.factories import ChampionFactory

KEYS = [3, 4]


class Room(ModuleType):
    """A room that holds one thing under each of its headings, and notes what it is asked."""

    def __init__(self, name: str, heading: str, hour: int) -> None:
        super().__init__(f"{name}.personal_data")
        self.heading, self.hour, self.asked = heading, hour, ASKED

    def held(self, keys: Sequence[int]) -> dict[str, list[dict[str, Any]]]:
        return {self.heading: [{"keys": list(keys)}], f"Nothing from {self.heading}": []}

    def sent(self, keys: Sequence[int]) -> list[Sent]:
        at = dt.datetime(2026, 11, 16, self.hour, tzinfo=dt.UTC)
        return [Sent(at, self.heading, "Sent"), Sent(at - dt.timedelta(days=1), self.heading, "Sent")]

    def public(self, keys: Sequence[int]) -> list[Shown]:
        return [Shown(self.heading, f"/{self.hour}/")]

    def take_down(self, keys: Sequence[int]) -> None:
        self.asked.append(("take_down", self.heading, list(keys)))

    def erase(self, keys: Sequence[int]) -> None:
        self.asked.append(("erase", self.heading, list(keys)))


ASKED: list[tuple[str, str, list[int]]] = []


@pytest.fixture(autouse=True)
def _two_rooms(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    ASKED.clear()
    settings.ROOMS_WITH_PERSONAL_DATA = ["upstairs", "downstairs"]
    for hour, room in enumerate(settings.ROOMS_WITH_PERSONAL_DATA, 8):
        monkeypatch.setitem(sys.modules, f"{room}.personal_data", Room(room, room.title(), hour))


def test_what_is_held_stands_under_its_headings_where_there_is_anything() -> None:
    assert personal_data.held(KEYS) == {"Upstairs": [{"keys": KEYS}], "Downstairs": [{"keys": KEYS}]}


def test_the_latest_message_comes_first_wherever_it_came_from() -> None:
    assert [(message.at.day, message.subject) for message in personal_data.sent(KEYS)] == [
        (16, "Downstairs"),
        (16, "Upstairs"),
        (15, "Downstairs"),
        (15, "Upstairs"),
    ]


def test_what_the_public_sees_is_gathered_from_all_rooms() -> None:
    assert personal_data.public(KEYS) == [Shown("Upstairs", "/8/"), Shown("Downstairs", "/9/")]


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["take_down", "erase"])
def test_every_room_is_told_the_upper_ones_first(act: str) -> None:
    getattr(personal_data, act)(KEYS)
    assert [(act, "Upstairs", KEYS), (act, "Downstairs", KEYS)] == ASKED


@pytest.mark.django_db
def test_where_a_room_fails_nothing_is_taken_down(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    champion = ChampionFactory(published=True)
    settings.ROOMS_WITH_PERSONAL_DATA = ["champions", "downstairs"]
    monkeypatch.delattr(Room, "take_down")
    with pytest.raises(AttributeError):
        personal_data.take_down([champion.contact_id])
    champion.refresh_from_db()
    assert champion.is_published
