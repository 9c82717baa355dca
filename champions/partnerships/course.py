"""Acts on the course of a partnership: the status it takes, its reviews, and how far its work has come."""

import datetime as dt

from django.db import transaction

from accord_portal.foundation import working_days
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.dates import day_in_words
from accord_portal.staff.models import User
from accord_portal.staff.revisions import kept
from champions.models import Partnership, PartnershipStep, WorkItem

Status = Partnership.Status
FEWEST_PARTIES = 2


@transaction.atomic
def move(*, partnership: Partnership, by: User, status: str, since_on: dt.date, note: str = "") -> None:
    """The partnership takes this status from this day on.

    Raises NotPossible where it has it already, where the day lies before its last step, or where what an
    active one must have is not written down.
    """
    partnership = locked(partnership)
    if status == partnership.status and partnership.steps.exists():
        raise NotPossible(f"It stands there already: {partnership.get_status_display()}.")
    if status == Status.UNDER_REVIEW and partnership.status != Status.ACTIVE:
        raise NotPossible("Only an active partnership comes under review.")
    _expect_in_order(partnership, since_on)
    if status in Partnership.AT_WORK and (missing := missing_to_be_active(partnership)):
        raise NotPossible(f"Before it is active, write down {', '.join(missing)}.")
    with kept(partnership, by=by):
        partnership.status = status
        if status == Status.SIGNED and not partnership.signed_on:
            partnership.signed_on = since_on
        partnership.save()
    PartnershipStep.objects.create(
        partnership=partnership, status=status, since_on=since_on, note=note, recorded_by=by
    )


@transaction.atomic
def review(
    *, partnership: Partnership, by: User, reviewed_on: dt.date, finding: str, next_on: dt.date
) -> None:
    """The partners looked at how it goes: what they found, and the day on which they look again.

    It is active once more. What was found stands with staff; lessons are written in the record. Raises
    NotPossible where it is not at work, or the next day is not after this one and to come.
    """
    partnership = locked(partnership)
    if not partnership.is_at_work:
        raise NotPossible("Only a partnership that is active or under review is reviewed.")
    if next_on <= max(reviewed_on, working_days.today()):
        raise NotPossible("Choose a day to come for the next review.")
    _expect_in_order(partnership, reviewed_on)
    due_on = partnership.review_on
    with kept(partnership, by=by):
        partnership.status, partnership.review_on = Status.ACTIVE, next_on
        partnership.save()
    PartnershipStep.objects.create(
        partnership=partnership,
        status=Status.ACTIVE,
        since_on=reviewed_on,
        is_review=True,
        due_on=due_on,
        note=finding,
        recorded_by=by,
    )


@transaction.atomic
def progress(*, partnership: Partnership, by: User, item: WorkItem, state: str) -> None:
    """How far a line of the work programme has come: public at once, as no words change."""
    partnership = locked(partnership)
    item = partnership.work_items.get(pk=item.pk)
    with kept(item, by=by):
        item.state = state
        item.save()


def missing_to_be_active(partnership: Partnership) -> list[str]:
    """What an active partnership must have and this one has not, in words."""
    needs = {
        "the review day": partnership.review_on,
        "how it is reviewed": partnership.review_how,
        "two parties": partnership.parties.current().count() >= FEWEST_PARTIES,
        "what is done when people change": partnership.people_change,
        "what is done when circumstances change": partnership.circumstances_change,
    }
    return [words for words, there in needs.items() if not there]


def locked(partnership: Partnership) -> Partnership:
    """The partnership afresh and locked: one writes at a time."""
    return Partnership.objects.select_for_update().get(pk=partnership.pk)


def _expect_in_order(partnership: Partnership, since_on: dt.date) -> None:
    last = partnership.steps.first()
    if last and since_on < last.since_on:
        raise NotPossible(
            f"Its last step was on {day_in_words(last.since_on)}: choose that day or a later one."
        )
