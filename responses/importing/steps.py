"""Acts of importing an existing list: uploaded, looked at row by row, and only then brought in.

What is true stands in the rows of `ContactImport`: how far a list has come is committed with every
thousand rows, so a worker that is killed loses nothing and doubles nothing.
"""

import datetime as dt
from collections.abc import Callable, Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accord_portal.foundation import chores, clock
from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine, User
from accord_portal.staff.two_people import why_another
from responses.importing import columns
from responses.importing.carrying_out import carry_out
from responses.importing.checking import check
from responses.importing.overview import look_over
from responses.importing.rows import UNSTORABLE
from responses.models import ContactImport, ImportPart, ImportRow
from responses.models.contact_import import IMPORTS_KEPT_FOR

PART_BYTES = 512 * 1024  # bytes a row
State = ContactImport.State
NEXT: dict[str, Callable[[ContactImport], None]] = {
    State.UPLOADED: look_over,
    State.CHECKING: check,
    State.CARRYING_OUT: carry_out,
}


@transaction.atomic
def upload(*, file: UploadedFile, source: str, basis: str, basis_detail: str = "", by: User) -> ContactImport:
    """Keeps the file in pieces, for the worker to look at: it may be another machine."""
    name = UNSTORABLE.sub("", file.name or "") or "list"
    detail = basis_detail if basis == ContactImport.Basis.EXPRESS else ""
    contact_import = ContactImport.objects.create(
        file_name=name[-200:], source=source, basis=basis, basis_detail=detail, uploaded_by=by
    )
    for number, content in enumerate(file.chunks(PART_BYTES)):
        ImportPart.objects.create(contact_import=contact_import, number=number, content=content)
    return contact_import


@transaction.atomic
def match(
    *, contact_import: ContactImport, holds: Sequence[str], by: User, takes_hidden: bool = False
) -> None:
    """Staff say what each column holds ("" for nothing): the worker may look at the rows.

    Raises NotPossible where nobody could be told by what they hold.
    """
    now = ContactImport.objects.select_for_update().get(pk=contact_import.pk)
    if now.state != State.MATCHING:
        raise NotPossible("The columns of this list can be matched once, before the rows are looked at.")
    headings = [column["heading"] for column in now.columns]
    wrong = columns.problems(headings, holds, needs_a_basis=now.basis == ContactImport.Basis.BY_ROW)
    if wrong:
        raise NotPossible(" ".join(wrong.values()))
    for column, held in zip(now.columns, holds, strict=True):
        column["holds"] = held
        column["samples"] = []
    now.state, now.takes_hidden, now.worked_on_at = State.CHECKING, takes_hidden, None
    now.matched_at, now.matched_by = clock.now(), by
    now.save()


@transaction.atomic
def approve(*, contact_import: ContactImport, by: User) -> None:
    """Staff have seen what becomes of each row: the worker may bring the list in.

    Raises NotPossible where it is not looked at, or where `by` prepared it.
    """
    now = ContactImport.objects.select_for_update().get(pk=contact_import.pk)
    if now.state != State.CHECKED:
        raise NotPossible("A list can be brought in once it is looked at, and only once.")
    if why := why_another_brings_it_in(now, by=by):
        raise NotPossible(why)
    now.state, now.worked_on_at = State.CARRYING_OUT, None
    now.approved_at, now.approved_by = clock.now(), by
    now.save(update_fields=["state", "worked_on_at", "approved_at", "approved_by"])


def why_another_brings_it_in(contact_import: ContactImport, *, by: User) -> str:
    """Why somebody else must bring the list in, in words; "" where `by` may."""
    prepared_by = [contact_import.uploaded_by, contact_import.matched_by]
    return why_another(prepared_by, by=by, did="prepared", must="bring it in")


@transaction.atomic
def cancel(*, contact_import: ContactImport, by: User) -> None:
    """Nothing of the list is brought in, and what its rows say is forgotten."""
    if not _forget(contact_import):
        raise NotPossible("This list has already been brought in, refused or cancelled.")
    log(LogLine.Act.IMPORT_CANCELLED, contact_import, by=by)


def forget_stale(now: dt.datetime) -> None:
    """Cancels the lists that nobody brought in for 30 days, and forgets failed rows that nobody mended."""
    stale = ContactImport.objects.stale(now)
    chores.for_each(
        "Forgetting lists that nobody brought in",
        ContactImport,
        stale.values_list("pk", flat=True),
        lambda key: _forget(ContactImport.objects.get(pk=key)),
    )
    old = ContactImport.objects.filter(finished_at__lt=now - IMPORTS_KEPT_FOR)
    ImportRow.objects.filter(contact_import__in=old).exclude(cells=[], values={}).update(cells=[], values={})


def _forget(contact_import: ContactImport) -> bool:
    found = ContactImport.objects.filter(pk=contact_import.pk, state__in=ContactImport.NOT_BEGUN)
    if not found.update(state=State.CANCELLED, finished_at=clock.now()):
        return False
    contact_import.parts.all().delete()
    contact_import.rows.update(values={}, cells=[], mailbox="", likeness="")
    for column in contact_import.columns:
        column["samples"] = []
    contact_import.save(update_fields=["columns"])
    return True


def waiting(now: dt.datetime) -> list[int]:
    """The lists, by key, that no worker is at and that something must happen to."""
    return list(ContactImport.objects.waiting(now).values_list("pk", flat=True))


def go_on(contact_import_id: int) -> None:
    """Does what is next for a list, unless another worker is at it."""
    found = ContactImport.objects.waiting(clock.now()).filter(pk=contact_import_id)
    if found.update(worked_on_at=clock.now()):
        contact_import = ContactImport.objects.get(pk=contact_import_id)
        NEXT[contact_import.state](contact_import)
