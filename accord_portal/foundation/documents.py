"""Files that staff keep for others to read: typed by what is in them, and only ever downloaded."""

import zipfile
from io import BytesIO

from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from .acts import NotPossible
from .folding import folded_slug

MEGABYTE = 1024 * 1024
DOCUMENT_BYTES = 5 * MEGABYTE  # at most
DOCUMENTS_TAKEN = (
    f"PDF, Word (.docx) or OpenDocument (.odt), {DOCUMENT_BYTES // MEGABYTE} MB or less, without macros."
)
TOO_MANY_PARTS = 2000  # in a zip that is no document any more
OPEN_DOCUMENT_IS = b"application/vnd.oasis.opendocument.text"
MACROS = ("vbaproject.bin", "basic/", "scripts/")  # code in a document


class DocumentFormat(models.TextChoices):
    """What we take."""

    PDF = "pdf", "PDF"
    WORD = "docx", "Word"
    OPEN_DOCUMENT = "odt", "OpenDocument"


MEDIA_TYPES = {
    DocumentFormat.PDF: "application/pdf",
    DocumentFormat.WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    DocumentFormat.OPEN_DOCUMENT: "application/vnd.oasis.opendocument.text",
}


def format_of(content: bytes) -> DocumentFormat | None:
    """What the bytes are, whatever the file is called; None where they are nothing that we take.

    A document with code in it is none that we take.
    """
    if content.startswith(b"%PDF-"):
        return DocumentFormat.PDF
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
            lowered = [name.lower() for name in names]
            if len(names) > TOO_MANY_PARTS or any(part in name for part in MACROS for name in lowered):
                return None
            if "word/document.xml" in names and "[Content_Types].xml" in names:
                return DocumentFormat.WORD
            if names[:1] == ["mimetype"] and archive.getinfo("mimetype").file_size < 100:
                is_text = archive.read("mimetype").strip() == OPEN_DOCUMENT_IS
                return DocumentFormat.OPEN_DOCUMENT if is_text else None
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError):
        return None
    return None


def read_document(file: UploadedFile) -> tuple[DocumentFormat, bytes]:
    """What kind of document it is, and its bytes. Raises NotPossible if it is too large, or none we take."""
    size = file.size or 0
    if size > DOCUMENT_BYTES:
        raise NotPossible(
            f"Choose a file of {DOCUMENT_BYTES // MEGABYTE} MB or less."
            f" This one has {size / MEGABYTE:.1f} MB."
        )
    content = file.read()
    found = format_of(content)
    if found is None:
        raise NotPossible("Choose a PDF, Word (.docx) or OpenDocument (.odt) file without macros.")
    return found, content


def download(title: str, file_format: str, content: bytes) -> HttpResponse:
    """The file as a download under its title: nothing of it is opened here, nor guessed at by a browser."""
    name = f"{folded_slug(title, 'document')}.{file_format}"
    return HttpResponse(
        bytes(content),
        content_type=MEDIA_TYPES[DocumentFormat(file_format)],
        headers={
            "Content-Disposition": content_disposition_header(True, name) or "attachment",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        },
    )
