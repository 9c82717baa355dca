"""How much work something is, whatever else the machine is doing."""

import time
from collections.abc import Callable


def effort(act: Callable[[], object]) -> float:
    """The processor time of the act, in that of a million additions here and now; a second is some fourteen.

    A machine that is busy or slow is so for both: the slower of two measurements, before and after, is taken.
    """
    before = _seconds(_a_million_additions)
    took = _seconds(act)
    return took / max(before, _seconds(_a_million_additions))


def _seconds(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


def _a_million_additions() -> int:
    total = 0
    for number in range(1_000_000):
        total += number
    return total
