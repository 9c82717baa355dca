"""Single permissions for tests, which no account can hold: people hold roles, and a role is many at once."""

from collections import defaultdict
from collections.abc import Iterable

from accord_portal.staff.models import User
from accord_portal.staff.roles import ROLES, permissions_of

EVERY = permissions_of(ROLES)
GIVEN: dict[int, set[str]] = defaultdict(set)  # by key of the user; emptied after each test


def named(*codenames: str) -> Iterable[str]:
    """The permissions with these names, whatever their app ("view_contact")."""
    return (one for one in EVERY if one.partition(".")[2] in codenames)


def give(user: User, *permissions: str) -> None:
    """The account may do this as well, until the test ends."""
    GIVEN[user.pk] |= set(permissions)


def of_roles_and_given(user: User) -> frozenset[str]:
    """What `User.permissions` says in tests."""
    return permissions_of(user.roles) | GIVEN.get(user.pk, set())
