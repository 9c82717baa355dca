"""Who has an item of the desk: each kind's own way of giving it to somebody.

Whoever gives it says who had it when they looked. Where somebody else has it by now, nothing is written:
so of two who claim one thing, one is told that the other was quicker.
"""

from typing import Any

from django.db import transaction

from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.staff.models import User
from responses.answers import enquiring, following_up, letters, referring, triage
from responses.models import ExpressionOfInterest, Letter, Undertaking
from responses.undertakings import moving

from .choice import BY_KIND, View
from .items import page
from .models import Claim
from .sources import Item

TRIES = 20  # items that others may be quicker at
DONE_WITH = "This is done with, or not owed any more."


@transaction.atomic
def assign(*, kind: str, key: int, seen: int | None, to: User, by: User) -> None:
    """Gives the item to a member of staff; `seen` is the key of whoever had it when the actor looked.

    Raises ChangedMeanwhile where it is done with or somebody else has it by now, NotPossible where one of
    the two may not do what it asks.
    """
    source = BY_KIND[kind]
    if not source.is_for(by):
        raise NotPossible("You may read this, and not change it.")
    if to not in source.workers(User.objects.working()):
        raise NotPossible(f"{to} may not do this.")
    GIVEN.get(kind, _by_claim)(kind, key, seen, to, by)


def claim(*, kind: str, key: int, by: User) -> None:
    """Takes an item that nobody has. Raises as `assign` does."""
    assign(kind=kind, key=key, seen=None, to=by, by=by)


def claim_next(*, view: View, by: User) -> Item:
    """Takes the first item of the view's kinds that nobody has. Raises NotPossible where there is none."""
    for item in page(by, View("nobodys", view.kinds), limit=TRIES):
        try:
            claim(kind=item.kind, key=item.key, by=by)
        except NotPossible:  # somebody was quicker, or it is not for this member of staff
            continue
        return item
    raise NotPossible("Nothing waits that nobody has.")


def _expect(kind: str, owner: User | None, seen: int | None) -> None:
    """Raises ChangedMeanwhile where somebody else has it than the actor saw.

    Whoever has left, or may not do this any more, may be seen to have it, or for nobody.
    """
    has_it = owner if owner in BY_KIND[kind].workers(User.objects.working()) else None
    if seen not in (owner.pk if owner else None, has_it.pk if has_it else None):
        raise ChangedMeanwhile(f"{owner} has this by now." if owner else "Nobody has this any more.")


def _owed(kind: str, key: int, seen: int | None) -> Undertaking:
    row = Undertaking.objects.select_for_update(no_key=True).filter(pk=key).first()
    if row is None or not row.is_open:
        raise ChangedMeanwhile(DONE_WITH)
    _expect(kind, row.owner, seen)
    return row


def _form(kind: str, key: int, seen: int | None, to: User, by: User) -> None:
    """The form with all that it is owed."""
    forms = ExpressionOfInterest.objects.select_for_update(no_key=True)
    form = forms.get(pk=Undertaking.objects.values_list("eoi", flat=True).get(pk=key))
    _owed(kind, key, seen)
    triage.assign(eoi=form, seen=form.version, by=by, to=to)


def _undertaking(kind: str, key: int, seen: int | None, to: User, by: User) -> None:
    moving.hand_over(undertaking=_owed(kind, key, seen), to=to, by=by)


def _letter(kind: str, key: int, seen: int | None, to: User, by: User) -> None:
    letter = Letter.objects.select_for_update().get(pk=key)
    if letter.state != Letter.State.AWAITING:
        raise ChangedMeanwhile(DONE_WITH)
    _expect(kind, letter.assigned_to, seen)
    letters.assign(letter=letter, seen=letter.lines.count(), by=by, to=to)


def _waiting(kind: str, key: int, seen: int | None) -> Any:
    """The row, locked. Raises ChangedMeanwhile where it waits no more, or is with another than was seen."""
    rows = BY_KIND[kind].rows()
    row = rows.model._default_manager.select_for_update(no_key=True).get(pk=key)
    if not rows.filter(pk=key).exists():
        raise ChangedMeanwhile(DONE_WITH)
    _expect(kind, row.owner, seen)
    return row


def _follow_up(kind: str, key: int, seen: int | None, to: User, by: User) -> None:
    following_up.give(follow_up=_waiting(kind, key, seen), to=to, by=by)


def _enquiry(kind: str, key: int, seen: int | None, to: User, by: User) -> None:
    enquiring.give(enquiry=_waiting(kind, key, seen), to=to, by=by)


def _referral(kind: str, key: int, seen: int | None, to: User, by: User) -> None:
    referring.give(referral=_waiting(kind, key, seen), to=to, by=by)


def _by_claim(kind: str, key: int, seen: int | None, to: User, by: User) -> None:
    if not BY_KIND[kind].rows().filter(pk=key).exists():
        raise ChangedMeanwhile(DONE_WITH)
    row, is_new = Claim.objects.select_for_update().get_or_create(
        kind=kind, key=key, defaults={"owner": to, "claimed_by": by}
    )
    _expect(kind, None if is_new else row.owner, seen)
    row.owner, row.claimed_by = to, by
    row.save(update_fields=["owner", "claimed_by"])


GIVEN = {
    "form": _form,
    "undertaking": _undertaking,
    "letter": _letter,
    "enquiry": _enquiry,
    "referral": _referral,
    "follow_up": _follow_up,
}
