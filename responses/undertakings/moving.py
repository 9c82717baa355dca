"""What becomes of the day of an undertaking, and of whose it is; nothing here keeps or ends it."""

import datetime as dt

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Least

from accord_portal.foundation import chores, clock, mail, working_days
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.dates import day_in_words
from accord_portal.staff.models import User
from responses.models import Activity, Contact, ExpressionOfInterest, Undertaking
from responses.people.person import lock
from responses.people.timeline import tell
from responses.undertakings import emails

Kind = Undertaking.Kind
MAX_DAYS_AHEAD = 366
SAYING_SO = "Telling people that we missed a day"
AT_A_TIME = 500  # undertakings
TOLD_WITHIN = dt.timedelta(days=31)


def name_day(*, eoi: ExpressionOfInterest, day: dt.date) -> None:
    """The acknowledgement names the day of the full reply, by which each initiative is decided about too.

    It is the first day that the person hears, and so the one promised first. Where the day that we had given
    ourselves has passed, or an earlier one was named to the person before, that one stays the first.
    """
    expect_in_time(day)
    list(eoi.undertakings.open().order_by("pk").select_for_update(no_key=True).values_list("pk"))
    rows = eoi.undertakings.open().filter(kind__in=[Kind.REPLY, Kind.DECIDE]).order_by()
    heard_before = Undertaking.objects.kept().filter(kind=Kind.ACKNOWLEDGE, eoi__in=eoi.versions).exists()
    ours = Q(first_due_on__gte=working_days.today(), due_on=F("first_due_on"))
    if not heard_before:
        rows.filter(ours).update(first_due_on=day, due_on=day)
        rows = rows.exclude(ours)
    rows.update(first_due_on=Least("first_due_on", day), due_on=day, missed_told_at=None)


@transaction.atomic
def move(*, undertaking: Undertaking, seen: dt.date, to: dt.date, because: str, by: User) -> None:
    """Names a later day, with the reason, and tells the person. The day promised first stays.

    `seen` is the day that the actor saw. Raises ChangedMeanwhile where it is another by now, NotPossible for
    what is owed to an audience: a quarter ends when it ends.
    """
    if not undertaking.contact_id:
        raise NotPossible("What an audience is owed is owed by the end of its quarter.")
    contact = lock(pk=undertaking.contact_id)
    row = Undertaking.objects.select_for_update().get(pk=undertaking.pk)
    if not row.is_open or row.due_on != seen:
        raise ChangedMeanwhile("Somebody changed this meanwhile: look again.")
    expect_in_time(to)
    if to <= row.due_on:
        raise NotPossible("Choose a later day than the one it is owed by.")
    row.due_on, row.missed_told_at = to, None  # should that day pass too, they are told of it
    row.save(update_fields=["due_on", "missed_told_at"])
    undertaking.due_on = to
    owed = None
    if contact.email and not contact.wants_to_be_left_alone:
        owed = mail.owe(
            emails.another_day,
            to=contact.email,
            recipient=contact.pk,
            undertaking_id=row.pk,
            before=seen.isoformat(),
            to_day=to.isoformat(),
            because=because,
        )
    text = f"{row}: {day_in_words(seen)} to {day_in_words(to)}. {because}"
    tell(contact, Activity.Kind.MOVED, text, by=by, eoi=row.eoi, undertaking=row, mail=owed)


@transaction.atomic
def hand_over(*, undertaking: Undertaking, to: User, by: User) -> None:
    """Gives one undertaking to one member of staff. Raises ChangedMeanwhile where it is not owed any more."""
    if not give(Undertaking.objects.filter(pk=undertaking.pk), to=to):
        raise ChangedMeanwhile("This is not owed any more: look again.")
    if undertaking.contact:
        text, form = f"{undertaking}: to {to}", undertaking.eoi
        tell(undertaking.contact, Activity.Kind.ASSIGNED, text, by=by, eoi=form, undertaking=undertaking)


def give(rows: QuerySet[Undertaking], *, to: User) -> int:
    """Gives what is open of these to one member of staff; how many. Whoever calls writes the line."""
    return rows.filter(kept_at=None, ended_at=None).order_by().update(owner=to)


def say_what_was_missed(*, today: dt.date) -> int:
    """Tells people, once and in plain words, that we missed a day we had promised; how many people.

    What an audience was promised stands on its people's pages, and is not mailed.
    """
    missed = _missed(today).exclude(contact__in=chores.resting_from(SAYING_SO).values("row"))
    late = missed.values_list("contact", flat=True)[:AT_A_TIME]
    return chores.for_each(SAYING_SO, Contact, dict.fromkeys(late), lambda key: _say_so(key, today))


@transaction.atomic
def _say_so(key: int, today: dt.date) -> bool:
    contact = lock(pk=key)
    keys = [row.pk for row in _missed(today).filter(contact=contact)]
    if not keys:
        return False
    Undertaking.objects.filter(pk__in=keys).update(missed_told_at=clock.now())
    missed = "-".join(map(str, keys))
    facts: dict[str, int | str] = {"contact_id": key, "undertakings": missed}
    owed = mail.owe(emails.missed_a_day, to=contact.email, recipient=key, **facts)
    tell(contact, Activity.Kind.MISSED, mail=owed)
    return True


def _missed(today: dt.date) -> QuerySet[Undertaking]:
    """What was promised for a day that passed lately, to people who may be mailed and were not told of it.

    Whoever has no address is told by telephone: staff see that nobody wrote to them.
    """
    lately = Undertaking.objects.open().filter(due_on__lt=today, due_on__gte=today - TOLD_WITHIN)
    untold = lately.filter(missed_told_at=None, is_backfilled=False, contact__isnull=False)
    return untold.filter(contact__restricted_at=None, contact__never_again_at=None).exclude(contact__email="")


def expect_in_time(day: dt.date) -> None:
    """Raises NotPossible unless something may be promised for this day: a working day within a year."""
    today = working_days.today()
    if not today <= day <= today + dt.timedelta(days=MAX_DAYS_AHEAD):
        raise NotPossible("Choose a day from today to a year ahead.")
    if not working_days.is_working_day(day):
        raise NotPossible(f"The office is closed on {day_in_words(day)}: choose a working day.")
