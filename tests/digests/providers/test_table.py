"""What the page about providers says of each is what the code does."""

import datetime as dt
import re
from importlib import import_module

from accord_portal.foundation.providers.calls import ManyAtOnce
from tests.digests.providers.shapes import SHAPES
from tests.production import ROOT


def test_the_table_says_what_the_code_does() -> None:
    rows = re.findall(
        r"^\| ([a-z_]+) \| (\d+) \| (.+) \| (named|by halves) \| (.+) \| (yes|no) \|$",
        (ROOT / "docs" / "providers.md").read_text(),
        re.MULTILINE,
    )
    assert rows == sorted(map(_row, SHAPES))


def _row(name: str) -> tuple[str, ...]:
    does: type[ManyAtOnce] = import_module(f"accord_portal.foundation.providers.{name}").EmailBackend
    lasts = f"{does.key_lasts // dt.timedelta(minutes=1)} minutes" if does.key_lasts else "no"
    return (
        name,
        str(does.most_at_once),
        "own body" if does.body_for_each else "variables",
        "named" if SHAPES[name].partly else "by halves",
        lasts,
        "yes" if does.is_searchable else "no",
    )


def test_every_transport_of_the_room_is_in_the_table() -> None:
    room = ROOT / "accord_portal" / "foundation" / "providers"
    modules = {path.stem for path in room.glob("*.py")}
    assert modules - {"__init__", "calls", "variables", "aws_signature"} == set(SHAPES)
