"""Acts on what the public sees of a partnership: what the partners agreed to, publishing, taking down."""

import datetime as dt

from django.db import transaction

from accord_portal.foundation import clock
from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import User
from accord_portal.staff.revisions import kept
from champions.models import Champion, Partnership
from champions.partnerships.course import FEWEST_PARTIES, locked

Visibility = Partnership.Visibility
WIDTH = {Visibility.PRIVATE: 0, Visibility.SUMMARY: 1, Visibility.PUBLIC: 2}


@transaction.atomic
def agree(*, partnership: Partnership, by: User, visibility: str, how: str, agreed_on: dt.date) -> None:
    """What the partners agreed that the public may see, how they told us and when.

    Less is so at once. More waits until it is published, where `by` may not publish.
    """
    partnership = locked(partnership)
    widened = WIDTH[Visibility(visibility)] > WIDTH[Visibility(partnership.visibility)]
    with kept(partnership, by=by):
        partnership.visibility, partnership.agreed_how, partnership.agreed_on = visibility, how, agreed_on
        if visibility == Visibility.PRIVATE or (widened and not by.has_perm("champions.publish_champion")):
            partnership.published_at = partnership.published_by = None
        partnership.save()


@transaction.atomic
def publish(*, partnership: Partnership, by: User) -> None:
    """Shows the public what the partners agreed to. Raises NotPossible where they did not, or may not yet."""
    partnership = locked(partnership)
    if partnership.visibility == Visibility.PRIVATE:
        raise NotPossible("The partners have not agreed that anything of it may be public.")
    if not partnership.agreed_how:
        raise NotPossible("Write down first how the partners agreed that it may be public.")
    parties = partnership.parties.current()
    if parties.count() < FEWEST_PARTIES:
        raise NotPossible("Write down first who the parties are: two or more.")
    unseen = parties.filter(champion__isnull=False).exclude(champion__in=Champion.objects.published())
    if party := unseen.first():
        raise NotPossible(f"{party.name} is not public as a champion, so this cannot name it.")
    with kept(partnership, by=by):
        partnership.published_at, partnership.published_by = partnership.published_at or clock.now(), by
        partnership.save()


@transaction.atomic
def withdraw(*, partnership: Partnership, by: User | None = None) -> None:
    """Takes it down at once. Twice is the same as once."""
    partnership = locked(partnership)
    with kept(partnership, by=by):
        partnership.published_at = partnership.published_by = None
        partnership.save()
