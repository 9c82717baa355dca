"""Plain text as it travels: lines of at most 72 columns, which a mail program may join again (RFC 3676).

A line that ends with a space goes on in the next. Addresses stay in one piece, however long.
"""

import re
import textwrap

FLOWED_COLUMNS = 72
QUOTED = re.compile(r">*(?: (?=.))?")


def flowed(text: str) -> str:
    """The text in such lines. What would be read as quoted or as an envelope begins with a space (4.4)."""
    return "\n".join(map(_flowed, text.split("\n")))


def _flowed(line: str) -> str:
    """One paragraph; "-- ", which begins a signature, stays what it is (4.3)."""
    if len(line) <= FLOWED_COLUMNS and line[-1:] != " " and line[:1] != " " and not line.startswith("From "):
        return line
    if line == "-- ":
        return line
    mark = QUOTED.match(line)[0] if line.startswith(">") else ""  # type: ignore[index]
    rest = line[len(mark) :].rstrip()
    parts = textwrap.wrap(
        rest,
        FLOWED_COLUMNS - len(mark) - 1,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )
    return " \n".join(mark + _stuffed(part, is_quoted=bool(mark)) for part in parts or [""])


def _stuffed(part: str, *, is_quoted: bool) -> str:
    return f" {part}" if not is_quoted and part.startswith((" ", "From ", ">")) else part
