"""Forms that were sent after their session had ended: kept for an hour, for their writer and nobody else.

What was typed comes back once its writer has signed in again (`giving_back.py`); nothing is done with it
before they press the button anew. Files are never kept, nor what belongs to signing in.
"""

import datetime as dt
import json
from typing import NamedTuple

from accord_portal.foundation import clock, sealing

from .models import KeptForm, User

KEEP_FORMS_FOR = dt.timedelta(hours=1)
MAX_FORM_CHARACTERS = 256 * 1024  # characters of one form
MAX_FORMS = 20  # of one account; the oldest give way
SEAL = "kept form"

Fields = dict[str, list[str]]


class Typed(NamedTuple):
    """What was posted: to which address, from which page, the fields, and whether there were files."""

    action: str
    page: str
    fields: Fields
    had_files: bool


def keep(user: User, typed: Typed) -> int:
    """Keeps it, and returns its key; 0 where it is too long to be kept."""
    said = json.dumps([typed.action, typed.page, typed.fields, typed.had_files])
    if len(said) > MAX_FORM_CHARACTERS:
        return 0
    kept = KeptForm.objects.create(user=user, sealed=sealing.seal(SEAL, user.pk, said))
    surplus = KeptForm.objects.filter(user=user).order_by("-pk").values_list("pk", flat=True)[MAX_FORMS:]
    KeptForm.objects.filter(pk__in=list(surplus)).delete()
    return kept.pk


def of(user: User, key: int) -> Typed | None:
    """The form with this key, if it is of this account and its hour is not over."""
    since = clock.now() - KEEP_FORMS_FOR
    kept = KeptForm.objects.filter(user=user, pk=key, kept_at__gt=since).first()
    if kept is None:
        return None
    try:
        owner, said = sealing.unseal(SEAL, kept.sealed)
    except sealing.Unreadable:  # its key was given up meanwhile
        return None
    return Typed(*json.loads(str(said))) if owner == user.pk else None


def done_with(user: User, key: int) -> None:
    """It was sent again: nothing of it is kept any more."""
    KeptForm.objects.filter(user=user, pk=key).delete()


def forget(now: dt.datetime) -> int:
    """Forgets those whose hour is over; how many there were."""
    return KeptForm.objects.filter(kept_at__lte=now - KEEP_FORMS_FOR).delete()[0]
