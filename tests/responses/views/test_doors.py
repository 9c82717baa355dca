"""The doors without CSRF: the token in the address is enough, whatever else is sent."""

import io

import pytest
from django.test import Client, RequestFactory

from accord_portal.foundation import signed_links
from accord_portal.foundation.malformed import MAX_BYTES_READ, said
from responses.models import Recommendation
from responses.people import links
from tests.factories import RecommendationFactory, subscriber
from tests.html import read

pytestmark = pytest.mark.django_db
URLENCODED = "application/x-www-form-urlencoded"
PART = '--{0}\r\nContent-Disposition: form-data; name="{1}"\r\n\r\n{2}\r\n--{0}--\r\n'
TYPES = [
    URLENCODED,
    f"{URLENCODED}; charset=ISO-8859-1",
    f"{URLENCODED}; charset=utf-16",
    f'{URLENCODED}; charset="klingon"',
    f"{URLENCODED};charset=",
    "text/plain; charset=windows-1252",
    "text/plain",
    "application/json",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    f"multipart/form-data; boundary={'x' * 300}",
    'multipart/form-data; boundary="a b"; charset=utf-16',
    "rubbish",
    "",
    "\x00",
]


def bodies(name: str, value: str) -> dict[str, bytes]:
    """The same word as mail programs and others send it, and bodies that say nothing."""
    pair = f"{name}={value}"
    return {
        "urlencoded": pair.encode(),
        "among others": f"a=%FF&{pair}&b=".encode(),
        "utf-16": pair.encode("utf-16"),
        "UTF-8 with its mark": pair.encode("utf-8-sig"),
        "multipart": PART.format("x", name, value).encode(),
        "multipart, bare line ends": PART.format("x", name, value).replace("\r\n", "\n").encode(),
        "empty": b"",
        "json": b'{"a": 1}',
        "NUL": b"\x00\x00",
        "no text": bytes(range(256)),
        "many fields": b"a=1&" * 5_000,
        "too much": b"x" * 500_000,
    }


SAYS_SO = [
    "urlencoded",
    "among others",
    "utf-16",
    "UTF-8 with its mark",
    "multipart",
    "multipart, bare line ends",
]


@pytest.mark.parametrize("content_type", TYPES)
@pytest.mark.parametrize("body", bodies("", ""))
def test_one_click_needs_the_token_only(strict_client: Client, content_type: str, body: str) -> None:
    contact = subscriber()
    url = signed_links.address("unsubscribe", contact.pk, "keep_informed", 12)
    sent = bodies("List-Unsubscribe", "One-Click")[body]
    response = strict_client.generic("POST", url, sent, content_type)
    assert (response.status_code, read(response).one("h1").text) == (200, "You are unsubscribed")
    source = "one_click" if body in SAYS_SO else "unsubscribe_page"
    line = contact.consents.get(decision="withdrawn")
    assert (contact.involvements.current().count(), line.source) == (0, source)


@pytest.mark.parametrize("content_type", TYPES)
@pytest.mark.parametrize("body", SAYS_SO)
@pytest.mark.parametrize("answer", ["no_thanks", "never_again"])
def test_the_ways_out_of_an_invitation_need_no_certain_type(
    strict_client: Client, content_type: str, body: str, answer: str
) -> None:
    row = RecommendationFactory(state="invited")
    url = links.invitation_url(row)
    assert strict_client.generic("POST", url, bodies("answer", answer)[body], content_type).status_code == 200
    assert Recommendation.objects.get().state == answer


@pytest.mark.parametrize("length", ["0", "", "-1", "x"])
def test_what_is_said_of_the_length_does_not_matter(strict_client: Client, length: str) -> None:
    contact = subscriber()
    url = signed_links.address("unsubscribe", contact.pk, "keep_informed")
    response = strict_client.generic("POST", url, b"", URLENCODED, CONTENT_LENGTH=length)
    assert (response.status_code, contact.involvements.current().count()) == (200, 0)


class Endless(io.BytesIO):
    """A body that never ends, and remembers how much of it was asked for."""

    asked = 0

    def read(self, size: int | None = -1) -> bytes:
        assert size, "everything was asked for"
        self.asked += size
        return b"x" * size


class CutOff(io.BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        raise OSError("the client went away")


def test_no_more_of_a_body_is_read_than_can_be_of_use() -> None:
    body = Endless()
    request = RequestFactory().generic("POST", "/", b"", URLENCODED)
    request._stream = body  # type: ignore[attr-defined]
    assert (said(request, "answer"), body.asked) == ("", MAX_BYTES_READ)


def test_a_body_that_is_cut_off_says_nothing() -> None:
    request = RequestFactory().generic("POST", "/", b"", URLENCODED)
    request._stream = CutOff()  # type: ignore[attr-defined]
    assert said(request, "answer") == ""
