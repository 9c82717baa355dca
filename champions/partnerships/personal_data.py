"""What partnerships hold about one person; see `accord_portal.foundation.personal_data`.

A partnership is of organisations. A person stands behind a party as its champion, or holds its office.
"""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from accord_portal.foundation.personal_data import Held, Sent, Shown, listed
from accord_portal.foundation.text import isolated
from accord_portal.staff import revisions
from champions.models import Partnership, Party
from champions.partnerships import publishing, recording

ERASED_PARTY = "Erased"
PARTY = {
    "Partnership": "partnership.title",
    "Party": "name",
    "Role": "role",
    "Office": "office",
    "What it brings": "brings",
    "Since": "since_on",
    "Until": "until_on",
}


def _parties(keys: Sequence[int]) -> QuerySet[Party]:
    return Party.objects.filter(Q(champion__contact__in=keys) | Q(contact__in=keys))


def held(keys: Sequence[int]) -> Held:
    """The partnerships that the person speaks for a party of."""
    rows = _parties(keys).select_related("partnership").order_by("pk")
    return {"Partnerships": listed(rows, PARTY)}


def sent(keys: Sequence[int]) -> list[Sent]:
    """Nothing of its own: messages are in the outgoing mail."""
    return []


def public(keys: Sequence[int]) -> list[Shown]:
    """The partnerships on the public pages in which a champion of the person is a party."""
    theirs = Party.objects.current().filter(champion__contact__in=keys).values("partnership")
    rows = Partnership.objects.published().filter(pk__in=theirs).order_by("title", "pk")
    return [Shown(f"Party to: {isolated(row.title)}", row.get_absolute_url()) for row in rows]


def take_down(keys: Sequence[int]) -> None:
    """Takes down each partnership that names a champion of the person as a party."""
    theirs = Party.objects.filter(champion__contact__in=keys).values("partnership")
    for partnership in Partnership.objects.filter(pk__in=theirs, published_at__isnull=False):
        publishing.withdraw(partnership=partnership)


def erase(keys: Sequence[int]) -> None:
    """Takes the name and words of the person's champions out of the parties, and the person out of all."""
    take_down(keys)
    rows = _parties(keys)
    revisions.forget(list(rows))
    named = list(rows.values_list("partnership", flat=True))
    rows.filter(champion__contact__in=keys).update(name=ERASED_PARTY, role="", office="", brings="")
    rows.filter(contact__in=keys).update(contact=None)
    recording.index(named)
