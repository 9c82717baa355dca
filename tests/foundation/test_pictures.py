"""Pictures are typed by what is in them and made anew: nothing of where, when or by whom comes along."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accord_portal.foundation import pictures
from accord_portal.foundation.acts import NotPossible
from tests.pixels import as_file, drawn

MEGABYTE = 1024 * 1024
ORIENTATION, MAKE, GPS = 274, 271, 34853


def with_exif(size: tuple[int, int]) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE], exif[GPS] = 6, "A camera", {1: "S", 2: (41.0, 17.0, 0.0)}
    return drawn(size, exif=exif, comment=b"Aroha was here")


def refusal(content: bytes) -> str:
    with pytest.raises(NotPossible) as refused:
        pictures.remake(as_file(content))
    return str(refused.value)


def seen(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_kind_becomes_a_jpeg_in_two_sizes(kind: str) -> None:
    made = pictures.remake(as_file(drawn((2400, 1200), kind)))
    assert (made.width, made.height) == (1200, 600)
    found = [(seen(content).format, seen(content).size) for content in (made.large, made.small)]
    assert found == [("JPEG", (1200, 600)), ("JPEG", (320, 160))]


def test_nothing_is_left_of_camera_place_and_comment_and_it_stands_upright() -> None:
    sent = with_exif((400, 200))
    assert b"A camera" in sent
    made = pictures.remake(as_file(sent))
    assert (made.width, made.height) == (200, 400)
    for content in (made.large, made.small):
        assert dict(seen(content).getexif()) == {}
        assert [word in content for word in (b"Exif", b"A camera", b"Aroha")] == [False, False, False]


def test_what_lets_through_stands_on_white() -> None:
    clear = BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(clear, "PNG")
    assert seen(pictures.remake(as_file(clear.getvalue())).large).getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg onload='alert(1)'>", b"GIF89a", b"%PDF-1.7", drawn((99, 99))[:300], drawn(kind="GIF")],
)
def test_what_is_no_picture_of_ours_is_refused(content: bytes) -> None:
    assert refusal(content) == "Choose a JPEG, PNG or WebP picture. This file is none, or is broken."


def test_a_picture_that_unpacks_to_too_much_is_refused_before_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = drawn((6000, 5000), "PNG", mode="1")
    assert len(bomb) < MEGABYTE
    monkeypatch.setattr(Image.Image, "convert", lambda *_, **__: pytest.fail("it was unpacked"))
    assert refusal(bomb) == "Choose a picture of 25 million pixels or fewer."


def test_a_bomb_beyond_what_the_library_opens_is_refused() -> None:
    assert refusal(drawn((20_000, 10_000), "PNG", mode="1")) == pictures.NO_PICTURE


def test_a_file_that_is_too_large_is_named_with_its_size() -> None:
    file = SimpleUploadedFile("p.jpg", drawn().ljust(9 * MEGABYTE))
    with pytest.raises(NotPossible) as refused:
        pictures.remake(file)
    assert str(refused.value) == "Choose a picture of 8 MB or less. This one has 9.0 MB."
