"""Small pictures of numbers: where each bar of an SVG begins and ends; its class gives it a colour."""

from collections.abc import Sequence
from typing import NamedTuple

STEP, GAP, HEIGHT = (
    10,
    2,
    100,
)  # units of the picture: from one column to the next, between two, from floor to top


class Bar(NamedTuple):
    """One bar, in units of its picture, of the series with this number."""

    x: str
    y: str
    width: str
    height: str
    series: int


class Picture(NamedTuple):
    """A picture: its size in units, its bars, and the number that fills it from end to end."""

    width: int
    height: int
    bars: list[Bar]
    top: int


def columns(rows: Sequence[Sequence[int]]) -> Picture:
    """A column for each row, from left to right: its numbers stand on one another, the first lowest."""
    top = max(map(sum, rows), default=0)
    bars = []
    for place, row in enumerate(rows):
        below = 0
        for series, number in enumerate(row):
            if number > 0:
                below += number
                height, y = number * HEIGHT / top, HEIGHT - below * HEIGHT / top
                bars.append(_bar(place * STEP + GAP / 2, y, STEP - GAP, height, series))
    return Picture(max(1, len(rows)) * STEP, HEIGHT, bars, top)


def lengths(numbers: Sequence[int], *, top: int) -> Picture:
    """A bar for each number, one below the other, each a series of its own; `top` would fill the width."""
    bars = [
        _bar(0, place * STEP + GAP / 2, number * HEIGHT / top, STEP - GAP, place)
        for place, number in enumerate(numbers)
        if number > 0
    ]
    return Picture(HEIGHT, len(numbers) * STEP, bars, top)


def _bar(x: float, y: float, width: float, height: float, series: int) -> Bar:
    return Bar(f"{x:.2f}", f"{y:.2f}", f"{width:.2f}", f"{height:.2f}", series)
