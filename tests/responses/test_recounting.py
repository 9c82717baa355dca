"""The figures kept as things happen are those that the rows make, whatever happened."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from accord_portal.foundation import tallies, transport
from accord_portal.foundation.models import Tally
from accord_portal.foundation.tallies import Part
from responses import recounting
from responses.models import ExpressionOfInterest
from responses.recounting import Miscount, recount
from tests.at_once import at_once
from tests.clock import NOON
from tests.factories import received
from tests.responses.undertakings import happenings

pytestmark = pytest.mark.django_db
Figure = Tally.Figure
WEEK = dt.date(2026, 11, 16)
NEXT = dt.date(2026, 11, 23)
FIRST: list[tuple[Any, ...]] = [
    ("answer", 0, ["keep_informed", "champion_accord"], [(0, 0)]),
    ("answer", 1, ["keep_informed"], []),
    ("answer", 2, ["give_advice"], []),
    ("confirm", 0),
    ("acknowledge", 0, False, 5),
    ("acknowledge", 1, True, 0),
    ("post", 0),
]


def happened(monkeypatch: pytest.MonkeyPatch, *acts: tuple[Any, ...]) -> dict[tuple[str, str], int]:
    """The figures after these things, folded after every other one; the rows say the same each time."""
    with time_machine.travel(NOON, tick=False) as traveller:
        world = happenings.World(traveller)
        monkeypatch.setattr(transport, "hand_over", world.hand_over)
        monkeypatch.setattr(happenings, "event", str)  # nothing draws these by chance
        for number, (act, *given) in enumerate([*FIRST, *acts]):
            world.do(act, *given)
            assert recount() == []
            if number % 2:
                tallies.fold()
    return {(part.figure, part.name): number for part, number in tallies.numbers().items() if number}


@pytest.mark.parametrize(
    ("acts", "changes"),
    [
        ([], {}),
        ([("triage", 0, "spam")], {("answers", "web"): 2}),
        ([("triage", 0, "spam"), ("triage", 0, "reopen")], {}),
        ([("triage", 0, "close"), ("triage", 0, "reopen")], {}),
        (
            [("change", 0, ["keep_informed"], [])],
            {
                ("still_yes", "champion_accord"): 0,
                ("answers", "preferences"): 1,
                ("taken_back", "champion_accord"): 1,
            },
        ),
        ([("confirm", 1)], {("confirmed", "keep_informed"): 2, ("still_yes", "keep_informed"): 2}),
        (
            [("switch", 0, "keep_informed", False)],
            {("still_yes", "keep_informed"): 0, ("taken_back", "keep_informed"): 1},
        ),
        (
            [("switch", 0, "keep_informed", False), ("switch", 0, "keep_informed", True)],
            {
                ("said_yes", "keep_informed"): 3,
                ("confirmed", "keep_informed"): 2,
                ("taken_back", "keep_informed"): 1,
            },
        ),
        ([("comes_back",)], {("acknowledged", "on_time"): 1}),
        ([("comes_back",), ("try_again",), ("post", 0)], {}),
        ([("merge", 0, 1)], {}),
        ([("merge", 0, 1), ("unmerge", 1)], {}),
        ([("propose", 0), ("decide_about_erasing", 0, True)], {}),
        ([("time_passes", 40)], {}),
    ],
)
def test_what_happens_changes_the_figures_as_it_changes_the_rows(
    acts: list[tuple[Any, ...]],
    changes: dict[tuple[str, str], int],
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> None:
    settings.DISPOSAL_AUTHORITY = "DA717"
    at_first = {
        ("answers", "web"): 3,
        ("acknowledged", "on_time"): 2,
        ("said_yes", "keep_informed"): 2,
        ("said_yes", "champion_accord"): 1,
        ("said_yes", "give_advice"): 1,
        ("confirmed", "keep_informed"): 1,
        ("confirmed", "champion_accord"): 1,
        ("still_yes", "keep_informed"): 1,
        ("still_yes", "champion_accord"): 1,
    }
    wanted = {part: number for part, number in {**at_first, **changes}.items() if number}
    assert happened(monkeypatch, *acts) == wanted


def test_a_late_answer_is_counted_in_the_week_in_which_it_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    happened(monkeypatch, ("answer", 2, [], []), ("time_passes", 10), ("acknowledge", 2, True, 0))
    numbers = tallies.numbers()
    assert numbers[Part(Figure.ACKNOWLEDGED, "late", NEXT)] == 1
    assert numbers[Part(Figure.ANSWERS, "web", WEEK)] == 4


def test_a_week_begins_on_monday_in_new_zealand() -> None:
    begins = dt.datetime(2026, 11, 15, 11, 0, tzinfo=dt.UTC)
    for at in (begins - dt.timedelta(seconds=1), begins):
        with time_machine.travel(at, tick=False):
            received(email=f"a{at:%S}@example.org", at=at)
    assert recount() == []
    weeks = {part.on: number for part, number in tallies.numbers().items() if part.figure == "answers"}
    assert weeks == {dt.date(2026, 11, 9): 1, WEEK: 1}


def test_the_command_names_what_differs_and_mends_it(capsys: pytest.CaptureFixture[str]) -> None:
    with time_machine.travel(NOON, tick=False):
        received("keep_informed", at=NOON)
    call_command("recount_figures")
    Tally.objects.filter(figure="answers").delete()
    ExpressionOfInterest.objects.update(channel="paper")
    tallies.add({Part(Figure.SAID_YES, "keep_informed"): 2})
    assert recount() == [
        Miscount(Part("answers", "paper", WEEK), 0, 1),
        Miscount(Part("said_yes", "keep_informed"), 3, 1),
    ]
    with pytest.raises(CommandError, match="2 figures are not what the rows make of them"):
        call_command("recount_figures")
    assert f"answers, paper, {WEEK}: 0, ought to be 1." in capsys.readouterr().err
    call_command("recount_figures", "--mend")
    call_command("recount_figures")
    assert recount() == []


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_who_answers_while_it_counts_is_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one moment for both, the form would be among the rows and not among the figures."""
    received()
    counted = recounting._counted

    def while_somebody_answers() -> Counter[Part]:
        at_once(lambda: received(email="other@example.org"))
        return counted()

    monkeypatch.setattr(recounting, "_counted", while_somebody_answers)
    assert recount() == []
    assert ExpressionOfInterest.objects.count() == 2
