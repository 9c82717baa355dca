"""What follows when a partnership is written down or changed: who its parties are, who reads it next."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Model

from accord_portal.foundation.folding import free_slug
from accord_portal.staff.models import User
from accord_portal.staff.revisions import Said
from champions.models import Agency, Champion, Partnership, Party

STAFF_ONLY = {"handover", "contact", "office"}  # what no public page shows
NOT_WORDS = {"status", "visibility", "agreed_how", "agreed_on", "published_at", "published_by"}


def give_address(partnership: Partnership) -> None:
    """Its page's address, from its title; once it has been published it stays."""
    if partnership.published_at is None:
        others = Partnership.objects.exclude(pk=partnership.pk)
        partnership.slug = free_slug(partnership.title, "partnership", others)


@transaction.atomic
def link_parties(partnership: Partnership) -> None:
    """Each party is the agency, and the champion, that is registered under exactly its name.

    Search finds the partnership by these names from now on.
    """
    for party in partnership.parties.all():
        agency, champion = _registered(party.name)
        if (party.agency_id, party.champion_id) != (agency and agency.pk, champion and champion.pk):
            party.agency, party.champion = agency, champion
            party.save(update_fields=["agency", "champion"])
    index([partnership.pk])


def index(keys: Iterable[int]) -> None:
    """Search finds these by the parties they have now."""
    for partnership in Partnership.objects.select_for_update().filter(pk__in=keys).order_by("pk"):
        partnership.save(update_fields=["search_folded"])


def _registered(name: str) -> tuple[Agency | None, Champion | None]:
    agencies = list(Agency.objects.filter(names__name__iexact=name).distinct()[:2])
    living = Champion.objects.filter(name__iexact=name, contact__erased_at=None)
    champions = list(living.order_by("pk")[:2])
    return (
        agencies[0] if len(agencies) == 1 else None,
        champions[0] if len(champions) == 1 else None,
    )


@transaction.atomic
def changed(*, partnership: Partnership, before: Said, after: Said, by: User) -> bool:
    """Takes it down where `by` changed what the public reads and may not publish; whether it did.

    Nothing is public that nobody who publishes has read: an approver publishes it once more.
    """
    partnership = Partnership.objects.select_for_update().get(pk=partnership.pk)
    if not partnership.is_published or by.has_perm("champions.publish_champion"):
        return False
    if not _public_words(before, after):
        return False
    partnership.published_at = partnership.published_by = None
    partnership.save(update_fields=["published_at", "published_by"])
    return True


def _public_words(before: Said, after: Said) -> bool:
    """Whether anything differs that a public page may show."""

    def shown(said: Said, key: tuple[type[Model], int]) -> dict[str, Any]:
        values = said.get(key, {})
        return {name: value for name, value in values.items() if name not in STAFF_ONLY | NOT_WORDS}

    return any(shown(before, key) != shown(after, key) for key in {*before, *after})


def current_parties(partnership: Partnership) -> list[Party]:
    """Who the parties are now, whoever leads first."""
    return list(partnership.parties.current().select_related("champion__contact", "agency", "contact"))
