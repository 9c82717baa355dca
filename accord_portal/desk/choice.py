"""What somebody looks at of the desk: whose items, of which kinds, and from which place on."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from accord_portal.staff.models import User

from .sources import DESK_SOURCES, Item

BY_KIND = {source.kind: source for source in DESK_SOURCES}
OF_AN_OFFICER = re.compile(r"of-([0-9]{1,18})")


@dataclass(frozen=True)
class View:
    """A choice of what the desk shows: one of `WHOSE`, and of it these kinds; where none is named, all.

    What is snoozed is on none of them but the last. "of-12" is what the officer of this key has.
    """

    whose: str = "mine"
    kinds: tuple[str, ...] = ()

    WHOSE = ("mine", "nobodys", "all", "snoozed")

    @classmethod
    def read(cls, code: str) -> "View":
        """The view of this code; what is not known in it is left out."""
        whose, _, kinds = code.partition(":")
        known = tuple(kind for kind in dict.fromkeys(kinds.split(",")) if kind in BY_KIND)
        is_known = whose in cls.WHOSE or OF_AN_OFFICER.fullmatch(whose)
        return cls(whose if is_known else cls.whose, known)

    @classmethod
    def of(cls, officer: User) -> "View":
        """What this officer has."""
        return cls(f"of-{officer.pk}")

    def owner(self, by: User) -> int | None:
        """The key of the officer whose items `by` sees here; None where they are not one officer's."""
        if self.whose == "mine":
            return by.pk
        found = OF_AN_OFFICER.fullmatch(self.whose)
        return int(found[1]) if found else None

    @property
    def query(self) -> str:
        """As the address of the desk has it."""
        return urlencode([("whose", self.whose), *(("kind", kind) for kind in self.kinds)])

    @property
    def code(self) -> str:
        """In short: "mine", "all:form,letter"."""
        return f"{self.whose}:{','.join(self.kinds)}" if self.kinds else self.whose


class Place(NamedTuple):
    """Where in the order an item stands."""

    day: dt.date
    kind: str
    key: int

    @classmethod
    def read(cls, code: str) -> "Place | None":
        """The place of this code, as "2026-11-27.form.12"; None where it is none."""
        day, _, name = code.partition(".")
        kind, _, key = name.partition(".")
        try:
            place = cls(dt.date.fromisoformat(day), kind, int(key))
        except ValueError:
            return None
        return place if kind in BY_KIND and 0 < place.key < 2**63 else None

    @classmethod
    def of(cls, item: Item) -> "Place":
        """Where this item stands."""
        return cls(item.day, item.kind, item.key)

    @property
    def code(self) -> str:
        """As addresses carry it."""
        return f"{self.day}.{self.kind}.{self.key}"
