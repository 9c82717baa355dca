"""Views that a member of staff keeps under a name."""

from django.db import IntegrityError, transaction

from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import User

from .choice import View
from .models import SavedView

TAKEN = "You have a view of this name already."


def keep(*, name: str, view: View, by: User) -> SavedView:
    """Keeps the view. Raises NotPossible where they have one of this name."""
    row, is_new = SavedView.objects.get_or_create(owner=by, name=name, defaults={"view": view.code})
    if not is_new:
        raise NotPossible(TAKEN)
    return row


def rename(*, saved: SavedView, name: str, by: User) -> None:
    """Gives it another name. Raises NotPossible where they have one of that name."""
    try:
        with transaction.atomic():
            SavedView.objects.of(by).filter(pk=saved.pk).update(name=name)
    except IntegrityError:
        raise NotPossible(TAKEN) from None


def delete(*, saved: SavedView, by: User) -> None:
    """Forgets it; nothing of the desk changes."""
    SavedView.objects.of(by).filter(pk=saved.pk).delete()
