"""Documents of a partnership: taken in by what is in them, and only ever downloaded."""

import zipfile
from io import BytesIO

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.folding import folded_slug
from accord_portal.staff.models import User
from champions.models import Partnership, PartnershipDocument

from .course import locked

Format = PartnershipDocument.Format
DOCUMENT_BYTES = 5 * 1024 * 1024  # at most
MANY_DOCUMENTS = 50  # of a partnership, at most
TOO_MANY_PARTS = 2000  # in a zip that is no document any more
OPEN_DOCUMENT_IS = b"application/vnd.oasis.opendocument.text"
MACROS = ("vbaproject.bin", "basic/", "scripts/")  # code in a document


def format_of(content: bytes) -> PartnershipDocument.Format | None:
    """What the bytes are, whatever the file is called; None where they are nothing that we take.

    A document with code in it is none that we take.
    """
    if content.startswith(b"%PDF-"):
        return Format.PDF
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
            lowered = [name.lower() for name in names]
            if len(names) > TOO_MANY_PARTS or any(part in name for part in MACROS for name in lowered):
                return None
            if "word/document.xml" in names and "[Content_Types].xml" in names:
                return Format.WORD
            if names[:1] == ["mimetype"] and archive.getinfo("mimetype").file_size < 100:
                is_text = archive.read("mimetype").strip() == OPEN_DOCUMENT_IS
                return Format.OPEN_DOCUMENT if is_text else None
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError):
        return None
    return None


@transaction.atomic
def add(*, partnership: Partnership, by: User, title: str, file: UploadedFile) -> PartnershipDocument:
    """Keeps the file with the partnership; the public does not see it before it is shown.

    Raises NotPossible where it is too large, no document that we take, or one too many.
    """
    partnership = locked(partnership)
    if (file.size or 0) > DOCUMENT_BYTES:
        raise NotPossible(f"Choose a file of {DOCUMENT_BYTES // 1024 // 1024} MB or less.")
    if partnership.documents.count() >= MANY_DOCUMENTS:
        raise NotPossible(f"A partnership has at most {MANY_DOCUMENTS} documents.")
    content = file.read()
    found = format_of(content)
    if found is None:
        raise NotPossible("Choose a PDF, Word (.docx) or OpenDocument (.odt) file without macros.")
    return PartnershipDocument.objects.create(
        partnership=partnership, title=title, format=found, size=len(content), content=content, added_by=by
    )


@transaction.atomic
def show(*, partnership: Partnership, by: User, document: PartnershipDocument, show: bool) -> None:
    """Whether the public may download it, where the whole record is public."""
    partnership = locked(partnership)
    partnership.documents.filter(pk=document.pk).update(is_public=show)


def download(document: PartnershipDocument) -> HttpResponse:
    """The file as a download under its title: nothing of it is opened here, nor guessed at by a browser."""
    name = f"{folded_slug(document.title, 'document')}.{document.format}"
    return HttpResponse(
        bytes(document.content),
        content_type=document.media_type,
        headers={
            "Content-Disposition": content_disposition_header(True, name) or "attachment",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        },
    )
