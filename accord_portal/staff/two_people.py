"""What takes two people: nobody decides about their own."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import F

from accord_portal.foundation import clock

from .models import LogLine, User

ACCOUNT_SETTLES_IN = dt.timedelta(days=30)


def are_two_people(one: User, other: User) -> bool:
    """Whether two accounts are surely two people: what takes two is not done by one with both accounts.

    Not for 30 days where one of them made or changed the other, or where anybody but its owner gave one
    of them another address: whoever holds that mailbox can set the passphrase.
    """
    Act = LogLine.Act
    accounts = LogLine.objects.filter(
        kind=User._meta.label_lower,
        key__in=[one.pk, other.pk],
        act__in=[Act.ACCOUNT_ADDED, Act.ACCOUNT_CHANGED, Act.ADDRESS_CHANGED],
        happened_at__gt=clock.now() - ACCOUNT_SETTLES_IN,
    ).exclude(done_by=F("key"))
    either = {one.pk, other.pk}
    return one.pk != other.pk and not any(
        line.act == Act.ADDRESS_CHANGED or line.done_by_id in either for line in accounts
    )


def why_another(begun_by: Iterable[User | None], *, by: User, did: str, must: str) -> str:
    """Why it takes somebody else than `by` to decide about what these began, in words; "" if it does not.

    `did` is what those who began it did, `must` what is to be done now: "proposed", "carry it out".
    """
    begun = [user for user in begun_by if user]
    if by in begun:
        return f"You {did} this: somebody else must {must}."
    for user in begun:
        if not are_two_people(user, by):
            return (
                f"In the last 30 days your account or that of {user} was made or changed by the other of you,"
                f" or got another address: a third person must {must}."
            )
    return ""
