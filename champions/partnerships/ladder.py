"""The ladder before a review day: 90 and 30 days before it, and on the day.

Staff see it on the desk. Whoever leads the partnership is mailed where their Yes to championing the Accord
permits it; others are rung up.
"""

import datetime as dt

from django.db.models import Exists, OuterRef
from django.utils import timezone

from accord_portal.foundation import chores, mail
from champions.models import REVIEW_LADDER, Partnership, Party, ReviewReminder
from champions.partnerships import emails
from responses.models import Activity, Contact, Involvement, Purpose
from responses.people.timeline import tell

REMINDING = "Reminding of reviews of partnerships"
REMINDED_AT_ONCE = 500  # partnerships


def rung(review_on: dt.date, today: dt.date) -> int | None:
    """The rung that is reached, in days before the review; None before the first, 0 once the day is here."""
    days = (review_on - today).days
    return min((step for step in REVIEW_LADDER if days <= step), default=None)


def remind(now: dt.datetime) -> int:
    """Sees to each rung that was reached, once for each review day; how many."""
    today = timezone.localdate(now)
    resting = chores.resting_from(REMINDING).values("row")
    keys: set[int] = set()
    for step in REVIEW_LADDER:
        reached = Partnership.objects.ongoing().filter(review_on__lte=today + dt.timedelta(days=step))
        seen_to = ReviewReminder.objects.filter(
            partnership=OuterRef("pk"), review_on=OuterRef("review_on"), days_before__lte=step
        )
        found = reached.filter(~Exists(seen_to)).exclude(pk__in=resting).order_by("review_on", "pk")
        keys |= set(found.values_list("pk", flat=True)[:REMINDED_AT_ONCE])
    return chores.for_each(REMINDING, Partnership, sorted(keys), lambda key: _remind(key, today))


def _remind(key: int, today: dt.date) -> bool:
    partnership = Partnership.objects.select_for_update().get(pk=key)
    step = rung(partnership.review_on, today) if partnership.is_at_work and partnership.review_on else None
    if step is None:
        return False
    reminder, is_new = ReviewReminder.objects.get_or_create(
        partnership=partnership, review_on=partnership.review_on, days_before=step
    )
    if is_new and (contact := who_is_mailed(partnership)):
        owed = mail.owe(
            emails.partnership_is_reviewed,
            to=contact.email,
            recipient=contact.pk,
            partnership_id=partnership.pk,
            contact_id=contact.pk,
        )
        tell(contact, Activity.Kind.NOTE, "Reminded of the review of a partnership", by=None, mail=owed)
        reminder.is_mailed = True
        reminder.save(update_fields=["is_mailed"])
    return is_new


def who_is_mailed(partnership: Partnership) -> Contact | None:
    """Who speaks for the party that leads, where a Yes of theirs to championing permits a message."""
    lead = partnership.parties.current().filter(leads=True).select_related("contact", "champion__contact")
    contact = next((found for party in lead if (found := _speaks_for(party))), None)
    if contact is None:
        return None
    yeses = Involvement.objects.permitting(Purpose.CHAMPION_ACCORD).filter(contact=contact)
    return contact if yeses.exists() else None


def _speaks_for(party: Party) -> Contact | None:
    """Whom we know of a party: who holds the office, or else whose champion it is; nobody erased."""
    contact = party.contact or (party.champion.contact if party.champion else None)
    return contact if contact and not contact.erased_at and not contact.merged_into_id else None
