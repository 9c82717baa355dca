"""Signing in: every try is counted before the passphrase or the code is looked at, and written to the log.

After three wrong ones an account is locked, and so is a client, for a quarter of an hour (NZISM 3.9,
authentication). Nobody has to let it go. An address that nobody signs in with is locked just so.
"""

import datetime as dt

from django.db import connection
from django.db.models import F
from django.http import HttpRequest

from accord_portal.foundation import clock, keyed_hash, rate_limit
from accord_portal.foundation.models import ClientCount

from . import alerting
from .log import log
from .models import LogLine, User

MAX_FAILURES = 3
LOCKED_FOR = dt.timedelta(minutes=15)
COUNT = """
INSERT INTO foundation_clientcount AS row (key, requests, counted_at) VALUES (%s, 1, %s)
ON CONFLICT (key) DO UPDATE SET
  requests = CASE WHEN row.counted_at <= %s THEN 1 ELSE row.requests + 1 END,
  counted_at = CASE WHEN row.counted_at > %s AND row.requests >= %s THEN row.counted_at ELSE %s END
RETURNING requests
"""


def try_once(request: HttpRequest, email: str) -> bool:
    """Counts this try against the account and the client; False where either is locked.

    A try counts before its passphrase is looked at, so that a hundred at the same moment are no
    more than three. One that is refused does not prolong the lock. Nor does it fill the log: nothing
    can be taken out of it again, so a locked client is written down once for each lock.
    """
    account, client = map(_count, _keys(request, email))
    may = max(account, client) <= MAX_FAILURES
    if not may and client <= MAX_FAILURES + 1:
        note(LogLine.Act.LOCKED_OUT, request, email)
        alerting.tell_of_many_failures()
    return may


def failed(request: HttpRequest, email: str, act: str = LogLine.Act.NOT_SIGNED_IN, *, why: str = "") -> None:
    """What was given is wrong, or nobody signs in with this address: it stays counted."""
    note(act, request, email, why=why)
    alerting.tell_of_many_failures()


def was_right(request: HttpRequest, user: User) -> None:
    """This try does not count, and those before it do: else a known passphrase would free tries at codes."""
    for key in _keys(request, user.email):
        _count_one_fewer(key)


def succeeded(request: HttpRequest, user: User) -> None:
    """The account begins anew. The client has one try fewer: its others may have been at other accounts."""
    account, client = _keys(request, user.email)
    ClientCount.objects.filter(key=account).delete()
    _count_one_fewer(client)
    log(LogLine.Act.SIGNED_IN, user, by=user, source=source(request))


def client_may_try(request: HttpRequest) -> bool:
    """Counts this try against the client alone: whose account it is, nobody knows yet; False if locked."""
    client = _count(_keys(request, "")[1])
    if client == MAX_FAILURES + 1:
        log(LogLine.Act.LOCKED_OUT, User._meta.label_lower, by=None, source=source(request))
    return client <= MAX_FAILURES


def through_provider(request: HttpRequest, user: User, provider: str) -> None:
    """Somebody whom an organisation's own sign-in knows is signed in: the try does not count."""
    _count_one_fewer(_keys(request, "")[1])
    log(LogLine.Act.SIGNED_IN, user, by=user, detail=f"Through {provider}", source=source(request))


def refused_by_provider(request: HttpRequest, provider: str) -> None:
    """Somebody came back from a provider, and no account was opened."""
    log(
        LogLine.Act.NOT_SIGNED_IN,
        User._meta.label_lower,
        by=None,
        detail=f"Through {provider}",
        source=source(request),
    )
    alerting.tell_of_many_failures()


def let_go(request: HttpRequest, user: User) -> None:
    """A new passphrase was set from a link to the account's own mailbox: it may be tried at once."""
    ClientCount.objects.filter(key__in=_keys(request, user.email)).delete()
    log(LogLine.Act.PASSPHRASE_SET, user, by=user, source=source(request))


def note(act: str, request: HttpRequest, email: str, *, why: str = "") -> None:
    """Writes down what somebody did who is not signed in: about which account, and from where.

    Tries at one address that is nobody's can be told from tries at another, by a keyed hash.
    """
    record: User | str
    try:
        record = User.objects.get_by_natural_key(email)
    except User.DoesNotExist:
        record = User._meta.label_lower
    detail = f"Address {keyed_hash.hashed('sign-in address', _folded(email))[:16]}. {why}".rstrip(". ")
    log(act, record, by=None, detail=detail, source=source(request))


def source(request: HttpRequest) -> str:
    """A keyed hash of the client's address."""
    return keyed_hash.hashed("client", rate_limit.client_address(request))


def _keys(request: HttpRequest, email: str) -> tuple[str, str]:
    account = keyed_hash.hashed("sign-in account", _folded(email))
    return account, keyed_hash.hashed("sign-in client", rate_limit.client_address(request))


def _folded(email: str) -> str:
    return email.strip().casefold()


def _count_one_fewer(key: str) -> None:
    ClientCount.objects.filter(key=key, requests__gt=0).update(requests=F("requests") - 1)


def _count(key: str) -> int:
    now = clock.now()
    since, now_ = (connection.ops.adapt_datetimefield_value(at) for at in (now - LOCKED_FOR, now))
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [key, now_, since, since, MAX_FAILURES, now_])
        return int(cursor.fetchone()[0])
