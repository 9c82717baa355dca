"""Acts of importing an existing list: uploaded, looked at row by row, and only then brought in.

What is true stands in the rows of `ContactImport`: how far a list has come is committed with every
thousand rows, so a worker that is killed loses nothing and doubles nothing.
"""

import datetime as dt

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accord_portal.foundation import clock
from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine, User
from responses.models import ContactImport, ImportPart

from .carrying_out import carry_out
from .checking import check
from .rows import UNSTORABLE

PIECE = 512 * 1024  # bytes a row
State = ContactImport.State


@transaction.atomic
def upload(*, file: UploadedFile, source: str, basis: str, basis_detail: str = "", by: User) -> ContactImport:
    """Keeps the file in pieces, for the worker to look at: it may be another machine."""
    name = UNSTORABLE.sub("", file.name or "") or "list"
    detail = basis_detail if basis == ContactImport.Basis.EXPRESS else ""
    contact_import = ContactImport.objects.create(
        file_name=name[-200:], source=source, basis=basis, basis_detail=detail, uploaded_by=by
    )
    for number, content in enumerate(file.chunks(PIECE)):
        ImportPart.objects.create(contact_import=contact_import, number=number, content=content)
    return contact_import


@transaction.atomic
def approve(*, contact_import: ContactImport, by: User) -> None:
    """Staff have seen what becomes of each row: the worker may bring the list in."""
    found = ContactImport.objects.filter(pk=contact_import.pk, state=State.CHECKED)
    if not found.update(state=State.CARRYING_OUT, approved_at=clock.now(), approved_by=by, worked_on_at=None):
        raise NotPossible("A list can be brought in once it is looked at, and only once.")


@transaction.atomic
def cancel(*, contact_import: ContactImport, by: User) -> None:
    """Nothing of the list is brought in, and what its rows say is forgotten."""
    if not _forget(contact_import):
        raise NotPossible("This list has been brought in, refused or cancelled already.")
    log(LogLine.Act.IMPORT_CANCELLED, contact_import, by=by)


def forget_stale(now: dt.datetime) -> None:
    """Cancels the lists that nobody brought in for 30 days."""
    for contact_import in ContactImport.objects.stale(now):
        with transaction.atomic():
            _forget(contact_import)


def _forget(contact_import: ContactImport) -> bool:
    found = ContactImport.objects.filter(pk=contact_import.pk, state__in=ContactImport.NOT_BEGUN)
    if not found.update(state=State.CANCELLED, finished_at=clock.now()):
        return False
    contact_import.parts.all().delete()
    contact_import.rows.update(values={}, mailbox="", likeness="")
    return True


def waiting(now: dt.datetime) -> list[int]:
    """The lists, by key, that no worker is at and that something must happen to."""
    return list(ContactImport.objects.waiting(now).values_list("pk", flat=True))


def go_on(contact_import_id: int) -> None:
    """Does what is next for a list, unless another worker is at it."""
    found = ContactImport.objects.waiting(clock.now()).filter(pk=contact_import_id)
    if found.update(worked_on_at=clock.now()):
        contact_import = ContactImport.objects.get(pk=contact_import_id)
        (carry_out if contact_import.state == State.CARRYING_OUT else check)(contact_import)
