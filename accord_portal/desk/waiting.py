"""What waits for one officer, and what is late with whom: what the mails to staff say."""

from typing import NamedTuple

from accord_portal.foundation import working_days
from accord_portal.staff.models import User

from .choice import View
from .counting import New, Numbers, count
from .items import page
from .selecting import kinds_seen
from .sources import Item

MAX_ITEMS = 20  # that are named; the rest is a number
NOTHING = Numbers(0, 0, 0)


class Waiting(NamedTuple):
    """What waits for one officer: theirs, and what nobody has, each as its view shows it."""

    mine: Numbers
    nobodys: Numbers
    items: list[Item]
    my_view: View
    nobodys_view: View

    def __bool__(self) -> bool:
        """Whether anything is late, due today or new."""
        return any(self.mine) or any(self.nobodys)


def waiting(officer: User, new: New) -> Waiting:
    """What is late, due today and new for this officer; the first of what is theirs, late and due, named."""
    my_view, nobodys_view = _done_by("mine", officer), _done_by("nobodys", officer)
    if my_view is None or nobodys_view is None:
        return Waiting(NOTHING, NOTHING, [], View("mine"), View("nobodys"))
    return Waiting(
        count(officer, my_view, new=new).numbers,
        count(officer, nobodys_view, new=new).numbers,
        page(officer, my_view, until=working_days.today(), limit=MAX_ITEMS),
        my_view,
        nobodys_view,
    )


def late_with(manager: User) -> list[tuple[User | None, int]]:
    """Whom something late is with and how much, the most first; None for what nobody has, or may do."""
    views = [(officer, _done_by("mine", officer)) for officer in User.objects.working()]
    found: list[tuple[User | None, int]] = [
        (officer, count(officer, view).numbers.late) for officer, view in views if view
    ]
    found.append((None, count(manager, View("nobodys")).numbers.late))
    return sorted([each for each in found if each[1]], key=lambda each: -each[1])


def _done_by(whose: str, officer: User) -> View | None:
    """The view of the kinds that the officer may work at; None where there is none."""
    seen = kinds_seen(officer)
    does = [source.kind for source in seen if source.is_for(officer)]
    if not does:
        return None
    return View(whose, () if len(does) == len(seen) else tuple(does))
