"""Documents of a partnership: taken in by what is in them, and only ever downloaded."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.documents import read_document
from accord_portal.staff.models import User
from champions.models import Partnership, PartnershipDocument
from champions.partnerships.course import locked

MANY_DOCUMENTS = 50  # of a partnership, at most


@transaction.atomic
def add(*, partnership: Partnership, by: User, title: str, file: UploadedFile) -> PartnershipDocument:
    """Keeps the file with the partnership; the public does not see it before it is shown.

    Raises NotPossible where it is too large, no document that we take, or one too many.
    """
    partnership = locked(partnership)
    if partnership.documents.count() >= MANY_DOCUMENTS:
        raise NotPossible(f"A partnership has at most {MANY_DOCUMENTS} documents.")
    found, content = read_document(file)
    return PartnershipDocument.objects.create(
        partnership=partnership, title=title, format=found, size=len(content), content=content, added_by=by
    )


@transaction.atomic
def show(*, partnership: Partnership, by: User, document: PartnershipDocument, show: bool) -> None:
    """Whether the public may download it, where the whole record is public."""
    partnership = locked(partnership)
    partnership.documents.filter(pk=document.pk).update(is_public=show)
