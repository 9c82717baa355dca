"""Our asking after each initiative, once a quarter: owed to whoever champions the Accord, kept by a question.

Whoever has no address is rung up; that is written down on the contact's page, and keeps it as well.
"""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accord_portal.foundation import chores, mail
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.dates import day_in_words
from accord_portal.staff.models import User
from responses.models import Activity, Contact, Involvement, Purpose, Undertaking
from responses.people.person import lock
from responses.people.timeline import tell
from responses.undertakings import days, keeping, owing

from . import emails
from .models import Champion, Initiative

Restriction = Contact.Restriction
OWING = "Owing our asking after initiatives"
OWED_AT_ONCE = 500  # initiatives


def owe_the_quarter(now: dt.datetime) -> int:
    """Owes our asking after each initiative this quarter, where it is not owed yet; of how many.

    Not after its last working day: nobody is promised a day that has passed.
    """
    quarter_on = days.quarter_to_be_owed(now)
    if not quarter_on:
        return 0
    resting = chores.resting_from(OWING).values("row")
    keys = _to_be_owed(quarter_on).exclude(pk__in=resting).order_by("pk").values_list("pk", flat=True)
    return chores.for_each(OWING, Initiative, keys[:OWED_AT_ONCE], lambda key: _owe(key, quarter_on))


def not_owed_yet(now: dt.datetime) -> Iterator[tuple[int, str]]:
    """See `responses.undertakings.audit`."""
    if quarter_on := days.quarter_to_be_owed(now):
        for initiative in _to_be_owed(quarter_on).select_related("champion").order_by("pk").iterator():
            what = Undertaking.Kind.ASK.label
            yield (
                initiative.champion.contact_id,
                f"{what} (initiative {initiative.pk}, {day_in_words(quarter_on)})",
            )


def _owe(key: int, quarter_on: dt.date) -> bool:
    contact = lock(pk=Initiative.objects.values_list("champion__contact", flat=True).get(pk=key))
    wanted = _to_be_owed(quarter_on).filter(pk=key).exists()
    return wanted and owing.owe_asking(contact=contact, initiative=key, quarter_on=quarter_on)


def _to_be_owed(quarter_on: dt.date) -> QuerySet[Initiative]:
    """Registered before the quarter, by somebody whose Yes counted by then and who may be asked."""
    begins_at = dt.datetime.combine(quarter_on, dt.time(), timezone.get_current_timezone())
    contact = OuterRef("champion__contact")
    yeses = Involvement.objects.current().filter(contact=contact, purpose=Purpose.CHAMPION_ACCORD)
    written_down = Q(contact__email="", consent__recorded_by__isnull=False, since_at__lt=begins_at)
    counting = yeses.filter(Q(confirmed_at__lt=begins_at) | written_down)
    asked = Undertaking.objects.filter(
        kind=Undertaking.Kind.ASK, contact=contact, about=OuterRef("pk"), quarter_on=quarter_on
    )
    left_alone = Q(champion__contact__restricted_because__in=[Restriction.ASKED, Restriction.ERASURE]) | Q(
        champion__contact__merged_into__restricted_because=Restriction.ASKED
    )
    return (
        Initiative.objects.filter(Exists(counting), ~Exists(asked), registered_at__lt=begins_at)
        .exclude(state=Initiative.State.WITHDRAWN)
        .exclude(champion__state=Champion.State.WITHDRAWN)
        .exclude(left_alone)
        .filter(champion__contact__erased_at=None)
    )


@transaction.atomic
def ask(*, initiative: Initiative, seen: int, by: User) -> None:
    """Asks the champion by mail how the initiative is going: that keeps what is owed of it.

    `seen` is how often they had been asked when the actor looked (see `times_asked`). Raises
    ChangedMeanwhile where it is more by now, NotPossible where it was taken down or they cannot be mailed.
    """
    contact = lock(pk=initiative.champion.contact_id)
    initiative.refresh_from_db()
    withdrawn = Initiative.State.WITHDRAWN
    if initiative.state == withdrawn or initiative.champion.state == Champion.State.WITHDRAWN:
        raise NotPossible("This initiative was taken down: nobody is asked after it.")
    if not may_be_asked(initiative):
        raise NotPossible("We may not mail them about this: ask by telephone or by letter, and record that.")
    if times_asked(initiative) != seen:
        raise ChangedMeanwhile("Somebody asked them meanwhile: look again.")
    owed = mail.owe(
        emails.how_is_it_going, to=contact.email, recipient=contact.pk, initiative_id=initiative.pk
    )
    tell(contact, Activity.Kind.ASKED_AFTER, initiative.title, by=by, mail=owed)
    keeping.keep(promises_about(initiative), by=by, proof=keeping.by_mail(owed, "Asked by email"))


def may_be_asked(initiative: Initiative) -> bool:
    """Whether its champion said a Yes to championing that permits a message, now."""
    permitting = Involvement.objects.permitting(Purpose.CHAMPION_ACCORD)
    return permitting.filter(contact=initiative.champion.contact_id).exists()


def promises_about(initiative: Initiative) -> QuerySet[Undertaking]:
    """Our asking after this initiative, quarter by quarter, the latest first: owed, kept or over."""
    rows = Undertaking.objects.filter(contact=initiative.champion.contact_id)
    return rows.filter(kind=Undertaking.Kind.ASK, about=initiative.pk).order_by("-quarter_on")


def times_asked(initiative: Initiative) -> int:
    """How often its champion was asked by mail, after whichever initiative."""
    lines = Activity.objects.filter(contact=initiative.champion.contact_id)
    return lines.filter(kind=Activity.Kind.ASKED_AFTER).count()
