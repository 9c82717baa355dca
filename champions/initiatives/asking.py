"""Our asking after each initiative, once a quarter, of each champion who takes part in it.

It is owed to whoever champions the Accord, and kept by a message from which the answer is one press. Whoever
has no address is rung up; that is written down on the contact's page, and keeps it as well.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accord_portal.foundation import chores, mail, working_days
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.dates import day_in_words
from accord_portal.staff.models import User
from champions import emails
from champions.models import Champion, Initiative, Partner
from responses.models import Activity, Contact, Involvement, Purpose, Undertaking
from responses.people.person import lock
from responses.people.timeline import tell
from responses.undertakings import days, keeping, owing

Restriction = Contact.Restriction
OWING = "Owing our asking after initiatives"
OWING_PARTNERS = "Owing our asking of partners"
ASKING = "Asking after initiatives by mail"
AT_ONCE = 500  # initiatives
ASKED_FROM = 9  # the hour from which we ask, on working days


def owe_the_quarter(now: dt.datetime) -> int:
    """Owes each champion our asking after each initiative this quarter, where it is not owed yet; how many.

    Not after its last working day: nobody is promised a day that has passed.
    """
    quarter_on = days.quarter_to_be_owed(now)
    if not quarter_on:
        return 0
    return _owe_each(OWING, Initiative, _to_be_owed(quarter_on), quarter_on) + _owe_each(
        OWING_PARTNERS, Partner, _owed_to_partners(quarter_on), quarter_on
    )


def ask_the_quarter(now: dt.datetime) -> int:
    """Asks by mail whom we owe it this quarter and may mail; how many.

    Each is asked once by itself: what failed or came back is owed again, and is for staff to see to.
    """
    local = timezone.localtime(now)
    if not working_days.is_working_day(local.date()) or local.hour < ASKED_FROM:
        return 0
    resting = chores.resting_from(ASKING).values("row")
    keys = _to_be_asked(local.date()).exclude(pk__in=resting).order_by("pk").values_list("pk", flat=True)
    return chores.for_each(ASKING, Undertaking, keys[:AT_ONCE], _ask_as_owed)


def not_owed_yet(now: dt.datetime) -> Iterator[tuple[int, str]]:
    """See `responses.undertakings.audit`."""
    if quarter_on := days.quarter_to_be_owed(now):
        what, day = Undertaking.Kind.ASK.label, day_in_words(quarter_on)
        found = _to_be_owed(quarter_on).values_list("champion__contact", "pk").order_by("pk")
        joined = _owed_to_partners(quarter_on).values_list("champion__contact", "initiative").order_by("pk")
        for rows in (found, joined):
            for contact, initiative in rows.iterator():
                yield contact, f"{what} (initiative {initiative}, {day})"


def _owe_each(chore: str, kind: type[Any], wanted: QuerySet[Any], quarter_on: dt.date) -> int:
    """Owes it for each of these initiatives or partners, asked again of each under its lock."""

    def owe(key: int) -> bool:
        row = kind.objects.select_related("champion").get(pk=key)
        contact = lock(pk=row.champion.contact_id)
        initiative = row.pk if kind is Initiative else row.initiative_id
        return wanted.filter(pk=key).exists() and owing.owe_asking(
            contact=contact, initiative=initiative, quarter_on=quarter_on
        )

    resting = chores.resting_from(chore).values("row")
    keys = wanted.exclude(pk__in=resting).order_by("pk").values_list("pk", flat=True)
    return chores.for_each(chore, kind, keys[:AT_ONCE], owe)


def _to_be_owed(quarter_on: dt.date) -> QuerySet[Initiative]:
    rows = Initiative.objects.exclude(state=Initiative.State.WITHDRAWN)
    return _who_may_be_asked(rows, "pk", "registered_at", quarter_on)


def _owed_to_partners(quarter_on: dt.date) -> QuerySet[Partner]:
    withdrawn = Champion.State.WITHDRAWN
    rows = Partner.objects.current().exclude(initiative__state=Initiative.State.WITHDRAWN)
    rows = rows.exclude(initiative__champion__state=withdrawn)
    return _who_may_be_asked(rows, "initiative", "added_at", quarter_on)


def _who_may_be_asked(rows: QuerySet[Any], initiative: str, since: str, quarter_on: dt.date) -> QuerySet[Any]:
    """Written down before the quarter, of somebody whose Yes counted by then and who may be asked."""
    begins_at = dt.datetime.combine(quarter_on, dt.time(), timezone.get_current_timezone())
    contact = OuterRef("champion__contact")
    yeses = Involvement.objects.current().filter(contact=contact, purpose=Purpose.CHAMPION_ACCORD)
    written_down = Q(contact__email="", consent__recorded_by__isnull=False, since_at__lt=begins_at)
    counting = yeses.filter(Q(confirmed_at__lt=begins_at) | written_down)
    asked = Undertaking.objects.filter(
        kind=Undertaking.Kind.ASK, contact=contact, about=OuterRef(initiative), quarter_on=quarter_on
    )
    left_alone = Q(champion__contact__restricted_because__in=[Restriction.ASKED, Restriction.ERASURE]) | Q(
        champion__contact__merged_into__restricted_because=Restriction.ASKED
    )
    return (
        rows.filter(Exists(counting), ~Exists(asked), **{f"{since}__lt": begins_at})
        .exclude(champion__state=Champion.State.WITHDRAWN)
        .exclude(left_alone)
        .filter(champion__contact__erased_at=None)
    )


def _to_be_asked(today: dt.date) -> QuerySet[Undertaking]:
    """Owed this quarter to somebody we may mail, who was not mailed about it yet."""
    permitting = Involvement.objects.permitting(Purpose.CHAMPION_ACCORD).filter(contact=OuterRef("contact"))
    rows = Undertaking.objects.open().filter(kind=Undertaking.Kind.ASK, evidence_kind="")
    return rows.filter(Exists(permitting), quarter_on=days.quarter_of(today))


def _ask_as_owed(key: int) -> bool:
    row = Undertaking.objects.get(pk=key)
    contact = lock(pk=row.contact_id)
    if not _to_be_asked(working_days.today()).filter(pk=key).exists():
        return False
    initiative = Initiative.objects.select_related("champion").get(pk=row.about)
    theirs = [champion for champion in parties(initiative) if champion.contact_id == contact.pk]
    if not theirs:
        return False
    _mail(initiative, theirs[0], contact, None)
    return True


@transaction.atomic
def ask(*, initiative: Initiative, seen: int, by: User) -> None:
    """Asks by mail, of everybody who takes part and may be mailed, how it is going: that keeps what is owed.

    `seen` is how often they had been asked when the actor looked (see `times_asked`). Raises
    ChangedMeanwhile where it is more by now, NotPossible where it was taken down or nobody can be mailed.
    """
    champions = {champion.contact_id: champion for champion in reversed(parties(initiative))}
    contacts = {key: lock(pk=key) for key in sorted(champions)}
    initiative.refresh_from_db()
    withdrawn = Initiative.State.WITHDRAWN
    if initiative.state == withdrawn or initiative.champion.state == Champion.State.WITHDRAWN:
        raise NotPossible("This initiative was taken down: nobody is asked after it.")
    if not may_be_asked(initiative):
        raise NotPossible("We may not mail them about this: ask by telephone or by letter, and record that.")
    if times_asked(initiative) != seen:
        raise ChangedMeanwhile("Somebody asked them meanwhile: look again.")
    permitting = set(_permitting(initiative).values_list("contact", flat=True))
    for key in contacts:
        if key in permitting:
            _mail(initiative, champions[key], contacts[key], by)


def _mail(initiative: Initiative, champion: Champion, contact: Contact, by: User | None) -> None:
    owed = mail.owe(
        emails.how_is_it_going,
        to=contact.email,
        recipient=contact.pk,
        initiative_id=initiative.pk,
        champion_id=champion.pk,
    )
    own = initiative.champion_id == champion.pk
    tell(contact, Activity.Kind.ASKED_AFTER, initiative.title if own else "As a partner", by=by, mail=owed)
    theirs = promises_about(initiative).filter(contact=contact)
    keeping.keep(theirs, by=by, proof=keeping.by_mail(owed, "Asked by email"))


def parties(initiative: Initiative) -> list[Champion]:
    """Whose initiative it is, then its partners; of those, nobody who was taken down or erased."""
    partners = initiative.partners.current().exclude(champion__state=Champion.State.WITHDRAWN)
    partners = partners.filter(champion__contact__erased_at=None).select_related("champion")
    return [initiative.champion, *(partner.champion for partner in partners)]


def may_be_asked(initiative: Initiative) -> bool:
    """Whether anybody who takes part said a Yes to championing that permits a message, now."""
    return _permitting(initiative).exists()


def _permitting(initiative: Initiative) -> QuerySet[Involvement]:
    keys = [champion.contact_id for champion in parties(initiative)]
    return Involvement.objects.permitting(Purpose.CHAMPION_ACCORD).filter(contact__in=keys)


def promises_about(initiative: Initiative) -> QuerySet[Undertaking]:
    """Our asking after this initiative, quarter by quarter, the latest first: owed, kept or over."""
    rows = Undertaking.objects.filter(kind=Undertaking.Kind.ASK, about=initiative.pk)
    return rows.select_related("contact").order_by("-quarter_on", "pk")


def times_asked(initiative: Initiative) -> int:
    """How often those who take part were asked by mail, after whichever initiative."""
    keys = [champion.contact_id for champion in parties(initiative)]
    lines = Activity.objects.filter(contact__in=keys)
    return lines.filter(kind=Activity.Kind.ASKED_AFTER).count()
