"""What a process remembers for a minute."""

import itertools

import pytest
import time_machine

from accord_portal.foundation import memory
from accord_portal.foundation.memory import ForAMinute


@time_machine.travel("2026-11-26T00:00:59Z", tick=False)
def test_it_is_worked_out_once_a_minute() -> None:
    numbers = itertools.count()
    number = ForAMinute(lambda: next(numbers))
    assert [number(), number()] == [0, 0]
    with time_machine.travel("2026-11-26T00:01:00Z", tick=False):
        assert [number(), number()] == [1, 1]


@time_machine.travel("2026-11-26T00:00:00Z", tick=False)
def test_each_question_has_its_own_answer() -> None:
    asked: list[str] = []
    shout = ForAMinute(lambda word: asked.append(word) or word.upper())
    assert [shout("a"), shout("b"), shout("a")] == ["A", "B", "A"]
    assert asked == ["a", "b"]


@time_machine.travel("2026-11-26T00:00:00Z", tick=False)
def test_what_is_forgotten_is_worked_out_anew() -> None:
    numbers, others = itertools.count(), itertools.count()
    number, other = ForAMinute(lambda: next(numbers)), ForAMinute(lambda: next(others))
    assert (number(), other()) == (0, 0)
    number.forget()
    assert (number(), other()) == (1, 0)
    memory.forget_all()
    assert (number(), other()) == (2, 1)


@time_machine.travel("2026-11-26T00:00:00Z", tick=False)
def test_an_error_is_not_remembered() -> None:
    answers = iter([ZeroDivisionError, "better"])

    def ask() -> str:
        answer = next(answers)
        if not isinstance(answer, str):
            raise answer
        return answer

    remembered = ForAMinute(ask)
    with pytest.raises(ZeroDivisionError):
        remembered()
    assert remembered() == "better"
