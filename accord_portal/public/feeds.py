"""Atom feeds (RFC 4287): what was published lately, of all kinds together and of each."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed

from accord_portal.foundation import clock
from accord_portal.foundation.office import OFFICE

from .kinds import PUBLIC_KINDS, PublicKind

NEWEST = 50  # entries
SITE_NAME = "Kia Tūtahi Relationship Accord"


def newest(kinds: Sequence[PublicKind]) -> list[tuple[PublicKind, Any]]:
    """The rows of these kinds that were published last, the newest first."""
    latest = ((kind, kind.published().order_by("-published_at", "-pk")[:NEWEST]) for kind in kinds)
    found = [(kind, row) for kind, rows in latest for row in rows]
    return sorted(found, key=lambda pair: (pair[1].published_at, pair[1].pk), reverse=True)[:NEWEST]


def atom(path: str, kinds: Sequence[PublicKind] = PUBLIC_KINDS) -> str:
    """The feed that stands at this path."""
    words = f"{kinds[0].many} – {SITE_NAME}" if len(kinds) == 1 else f"What is new – {SITE_NAME}"
    feed = Atom1Feed(
        title=words,
        link=f"{settings.BASE_URL}/{kinds[0].name}/" if len(kinds) == 1 else f"{settings.BASE_URL}/",
        description=words,
        language="en-NZ",
        author_name=OFFICE,
        feed_url=f"{settings.BASE_URL}{path}",
    )
    for kind, row in newest(kinds):
        published_at: dt.datetime = row.published_at or clock.now()
        feed.add_item(
            title=kind.title_of(row),
            link=settings.BASE_URL + row.get_absolute_url(),
            description=kind.summary(row),
            pubdate=published_at,
            updateddate=published_at,
            categories=[kind.one],
        )
    return str(feed.writeString("utf-8"))
