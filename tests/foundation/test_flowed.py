"""Text as it travels: short lines that a mail program joins again (RFC 3676)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord_portal.foundation.flowed import FLOWED_COLUMNS, flowed

LONG = "Kia ora. " + "The Accord says how communities and government work together. " * 3
ADDRESS = "https://accord.example/unsubscribe/" + "x" * 90 + "/"


def unflowed(text: str) -> str:
    """What a mail program makes of it (RFC 3676, section 4.1 and 4.4)."""
    lines: list[str] = []
    goes_on = False
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        rest = line[depth:].removeprefix(" ")
        lines = [*lines[:-1], lines[-1] + rest] if goes_on else [*lines, ">" * depth + rest]
        goes_on = line.endswith(" ") and line != "-- "
    return "\n".join(lines)


def test_lines_are_short_and_can_be_joined() -> None:
    lines = flowed(LONG).split("\n")
    assert len(lines) == 3
    assert all(len(line) <= FLOWED_COLUMNS for line in lines)
    assert [line[-1:] == " " for line in lines] == [True, True, False]
    assert unflowed(flowed(LONG)) == LONG.strip()


@pytest.mark.parametrize(
    ("line", "travels"),
    [
        ("", ""),
        ("short", "short"),
        ("short and then a space ", "short and then a space"),
        (ADDRESS, ADDRESS),
        (f"See {ADDRESS}", f"See \n{ADDRESS}"),
        ("From here on", " From here on"),
        ("  an item's second line", "   an item's second line"),
        ("> quoted", "> quoted"),
        ("-- ", "-- "),
        ("--", "--"),
    ],
)
def test_each_line(line: str, travels: str) -> None:
    assert flowed(line) == travels


def test_what_is_quoted_stays_so() -> None:
    lines = flowed(f"> {LONG}").split("\n")
    assert all(line.startswith("> ") and len(line) <= FLOWED_COLUMNS for line in lines)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(" >\n")))
def test_no_word_is_lost(text: str) -> None:
    words = re.sub(r"[ >\n]+", "", text)
    assert re.sub(r"[ >\n]+", "", flowed(text)) == words
    assert re.sub(r"[ >\n]+", "", unflowed(flowed(text))) == words
