"""What may be changed of an account, and by whom."""

from collections.abc import Iterable

from accord_portal.foundation.acts import NotPossible

from .models import User
from .roles import ADMINISTRATOR, Role


def expect_may_change(account: User, *, roles: Iterable[Role], signs_in: bool, by: User) -> None:
    """Looks whether `by` may leave the account with these roles, active and signing in or not.

    Inside the transaction that saves it: the administrators are locked until then. Raises NotPossible
    where somebody changes their own roles, gives or takes away one they do not hold, or takes away the
    last administrator who can sign in, or the last holder of a role that they could not give again.
    """
    administrators = list(User.objects.administrators().select_for_update().order_by("pk"))
    changed = set(roles).symmetric_difference(User.objects.get(pk=account.pk).roles)
    if changed and account == by:
        raise NotPossible("Nobody changes their own roles. Ask another administrator.")
    if strange := changed.difference(by.roles):
        names = ", ".join(sorted(role.name for role in strange))
        raise NotPossible(f"Give or take away only roles that you hold. You do not hold: {names}.")
    if not signs_in and not account.permissions <= by.permissions:  # who could not let them in again
        _expect_others_hold_the_same(account)
    stays = signs_in and ADMINISTRATOR in roles
    if administrators == [account] and not stays:
        raise NotPossible("This is the last administrator who can sign in. Make somebody else one first.")


def _expect_others_hold_the_same(account: User) -> None:
    """Raises NotPossible where the account can sign in and nobody else who can holds one of its roles."""
    working = User.objects.working()
    if not working.filter(pk=account.pk).exists():
        return
    others = working.exclude(pk=account.pk)
    if last := [role.name for role in account.roles if not others.filter(**{role.field: True}).exists()]:
        raise NotPossible(
            f"Nobody else who can sign in holds: {', '.join(last)}. Give that to somebody first."
        )


def in_words(before: Iterable[Role], after: Iterable[Role]) -> list[str]:
    """What was given and taken away, as the log says it."""
    was, is_now = list(before), list(after)
    gave = [f"gave {role.name}" for role in is_now if role not in was]
    return gave + [f"took away {role.name}" for role in was if role not in is_now]
