"""Acts of enrolment: registering a champion, hearing what may be public, publishing, taking down."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from accord_portal.foundation import clock, mail
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.dates import day_in_words
from accord_portal.foundation.folding import free_slug, searchable
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from accord_portal.staff.revisions import kept
from champions import emails
from champions.models import Agency, Champion, ChampionPage, Initiative, PageProposal, Principle
from responses.models import Activity, Contact, ExpressionOfInterest
from responses.people.person import lock
from responses.undertakings import owing


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """An initiative as it is to be registered."""

    title: str
    description: str = ""


@transaction.atomic
def enrol(
    *,
    contact: Contact,
    by: User,
    kind: str,
    name: str,
    summary: str = "",
    principles: Collection[Principle] = (),
    initiatives: Sequence[Proposed] = (),
    eoi: ExpressionOfInterest | None = None,
    agency: Agency | None = None,
    appointed_on: dt.date | None = None,
    ended_on: dt.date | None = None,
) -> Champion:
    """Registers a champion with its initiatives, from an expression of interest or fresh.

    Nothing becomes public: the person is asked first, by mail where there is an address.
    Raises NotPossible where the expression of interest has made a champion already.
    """
    lock(pk=contact.pk)  # one at a time
    if eoi and Champion.objects.filter(eoi=eoi).exists():
        raise NotPossible("A champion has already been registered from this.")
    if contact.champions.filter(name=name).exists():
        raise NotPossible("This contact is already registered as a champion with this name.")
    champion = Champion(
        contact=contact, eoi=eoi, agency=agency, kind=kind, name=name, summary=summary, registered_by=by
    )
    champion.appointed_on, champion.ended_on = appointed_on, ended_on
    champion.slug = free_slug(name, "champion", Champion.objects.all())
    index_champion(champion)
    champion.save()
    champion.principles.set(principles)
    for proposed in initiatives:
        initiative = Initiative(
            champion=champion, title=proposed.title, description=proposed.description, eoi=eoi
        )
        initiative.slug = free_slug(proposed.title, "initiative", Initiative.objects.all())
        index_initiative(initiative)
        initiative.save()
        initiative.principles.set(principles)
    owed = None
    if contact.email:
        message = emails.asked_what_may_be_public
        owed = mail.owe(message, to=contact.email, recipient=contact.pk, champion_id=champion.pk)
    _tell(champion, Activity.Kind.ENROLLED, by, champion.name, mail=owed)
    return champion


@transaction.atomic
def reword(
    *,
    champion: Champion,
    by: User,
    kind: str,
    name: str,
    summary: str,
    principles: Collection[Principle],
    agency: Agency | None,
    appointed_on: dt.date | None = None,
    ended_on: dt.date | None = None,
    how: str = "",
) -> None:
    """Corrects what was registered. A text the person has ticked stays: ask them again first.

    `how` says how they agreed to another kind or other principles, which stood beside the name they ticked.
    Where somebody changes what is public who may not publish, it comes down until it is published again.
    """
    champion = Champion.objects.select_for_update().get(pk=champion.pk)
    ticked_beside = kind != champion.kind or set(principles) != set(champion.principles.all())
    if champion.name_agreed and ticked_beside and not how:
        raise NotPossible(
            "The person ticked their name with this kind and these principles beside it: ask them about the"
            " new ones, and say how they agreed."
        )
    if champion.name_agreed and name != champion.name:
        raise NotPossible(
            "The name has been agreed as it stands: ask the person to take their tick away first."
        )
    if champion.summary_agreed and summary != champion.summary:
        raise NotPossible(
            "The summary has been agreed as it stands: ask the person to take their tick away first."
        )
    if name != champion.name and not champion.published_at:
        champion.slug = free_slug(name, "champion", Champion.objects.exclude(pk=champion.pk))
    days = (champion.appointed_on, champion.ended_on, champion.agency)
    differs = ticked_beside or days != (appointed_on, ended_on, agency)
    with kept(champion, by=by):
        if champion.is_published and differs and not by.has_perm("champions.publish_champion"):
            champion.state = Champion.State.DRAFT
        champion.kind, champion.name, champion.summary, champion.agency = kind, name, summary, agency
        champion.appointed_on, champion.ended_on = appointed_on, ended_on
        index_champion(champion)
        champion.save()
        champion.principles.set(principles)
    for initiative in champion.initiatives.all():
        initiative.champion = champion
        index_initiative(initiative)
        initiative.save()
    agreed = f" ({how})" if ticked_beside and champion.name_agreed else ""
    _tell(champion, Activity.Kind.NOTE, by, f"Corrected the champion’s entry{agreed}")


@transaction.atomic
def end(*, champion: Champion, by: User, ended_on: dt.date) -> None:
    """They are a champion until this day: their page stays, and says so.

    Raises NotPossible where it ended already, or began later.
    """
    champion = _locked_with_its_person(champion)
    if champion.ended_on:
        raise NotPossible("It has ended already: correct the day in the entry.")
    if champion.appointed_on and ended_on < champion.appointed_on:
        raise NotPossible("Choose the day on which it began, or a later one.")
    with kept(champion, by=by):
        champion.ended_on = ended_on
        champion.save()
    _tell(champion, Activity.Kind.NOTE, by, f"A champion until {day_in_words(ended_on)}")


@transaction.atomic
def agree(
    *,
    champion: Champion,
    name: bool,
    summary: bool,
    initiatives: Collection[int],
    how: str,
    page: bool = False,
    partnerings: Collection[int] = (),
    by: User | None = None,
) -> None:
    """Records which fields the person ticked: what is not ticked any more stops being public at once.

    `page` is what they wrote of themselves: website, place and picture.
    `partnerings` are the keys of initiatives of others beside which they may be named. `how` says how the
    person told us; `by` is the member of staff who wrote it down, if one did.
    """
    now = clock.now()
    champion = _locked_with_its_person(champion)
    with kept(champion, *champion.initiatives.all(), by=by):
        champion.name_agreed, champion.summary_agreed = name, summary
        champion.summary_is_public = champion.summary_is_public and summary
        champion.agreed_at, champion.agreed_how = now, how
        if not name and champion.is_published:
            champion.state = Champion.State.WITHDRAWN
        index_champion(champion)
        champion.save()
        for initiative in champion.initiatives.all():
            initiative.agreed, initiative.agreed_at = initiative.pk in initiatives, now
            if not initiative.agreed and initiative.state == Initiative.State.PUBLISHED:
                initiative.state = Initiative.State.WITHDRAWN
            initiative.save()
    pages = ChampionPage.objects.filter(champion=champion)
    with kept(*pages, by=by):
        pages.update(agreed=page, is_public=F("is_public") if page else False)
    for partner in champion.partnerings.current():
        partner.agreed, partner.agreed_at = partner.initiative_id in partnerings, now
        partner.save()
    _end_asking(champion)
    ticked = [label for label, yes in (("name", name), ("summary", summary)) if yes]
    ticked += ["website, place and picture"] * pages.filter(agreed=True).exists()
    ticked += [i.title for i in champion.initiatives.filter(agreed=True)]
    ticked += ["as a partner"] * champion.partnerings.current().filter(agreed=True).exists()
    _tell(champion, Activity.Kind.AGREED, by, f"{how}: {', '.join(ticked) or 'nothing'}")


@transaction.atomic
def publish(*, champion: Champion, by: User) -> None:
    """Shows the public what was ticked, and only that. Raises NotPossible without a tick for the name."""
    now = clock.now()
    champion = Champion.objects.select_for_update().get(pk=champion.pk)
    if not champion.name_agreed:
        raise NotPossible("The person has not ticked that the name may be public.")
    if Champion.objects.who_said_no_since().filter(pk=champion.pk).exists():
        raise NotPossible("The person has said No to championing the Accord since.")
    with kept(champion, *champion.initiatives.all(), by=by):
        champion.state = Champion.State.PUBLISHED
        champion.summary_is_public = champion.summary_agreed
        champion.published_at, champion.published_by = (
            champion.published_at or now,
            champion.published_by or by,
        )
        index_champion(champion)
        champion.save()
        for initiative in champion.initiatives.filter(agreed=True):
            initiative.state = Initiative.State.PUBLISHED
            initiative.published_at = initiative.published_at or now
            initiative.published_by = initiative.published_by or by
            initiative.save()
    ChampionPage.objects.filter(champion=champion, agreed=True).update(is_public=True)
    _tell(champion, Activity.Kind.PUBLISHED, by, champion.name)


@transaction.atomic
def withdraw(*, champion: Champion, by: User | None = None) -> None:
    """Takes the champion and its initiatives down at once. Twice is the same as once.

    Where the person did it (`by` is None), the ticks go as well: staff cannot publish without new ones.
    """
    champion = _locked_with_its_person(champion)
    with kept(champion, *champion.initiatives.all(), by=by):
        champion.initiatives.filter(state=Initiative.State.PUBLISHED).update(state=Initiative.State.WITHDRAWN)
        was_published = champion.is_published
        if was_published:
            champion.state = Champion.State.WITHDRAWN
        if by is None:
            champion.initiatives.update(agreed=False)
            champion.partnerings.update(agreed=False)
            ChampionPage.objects.filter(champion=champion).update(agreed=False, is_public=False)
            champion.proposals.unanswered().update(state=PageProposal.State.TAKEN_BACK)
            champion.name_agreed = champion.summary_agreed = champion.summary_is_public = False
            index_champion(champion)
        champion.save()
    _end_asking(champion)
    if was_published:
        _tell(champion, Activity.Kind.TAKEN_DOWN, by, champion.name)


def _locked_with_its_person(champion: Champion) -> Champion:
    """The champion afresh and locked, the person first: what they are owed may end."""
    lock(pk=champion.contact_id)
    return Champion.objects.select_for_update().get(pk=champion.pk)


def _end_asking(champion: Champion) -> None:
    """Nobody asks after what was taken down: an initiative, or all of a champion's."""
    initiatives = champion.initiatives.all()
    if champion.state != Champion.State.WITHDRAWN:
        initiatives = initiatives.filter(state=Initiative.State.WITHDRAWN)
    owing.end_asking(initiatives=initiatives.values_list("pk", flat=True))


def index_champion(champion: Champion) -> None:
    """Public search must not find what is not public."""
    champion.search_folded = searchable(f"{champion.name} {champion.public_summary}")


def index_initiative(initiative: Initiative) -> None:
    """What public search looks in: the words that are public with the initiative."""
    written = initiative.title, initiative.description, initiative.reason, initiative.with_whom
    initiative.search_folded = searchable(" ".join([*filter(None, written), initiative.champion.name]))


def _tell(
    champion: Champion, kind: str, by: User | None, text: str, *, mail: OutgoingMail | None = None
) -> None:
    Activity.objects.create(
        contact_id=champion.contact_id, eoi_id=champion.eoi_id, kind=kind, text=text, done_by=by, mail=mail
    )
