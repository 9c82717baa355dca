"""Acts of follow-ups: something to be done for somebody, or about any record, by a day.

What is done stands on the timeline of the contact, or with the letter. About a recommendation nothing is
written elsewhere: whoever is recommended is on no timeline, and what was to be done goes with them.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Model

from accord_portal.foundation import clock, working_days
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.dates import day_in_words
from accord_portal.staff.models import User
from responses.answers import letters
from responses.models import Activity, Contact, FollowUp, Letter, Recommendation
from responses.people.person import lock_active, lock_person
from responses.people.timeline import tell

FOLLOWED_UP = "This follow-up is done, or somebody else has it by now. Look at it as it is."


@transaction.atomic
def add(*, about: Model, by: User | None, what: str, due_on: dt.date, owner: User) -> FollowUp:
    """Somebody is to do something for a contact or about a record; nobody in `by`: they asked for it."""
    person = _person(about)
    if due_on < working_days.today():
        raise NotPossible("Choose today or a later day.")
    is_record = not isinstance(about, Contact)
    row = FollowUp.objects.create(
        contact=person,
        about_kind=FollowUp.About.of(about) if is_record else "",
        about_key=about.pk if is_record else None,
        what=what,
        due_on=due_on,
        owner=owner,
        created_by=by,
    )
    write_down(row, f"{owner}, by {day_in_words(due_on)}: {what}", by=by)
    return row


@transaction.atomic
def done(*, follow_up: FollowUp, by: User, result: str) -> None:
    """It is done, and what came of it. Raises ChangedMeanwhile where it was done already."""
    outstanding = FollowUp.objects.outstanding().filter(pk=follow_up.pk)
    if not outstanding.order_by().update(done_at=clock.now(), done_by=by, result=result):
        raise ChangedMeanwhile(FOLLOWED_UP)
    write_down(follow_up, f"Done: {follow_up.what}\n{result}", by=by)


@transaction.atomic
def give(*, follow_up: FollowUp, to: User, by: User) -> None:
    """Somebody else is to do it. Raises ChangedMeanwhile where it was done or given to another meanwhile."""
    as_seen = FollowUp.objects.outstanding().filter(pk=follow_up.pk, owner=follow_up.owner_id)
    if not as_seen.order_by().update(owner=to):
        raise ChangedMeanwhile(FOLLOWED_UP)
    write_down(follow_up, f"Given to {to}: {follow_up.what}", by=by)


def write_down(follow_up: FollowUp, text: str, *, by: User | None) -> None:
    """A line on the timeline of whoever it is for, or with the letter it is about."""
    if follow_up.contact:
        tell(follow_up.contact, Activity.Kind.FOLLOW_UP, text, by=by)
    elif follow_up.about_kind == FollowUp.About.LETTER and follow_up.about_key and by:
        letters.note(letter=Letter.objects.get(pk=follow_up.about_key), by=by, text=f"Follow-up: {text}")


def _person(about: Model) -> Contact | None:
    """The contact it is for, locked; None where there is none. Raises NotPossible where nobody is left."""
    if isinstance(about, Contact):
        return lock_active(about)
    if isinstance(about, Recommendation):
        row = Recommendation.objects.select_for_update().get(pk=about.pk)
        if not row.email:
            raise NotPossible("This is over, and who it was is not kept: there is nobody to follow up.")
        return None
    contact: Contact | None = getattr(about, "contact", None)
    return lock_person(contact).contact if contact else None
