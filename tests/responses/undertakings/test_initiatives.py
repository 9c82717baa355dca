"""What somebody wrote in the initiatives box is taken apart into what we decide about."""

import pytest

from responses.undertakings.initiatives import (
    MAX_INITIATIVES,
    in_short,
    initiative_in,
    initiatives_in,
    numbered,
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        (" \n\n\u200b\n", []),
        ("A hall", ["A hall"]),
        ("A hall\nwith a kitchen", ["A hall\nwith a kitchen"]),
        ("A hall\n\n\nA garden", ["A hall", "A garden"]),
        ("- a hall\n  open on Sundays\n- a garden", ["a hall\nopen on Sundays", "a garden"]),
        ("1. a hall\n2) a garden\n(3) a van", ["a hall", "a garden", "a van"]),
        ("• a hall\n– a garden\n* a van", ["a hall", "a garden", "a van"]),
        ("We plan:\n- a hall", ["We plan:", "a hall"]),
        ("-\n- a hall", ["-", "a hall"]),
        ("2026 is our year", ["2026 is our year"]),
    ],
)
def test_a_list_item_or_a_paragraph_is_an_initiative(text: str, found: list[str]) -> None:
    assert initiatives_in(text) == found


def test_whatever_comes_after_the_last_that_is_counted_belongs_to_it() -> None:
    found = initiatives_in("\n".join(f"- number {n}" for n in range(1, MAX_INITIATIVES + 3)))
    assert len(found) == MAX_INITIATIVES
    assert found[-1] == "number 20\n- number 21\n- number 22"


def test_each_is_known_by_its_words_whatever_the_capitals_and_macrons_and_what_stands_twice_is_one() -> None:
    assert numbered("- Tūtahi\n- a garden\n- tutahi\n- A Garden\n- a van") == {
        "tutahi": 1,
        "a garden": 2,
        "a van": 5,
    }


@pytest.mark.parametrize(
    ("initiative", "short"),
    [
        ("Open the hall", "Open the hall"),
        ("Open the hall. On Sundays too.", "Open the hall."),
        ("Why not open the hall? It is empty.", "Why not open the hall?"),
        ("Open the hall by 3.30 p.m. on Sundays", "Open the hall by 3.30 p.m."),
        ("A hall\nwith a kitchen.", "A hall"),
        ("No. 5 is free. Open it.", "No. 5 is free."),
        ("a" * 200, "a" * 200),
        ("a" * 198 + " b" + "c", "a" * 198 + "…"),
        ("", ""),
    ],
)
def test_in_short_it_is_its_first_sentence(initiative: str, short: str) -> None:
    assert in_short(initiative) == short


@pytest.mark.parametrize(("number", "found"), [(0, ""), (1, "a hall"), (2, "a garden"), (3, "")])
def test_an_initiative_is_known_by_its_number(number: int, found: str) -> None:
    assert initiative_in("- a hall\n- a garden", number) == found
