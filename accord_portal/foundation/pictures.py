"""Pictures that people send: typed by what is in them, and made anew, so that nothing else comes along."""

from io import BytesIO
from typing import NamedTuple

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from PIL import Image, ImageOps

from .acts import NotPossible

MEGABYTES = 8  # at most
PICTURES_TAKEN = f"JPEG, PNG or WebP, {MEGABYTES} MB or less. Where and when it was taken is not kept."
MAX_PIXELS = 50_000_000  # of a JPEG, which is read at a fraction of its size
MAX_PIXELS_READ_WHOLE = 25_000_000  # of the others
LARGE, SMALL = 1200, 320  # pixels, the longer side
NO_PICTURE = "Choose a JPEG, PNG or WebP picture. This file is none, or is broken."


class Remade(NamedTuple):
    """A picture as we made it, in two sizes, both JPEG: its pixels and nothing else."""

    large: bytes
    small: bytes
    width: int
    height: int


def remake(file: UploadedFile) -> Remade:
    """The picture in our own sizes. Raises NotPossible where it is too large, or none that we take."""
    size = file.size or 0
    if size > MEGABYTES * 1024 * 1024:
        raise NotPossible(
            f"Choose a picture of {MEGABYTES} MB or less. This one has {size / 1024 / 1024:.1f} MB."
        )
    seen = _seen(file.read())
    small = seen.copy()
    small.thumbnail((SMALL, SMALL))
    return Remade(_as_jpeg(seen), _as_jpeg(small), seen.width, seen.height)


def answer(request: HttpRequest, content: bytes, mark: str) -> HttpResponseBase:
    """The picture, which a browser asks after each time: once it is taken down it is gone."""
    headers = {
        "ETag": f'"{mark}"',
        "Cache-Control": "no-cache",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    whole = HttpResponse(bytes(content), content_type="image/jpeg", headers=headers)
    return get_conditional_response(request, etag=headers["ETag"], response=whole) or whole


def _seen(content: bytes) -> Image.Image:
    """What one sees of it, upright, on white where it lets through; nobody's place, camera or words."""
    try:
        with Image.open(BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as found:
            most = MAX_PIXELS if found.format == "JPEG" else MAX_PIXELS_READ_WHOLE
            if found.width * found.height > most:
                raise NotPossible(f"Choose a picture of {most // 1_000_000} million pixels or fewer.")
            found.draft("RGB", (LARGE, LARGE))
            upright = ImageOps.exif_transpose(found)
            upright.thumbnail((LARGE, LARGE))
            whole = upright.convert("RGBA")
    except NotPossible:
        raise
    except Exception as broken:  # whatever a decoder makes of a file that is none, or means harm
        raise NotPossible(NO_PICTURE) from broken
    seen = Image.new("RGB", whole.size, "white")
    seen.paste(whole, mask=whole.getchannel("A"))
    return seen


def _as_jpeg(image: Image.Image) -> bytes:
    written = BytesIO()
    image.save(written, "JPEG", quality=82, optimize=True, progressive=True)
    return written.getvalue()
