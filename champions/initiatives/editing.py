"""Acts on initiatives once their champion is enrolled: adding one, correcting it, milestones and partners.

What the champion ticked is changed only with how they agreed to the new words: nothing is public that they
have not seen. Nor is anything that nobody who publishes has read: what somebody else changes comes down until
it is published once more.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import asdict, dataclass

from django.db import transaction

from accord_portal.foundation import clock, mail
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.dates import day_in_words
from accord_portal.foundation.folding import free_slug
from accord_portal.staff.models import User
from accord_portal.staff.revisions import kept
from champions import emails
from champions.enrolment import index_initiative
from champions.models import Champion, CodeListEntry, Initiative, Milestone, Partner, Principle
from responses.models import Activity, ExpressionOfInterest
from responses.people.person import lock, lock_present
from responses.people.timeline import tell
from responses.undertakings import owing

Kind = Activity.Kind


@dataclass(frozen=True, kw_only=True)
class Words:
    """What an initiative says in somebody's own words: public where they ticked it."""

    title: str
    description: str = ""
    reason: str = ""
    with_whom: str = ""


@dataclass(frozen=True, kw_only=True)
class About:
    """What staff choose about an initiative."""

    since_on: dt.date | None = None
    principles: Collection[Principle] = ()
    features: Collection[CodeListEntry] = ()
    regions: Collection[CodeListEntry] = ()
    eoi: ExpressionOfInterest | None = None


@transaction.atomic
def add(*, champion: Champion, by: User, words: Words, about: About) -> Initiative:
    """Registers another initiative of this champion, who is asked by mail whether it may be public."""
    contact = lock_present(champion.contact)
    champion.refresh_from_db()
    _expect_not_withdrawn(champion)
    if champion.initiatives.filter(title=words.title).exists():
        raise NotPossible("This champion has an initiative with this title already.")
    initiative = Initiative(champion=champion, **asdict(words))
    initiative.slug = free_slug(words.title, "initiative", Initiative.objects.all())
    _set(initiative, about)
    owed = None
    if contact.email:
        owed = mail.owe(
            emails.asked_what_else_may_be_public,
            to=contact.email,
            recipient=contact.pk,
            champion_id=champion.pk,
        )
    tell(contact, Kind.INITIATIVE, words.title, by=by, eoi=about.eoi, mail=owed)
    return initiative


@transaction.atomic
def reword(*, initiative: Initiative, by: User, words: Words, about: About, how: str = "") -> None:
    """Corrects what was registered.

    `how` says how the champion agreed to the new words, which takes the place of their tick. Raises
    NotPossible without it where they had ticked the old ones.
    """
    initiative = _locked(initiative)
    contact = initiative.champion.contact
    changed = _changes(initiative, words, about)
    _expect_agreement(initiative, how, changed)
    if words.title != initiative.title and not initiative.published_at:
        initiative.slug = free_slug(words.title, "initiative", Initiative.objects.exclude(pk=initiative.pk))
    with kept(initiative, by=by):
        for name, text in asdict(words).items():
            setattr(initiative, name, text)
        if changed:
            _agreed_anew(initiative, by)
        _set(initiative, about)
    agreed = f" ({how})" if changed and initiative.agreed else ""
    tell(contact, Kind.NOTE, f"Corrected an initiative{agreed}: {initiative.title}", by=by)


@transaction.atomic
def add_milestone(
    *, initiative: Initiative, by: User, what: str, due_on: dt.date, how: str = ""
) -> Milestone:
    """What the initiative means to have reached by a day; public with it, so the champion agrees to it."""
    initiative = _locked(initiative)
    _expect_not_withdrawn(initiative)
    _expect_not_withdrawn(initiative.champion)
    _expect_agreement(initiative, how, True)
    milestone = Milestone.objects.create(initiative=initiative, what=what, due_on=due_on)
    with kept(initiative, by=by):
        _agreed_anew(initiative, by)
        initiative.save()
    agreed = f" ({how})" if initiative.agreed else ""
    text = f"A milestone by {day_in_words(due_on)}{agreed}: {what}"
    tell(initiative.champion.contact, Kind.NOTE, text, by=by)
    return milestone


@transaction.atomic
def reach_milestone(*, initiative: Initiative, by: User, milestone: Milestone, reached_on: dt.date) -> None:
    """The milestone is reached, on this day."""
    initiative = _locked(initiative)
    milestone = initiative.milestones.get(pk=milestone.pk)
    with kept(milestone, by=by):
        milestone.reached_on = reached_on
        milestone.save()
    text = f"Reached a milestone on {day_in_words(reached_on)}: {milestone.what}"
    tell(initiative.champion.contact, Kind.NOTE, text, by=by)


@transaction.atomic
def add_partner(*, initiative: Initiative, by: User, champion: Champion) -> Partner:
    """Another champion takes part, and is asked by mail whether they may be named beside it."""
    contact = lock_present(champion.contact)
    initiative = Initiative.objects.get(pk=initiative.pk)
    _expect_not_withdrawn(Champion.objects.get(pk=champion.pk))
    _expect_not_withdrawn(initiative)
    _expect_not_withdrawn(initiative.champion)
    if champion.pk == initiative.champion_id:
        raise NotPossible("It is this champion’s own initiative.")
    if initiative.partners.current().filter(champion=champion).exists():
        raise NotPossible("This champion is a partner in it already.")
    partner = Partner.objects.create(initiative=initiative, champion=champion, added_by=by)
    owed = None
    if contact.email:
        owed = mail.owe(
            emails.asked_what_else_may_be_public,
            to=contact.email,
            recipient=contact.pk,
            champion_id=champion.pk,
        )
    tell(contact, Kind.PARTNER, "In an initiative of another champion", by=by, mail=owed)
    return partner


@transaction.atomic
def end_partner(*, initiative: Initiative, by: User, partner: Partner) -> None:
    """The champion takes part no longer: they are not named beside it, and nobody asks them after it."""
    contact = lock(pk=partner.champion.contact_id)
    ended = initiative.partners.current().filter(pk=partner.pk)
    if not ended.update(ended_at=clock.now(), ended_by=by):
        raise NotPossible("This champion is no partner in it any more.")
    owing.end_asking(initiatives=[initiative.pk], contact=contact)
    tell(contact, Kind.NOTE, "No partner any more in an initiative of another champion", by=by)


def _locked(initiative: Initiative) -> Initiative:
    """The initiative afresh, its person and its champion locked: who publishes holds only the champion."""
    lock_present(initiative.champion.contact)
    Champion.objects.select_for_update().get(pk=initiative.champion_id)
    return Initiative.objects.select_related("champion__contact").get(pk=initiative.pk)


def _expect_agreement(initiative: Initiative, how: str, changed: bool) -> None:
    if changed and initiative.agreed and not how:
        raise NotPossible(
            "The champion has ticked that this may be public as it stands: ask them about the new words, and"
            " say how they agreed."
        )


def _expect_not_withdrawn(row: Champion | Initiative) -> None:
    if row.state == row.State.WITHDRAWN:
        raise NotPossible(f"“{row}” was taken down: nothing more is written down about it.")


def _changes(initiative: Initiative, words: Words, about: About) -> bool:
    """Whether anything is new that the public reads."""
    if any(getattr(initiative, name) != text for name, text in asdict(words).items()):
        return True
    chosen = any(
        set(getattr(initiative, name).all()) != set(getattr(about, name))
        for name in ("principles", "features", "regions")
    )
    return chosen or initiative.since_on != about.since_on


def _agreed_anew(initiative: Initiative, by: User) -> None:
    """The champion agreed as of now; it comes down until it is published by who may, if `by` may not."""
    if initiative.agreed:
        initiative.agreed_at = clock.now()
    if initiative.is_published and not by.has_perm("champions.publish_champion"):
        initiative.state = Initiative.State.DRAFT


def _set(initiative: Initiative, about: About) -> None:
    initiative.since_on, initiative.eoi = about.since_on, about.eoi
    index_initiative(initiative)
    initiative.save()
    initiative.principles.set(about.principles)
    initiative.features.set(about.features)
    initiative.regions.set(about.regions)
