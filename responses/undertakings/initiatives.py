"""What somebody wrote in the initiatives box, one initiative after the other."""

import re

from accord_portal.foundation.folding import folded
from accord_portal.foundation.text import composed, is_visible

MAX_INITIATIVES = 20  # of one form; whatever comes after belongs to the last
BULLET = re.compile(r"^\s*(?:[-*•–]|\(?\d{1,2}[.)])\s+")

SENTENCE = re.compile(r".{10,}?[.!?](?=\s|$)")
MAX_SHORT = 200  # characters


def initiatives_in(text: str) -> list[str]:
    """Each initiative in the text: a line that begins like a list item begins one, as does a paragraph."""
    found: list[str] = []
    for paragraph in paragraphs(composed(text)):
        for number, line in enumerate(paragraph.split("\n")):
            item = BULLET.sub("", line).strip()
            begins = number == 0 or item != line.strip()
            if begins and len(found) < MAX_INITIATIVES:
                found.append(item if is_visible(item) else "")
            else:
                found[-1] += "\n" + line.strip()
    return [initiative.strip() for initiative in found if initiative.strip()]


def initiative_in(text: str, number: int) -> str:
    """The initiative of this number in the text, counted from 1; "" where there is none."""
    found = initiatives_in(text)
    return found[number - 1] if 1 <= number <= len(found) else ""


def in_short(initiative: str) -> str:
    """Its first sentence, on one line, of at most 200 characters."""
    line = initiative.partition("\n")[0]
    sentence = SENTENCE.match(line)
    short = sentence[0] if sentence else line
    return short if len(short) <= MAX_SHORT else f"{short[: MAX_SHORT - 1].rstrip()}…"


def numbered(text: str) -> dict[str, int]:
    """Each initiative in the text, folded, and its number: the first, where it is written twice."""
    found: dict[str, int] = {}
    for number, initiative in by_number(text).items():
        found.setdefault(initiative, number)
    return found


def by_number(text: str) -> dict[int, str]:
    """Each initiative in the text, folded, by its number."""
    return {number: folded(initiative) for number, initiative in enumerate(initiatives_in(text), 1)}


def paragraphs(text: str) -> list[str]:
    """What stands between blank lines; a line in which nothing can be seen is one."""
    lines = (line if is_visible(line) else "" for line in text.split("\n"))
    blocks = re.split(r"\n{2,}", "\n".join(lines))
    return [stripped for block in blocks if (stripped := block.strip())]
