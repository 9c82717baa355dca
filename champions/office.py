"""Acts on the offices of a champion: who speaks for it, since when and until when."""

import datetime as dt

from django.db import transaction

from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.dates import day_in_words
from accord_portal.staff.models import User
from accord_portal.staff.revisions import kept
from champions.models import Champion, OfficeHolder
from champions.partnerships import handover
from responses.models import Activity
from responses.people.person import lock
from responses.people.timeline import tell


@transaction.atomic
def take(
    *, champion: Champion, by: User, office: str, name: str, since_on: dt.date, agreed_how: str = ""
) -> OfficeHolder:
    """Somebody holds an office of the champion from this day on; whoever held it before ends the same day.

    Other parties to its partnerships are followed up, where somebody held it before.

    `agreed_how` says how they told us that their name may be public, "" where they did not.
    """
    contact = lock(pk=champion.contact_id)
    before = OfficeHolder.objects.current().filter(champion=champion, office=office)
    if before.filter(since_on__gt=since_on).exists():
        raise NotPossible("Whoever holds this office now took it later than that day.")
    for holder in before:
        _end(holder, since_on, by)
        handover.follow_up(champion=champion, office=holder.office, by=by)
    holder = OfficeHolder.objects.create(
        champion=champion,
        office=office,
        name=name,
        since_on=since_on,
        may_be_named=bool(agreed_how),
        agreed_how=agreed_how,
        added_by=by,
    )
    tell(contact, Activity.Kind.NOTE, f"{office} since {day_in_words(since_on)}: {name}", by=by)
    return holder


@transaction.atomic
def leave(*, champion: Champion, by: User, holder: OfficeHolder, until_on: dt.date) -> None:
    """The office is empty from this day on; its name stays with its days. Other parties are followed up."""
    contact = lock(pk=champion.contact_id)
    holder = OfficeHolder.objects.current().filter(pk=holder.pk, champion=champion).first() or _gone()
    if until_on < holder.since_on:
        raise NotPossible(f"They took the office on {day_in_words(holder.since_on)}: choose a later day.")
    _end(holder, until_on, by)
    handover.follow_up(champion=champion, office=holder.office, by=by)
    tell(contact, Activity.Kind.NOTE, f"{holder.office} until {day_in_words(until_on)}: {holder.name}", by=by)


def _end(holder: OfficeHolder, until_on: dt.date, by: User) -> None:
    with kept(holder, by=by):
        holder.until_on = until_on
        holder.save()


def _gone() -> OfficeHolder:
    raise NotPossible("They have left this office already.")
