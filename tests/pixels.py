"""Pictures to test with."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def drawn(size: tuple[int, int] = (2, 1), kind: str = "JPEG", mode: str = "RGB", **about: Any) -> bytes:
    """A picture of this size, all of one colour."""
    written = BytesIO()
    Image.new(mode, size, "teal").save(written, kind, **about)
    return written.getvalue()


def as_file(content: bytes, name: str = "picture.jpg") -> SimpleUploadedFile:
    """The picture as a form sends it."""
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


A_PICTURE = drawn()
