"""What waits for one officer, and what is late with whom: what the mails to staff say."""

import datetime as dt
from typing import NamedTuple

from accord_portal.foundation import working_days
from accord_portal.staff.models import User

from . import items
from .items import Numbers, View, kinds_seen
from .sources import Item

MAX_ITEMS = 20  # that are named; the rest is a number
NOTHING, MINE = Numbers(0, 0, 0), View("mine")


class Waiting(NamedTuple):
    """What waits for one officer: theirs, and what nobody has (as `view` shows it) and they may do."""

    mine: Numbers
    nobodys: Numbers
    items: list[Item]
    view: View

    def __bool__(self) -> bool:
        """Whether anything is late, due today or new."""
        return any(self.mine) or any(self.nobodys)


def waiting(officer: User, since: dt.datetime) -> Waiting:
    """What is late, due today and new for this officer; the first of what is theirs, late and due, named."""
    seen = kinds_seen(officer)
    does = [source.kind for source in seen if source.is_for(officer)]
    nobodys = View("nobodys", () if len(does) == len(seen) else tuple(does))
    if not does:
        return Waiting(NOTHING, NOTHING, [], nobodys)
    return Waiting(
        items.count(officer, MINE, since=since).numbers,
        items.count(officer, nobodys, since=since).numbers,
        items.page(officer, MINE, until=working_days.today(), limit=MAX_ITEMS),
        nobodys,
    )


def late_with(manager: User) -> list[tuple[User | None, int]]:
    """Whom something late is with and how much, the most first; None for what nobody has."""
    found: list[tuple[User | None, int]] = [
        (officer, items.count(officer, MINE).numbers.late) for officer in User.objects.working()
    ]
    found.append((None, items.count(manager, View("nobodys")).numbers.late))
    return sorted([each for each in found if each[1]], key=lambda each: -each[1])
