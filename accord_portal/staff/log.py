"""The log of what members of staff looked at and did."""

import datetime as dt

from django.db.models import F, Model

from accord_portal.foundation import clock

from .models import LogLine, User

ACCOUNT_SETTLES_IN = dt.timedelta(days=30)


def log(act: str, record: Model | str, *, by: User | None, detail: str = "", source: str = "") -> None:
    """Adds a line; `record` is a row, or the kind of rows where it is about many. `detail` names nobody.

    `source` is a keyed hash of the client's address, for what is done before anybody is signed in.
    """
    kind, key = (record, None) if isinstance(record, str) else (record._meta.label_lower, record.pk)
    LogLine.objects.create(act=act, kind=kind, key=key, done_by=by, detail=detail, source=source)


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
