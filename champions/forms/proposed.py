"""Initiatives as somebody wrote them in one box: each paragraph one, with a title."""

import re

from accord_portal.foundation.text import is_visible
from champions.enrolment import Proposed
from responses.undertakings.initiatives import initiatives_in

TITLE_LENGTH = 120
FIRST_SENTENCE = re.compile(rf"(.{{10,{TITLE_LENGTH}}}?)[.;:!?](?:\s|$)")


def split_initiatives(text: str) -> list[Proposed]:
    """What somebody wrote in the initiatives box; of each the first sentence is the title."""
    return [_proposed(initiative) for initiative in initiatives_in(text)]


def _proposed(block: str) -> Proposed:
    title, _, rest = block.partition("\n")
    if len(title) > TITLE_LENGTH:
        sentence = FIRST_SENTENCE.match(title)
        short = sentence[1] if sentence else title[:TITLE_LENGTH].rsplit(" ", 1)[0] + "…"
        return Proposed(title=short, description=block)
    short = title.rstrip(". ")
    return Proposed(title=short if is_visible(short) else title, description=rest.strip())


def as_text(initiatives: list[Proposed]) -> str:
    """Initiatives as staff edit them: one a paragraph, its title in the first line."""
    return "\n\n".join(f"{i.title}\n{i.description}".strip() for i in initiatives)


def titled(paragraph: str) -> Proposed:
    """One initiative as staff send it: its title in the first line."""
    title, _, rest = paragraph.partition("\n")
    if len(title) > 200:
        return _proposed(paragraph)
    return Proposed(title=title.strip(), description=rest.strip())
