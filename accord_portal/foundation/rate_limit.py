"""How often one client may send, and how much mail strangers can cause to one mailbox.

A row counted up in one statement lets nobody through who comes at the same moment.
"""

import datetime as dt
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from . import addresses, clock
from .models import ClientCount, MailboxCount

KEPT_FOR = dt.timedelta(hours=23)  # erased within a day


def client_address(request: HttpRequest) -> str:
    """The client the request came from, looking behind the proxies that PROXY_COUNT vouches for.

    An IPv4 address, or the /64 of an IPv6 address: one household or machine has all of that (RFC 6177).
    """
    forwarded = [a.strip() for a in request.headers.get("x-forwarded-for", "").split(",") if a.strip()]
    if 0 < settings.PROXY_COUNT <= len(forwarded):
        return _client(forwarded[-settings.PROXY_COUNT])
    return _client(request.META.get("REMOTE_ADDR", ""))


def _client(address: str) -> str:
    """One spelling for each client. Some proxies add a port, or write IPv4 as a part of IPv6."""
    if ":" not in address:
        return address
    if address.startswith("["):
        address = address[1:].partition("]")[0]
    elif address.count(":") == 1:
        address = address.partition(":")[0]
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return f"{IPv6Address(int(found) >> 64 << 64)}/64"


def sent_too_much(request: HttpRequest) -> bool:
    """Counts this request as one that causes mail, and says whether its client makes too many in an hour.

    Every door by which a stranger causes mail asks this, so that all doors together have one limit.
    """
    limit: int = settings.FORM_POSTS_PER_HOUR
    return bool(limit) and count(request, "mail") > limit


def count(request: HttpRequest, what: str, now: dt.datetime | None = None) -> int:
    """Counts this request and says how many of its kind the client has made within the hour.

    The address itself is not kept: the row's key is a keyed hash of it and of the hour.
    """
    return _count(f"client:{what}", client_address(request), now or clock.now())


def is_first_of_the_hour(what: str) -> bool:
    """Whether nobody has asked this in the hour by the clock: of two at once one hears yes."""
    return _count("portal", what, clock.now()) == 1


def _count(kind: str, who: str, now: dt.datetime) -> int:
    key = salted_hmac(f"{kind}:{now:%Y-%m-%dT%H}", who, algorithm="sha256").hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO foundation_clientcount AS row (key, requests, counted_at) VALUES (%s, 1, %s)"
            " ON CONFLICT (key) DO UPDATE SET requests = row.requests + 1 RETURNING requests",
            [key, connection.ops.adapt_datetimefield_value(now)],
        )
        return int(cursor.fetchone()[0])


def may_have_more(address: str, *, a_day: int) -> bool:
    """Counts one more message to this mailbox, unless it has had so many today already: then False.

    All spellings that may reach one inbox count as one. What is kept is a keyed hash of it and of the day.
    """
    today = timezone.localdate(clock.now())
    inbox = addresses.likeness(addresses.mailbox(address))
    key = salted_hmac(f"mailbox:{today}", inbox, algorithm="sha256").hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO foundation_mailboxcount AS row (key, messages, counted_on) VALUES (%s, 1, %s)"
            " ON CONFLICT (key) DO UPDATE SET messages = row.messages + 1 WHERE row.messages < %s"
            " RETURNING messages",
            [key, connection.ops.adapt_datefield_value(today), a_day],
        )
        return cursor.fetchone() is not None


def forget(now: dt.datetime) -> int:
    """Erases the counts that no limit needs any more; how many there were."""
    mailboxes = MailboxCount.objects.filter(counted_on__lt=timezone.localdate(now)).delete()[0]
    return mailboxes + ClientCount.objects.filter(counted_at__lt=now - KEPT_FOR).delete()[0]
