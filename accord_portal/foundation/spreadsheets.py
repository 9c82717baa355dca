"""Text on its way into a spreadsheet, and back: nothing of it runs there, and nothing of it is lost.

A text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, "CSV Injection").
"""

import csv
import io
import re
from collections.abc import Iterable
from typing import Any

BOM = "\ufeff"  # without it Excel garbles macrons
RUNS = r"(?:[\t\r\n]|\s*[=+@\-＝＋＠－])"  # and the same in full width
NEEDS_AN_APOSTROPHE = re.compile(rf"'*{RUNS}")  # with one before it already: so that it keeps its own
HAS_ONE = re.compile(rf"'+{RUNS}")


def lines(rows: Iterable[Iterable[Any]]) -> str:
    """Lines of a CSV file, with nothing in them that runs."""
    written = io.StringIO()
    # what is empty or begins with a letter or a digit, as nearly every cell does, runs nowhere
    safe = (
        [cell if not cell or str(cell)[:1].isalnum() else defused(str(cell)) for cell in row] for row in rows
    )
    csv.writer(written).writerows(safe)
    return written.getvalue()


def defused(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if NEEDS_AN_APOSTROPHE.match(text) else text


def as_it_was(text: str) -> str:
    """The text before `defused`; any other text as it is."""
    return text[1:] if HAS_ONE.match(text) else text
