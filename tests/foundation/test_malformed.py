"""Malformed input answers 4xx with a page of ours, never 5xx."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.test.client import FakePayload
from django.urls import resolve
from pytest_django import Settings

from accord_portal.foundation.malformed import MAX_BODY_BYTES
from responses.models import Call, ExpressionOfInterest
from tests.factories import UserFactory, form_data

pytestmark = pytest.mark.django_db
URLENCODED = "application/x-www-form-urlencoded"


def post(client: Client, body: bytes, content_type: str = URLENCODED) -> HttpResponse:
    client.raise_request_exception = False
    return client.generic("POST", "/express-interest/", body, content_type)


def title(response: HttpResponse) -> str:
    return response.content.decode().partition("<h1>")[2].partition("</h1>")[0]


MULTIPART = b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n%s\r\n--x--\r\n'


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(b"name=A", f"{URLENCODED}; charset=utf-16", id="utf-16"),
        pytest.param(b"name=A", f'{URLENCODED}; charset="utf-7"', id="utf-7"),
        pytest.param(b"name=A", f"{URLENCODED}; Charset = latin-1", id="latin-1"),
        pytest.param(b"name=A", f"{URLENCODED}; charset=klingon", id="no charset at all"),
        pytest.param(b"name=A%00B", URLENCODED, id="NUL in a value"),
        pytest.param(b"na%00me=A", URLENCODED, id="NUL in a name"),
        pytest.param(b"name=A\x00B", URLENCODED, id="NUL as a byte"),
        pytest.param(MULTIPART % b"A\x00B", "multipart/form-data; boundary=x", id="NUL in multipart"),
        pytest.param(b"rubbish", "multipart/form-data; boundary=", id="multipart without a boundary"),
        pytest.param(b"&".join(b"f%d=1" % n for n in range(5000)), URLENCODED, id="5,000 fields"),
    ],
)
def test_a_post_no_browser_sends_is_refused(
    client: Client, call: Call, body: bytes, content_type: str
) -> None:
    response = post(client, body, content_type)
    assert (response.status_code, title(response)) == (400, "We could not read that request")


def test_too_many_files_are_refused(client: Client, call: Call) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nA\r\n'
    response = post(client, part * 200 + b"--x--\r\n", "multipart/form-data; boundary=x")
    assert (response.status_code, title(response)) == (400, "We could not read that request")


def test_a_field_of_ten_megabytes_is_too_much(client: Client, call: Call) -> None:
    response = post(client, b"name=" + b"A" * 10_000_000)
    assert (response.status_code, title(response)) == (413, "That was too much to send")


UPLOAD = "/staff/responses/contactimport/add/"
MULTIPART_TYPE = "multipart/form-data; boundary=x"


class Unread(FakePayload):
    """A body that says when it is read."""

    def read(self, size: int | None = None) -> bytes:
        raise AssertionError("the body was read")


def sent_to(client: Client, address: str, size: int, content_type: str, method: str = "POST") -> HttpResponse:
    """What comes of a body of so many bytes, as its header says, none of which may be read."""
    client.raise_request_exception = False
    about = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(size), "wsgi.input": Unread()}
    return client.generic(method, address, **about)


@pytest.mark.parametrize("content_type", [URLENCODED, MULTIPART_TYPE, "text/plain", "application/json"])
@pytest.mark.parametrize("size", [MAX_BODY_BYTES + 1, 60_000_000, 10**19, int("9" * 40)])
@pytest.mark.parametrize("address", ["/", "/none-such/", "/express-interest/", "/staff/login/", UPLOAD])
def test_a_large_body_is_refused_unread_whatever_the_address(
    client: Client, address: str, size: int, content_type: str
) -> None:
    response = sent_to(client, address, size, content_type)
    assert (response.status_code, title(response)) == (413, "That was too much to send")


def test_a_large_body_is_refused_whatever_the_method(client: Client) -> None:
    assert sent_to(client, "/about/", MAX_BODY_BYTES + 1, URLENCODED, method="GET").status_code == 413


def test_a_body_without_a_length_is_not_read(client: Client, call: Call) -> None:
    about = {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_TYPE": URLENCODED, "CONTENT_LENGTH": ""}
    response = client.generic("POST", "/express-interest/", **about, **{"wsgi.input": Unread()})
    assert (response.status_code, title(response)) == (200, "Express your interest")


def test_a_page_that_takes_files_reads_them_from_staff_only(client: Client) -> None:
    list_ = SimpleUploadedFile("list.csv", b"name\n" + b"A\n" * MAX_BODY_BYTES)
    assert client.post(UPLOAD, {"file": list_}).status_code == 413
    for who, status in ({"is_staff": False}, 413), ({"is_active": False}, 413), ({"is_superuser": True}, 200):
        list_.seek(0)
        client.force_login(UserFactory(**who))
        response = client.post(UPLOAD, {"file": list_})
        assert (response.status_code, who) == (status, who)
    assert "Say where the list comes from" in response.content.decode()


def test_even_staff_cannot_send_more_than_a_page_reads(client: Client) -> None:
    client.force_login(UserFactory(is_superuser=True))
    assert sent_to(client, UPLOAD, 64 * 1024 * 1024 + 1, MULTIPART_TYPE).status_code == 413
    assert sent_to(client, "/staff/", MAX_BODY_BYTES + 1, MULTIPART_TYPE).status_code == 413


@pytest.mark.parametrize("cookie", ["", "none-such", "é", "a" * 5000, "\x01"])
def test_a_cookie_that_is_no_session_lets_nothing_through(client: Client, cookie: str) -> None:
    client.cookies.clear()
    client.defaults["HTTP_COOKIE"] = f"sessionid={cookie}"
    assert sent_to(client, UPLOAD, MAX_BODY_BYTES + 1, MULTIPART_TYPE).status_code == 413


def test_every_page_that_takes_files_is_one_of_ours(settings: Settings) -> None:
    patterns = [
        path.replace(r"\d+", "1").replace("(accordtext|reference)", "reference") for path in settings.UPLOADS
    ]
    pages = [resolve(path.replace("(add|1/change)", "add")) for path in patterns]
    assert [(page.url_name, page.kwargs) for page in pages] == [
        ("responses_contactimport_add", {}),
        ("champions_partnership_act", {"pk": 1, "act": "document"}),
        ("champions_reference_add", {}),
    ]


@pytest.mark.parametrize("body", [b"name=%ED%A0%80", b"name=\xed\xa0\x80", b"name=%FF%FE", b"name=%", b"="])
def test_broken_utf_8_is_an_answer_like_any_other(client: Client, call: Call, body: bytes) -> None:
    response = post(client, body)
    assert (response.status_code, title(response)) == (200, "Express your interest")


def test_half_a_surrogate_pair_never_reaches_the_database(client: Client, call: Call) -> None:
    data = "&".join(f"{key}={value}" for key, value in form_data(name="A%ED%A0%BDB").items())
    assert post(client, data.encode()).status_code == 303
    assert ExpressionOfInterest.objects.get().name == "A\ufffd\ufffd\ufffdB"


@pytest.mark.parametrize(
    "address",
    [
        "/champions/?q=%00",
        "/champions/?%00=q",
        "/champions/a%00b/",
        "/confirm/%00/",
        "/updates/?after=%00",
    ],
)
def test_nul_in_an_address_is_refused(client: Client, address: str) -> None:
    response = client.get(address)
    assert (response.status_code, title(response)) == (400, "We could not read that request")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/champions/?q=%ED%A0%80", 200),
        ("/champions/%ED%A0%80/", 404),
        ("/confirm/%FF/", 404),
        ("/champions/?q=" + "a" * 5000, 200),
        ("/champions/?kind=none-such&q=%", 200),
        ("/initiatives/?principle=none-such", 200),
        ("/express-interest/received/?receipt=%FF:::", 200),
        ("//champions//", 404),
        ("/champions/?" + "&".join(f"f{n}=1" for n in range(5000)), 400),
    ],
)
def test_an_odd_address_has_an_ordinary_answer(client: Client, address: str, status: int) -> None:
    client.raise_request_exception = False
    assert client.get(address).status_code == status


def test_an_unknown_host_is_refused(client: Client) -> None:
    response = client.get("/", headers={"Host": "elsewhere.example"})
    assert (response.status_code, title(response)) == (400, "We could not read that request")


@pytest.mark.parametrize("host", ["", "testserver:http", "a b", "[", "testserver\x00"])
def test_a_host_that_is_none_is_refused(client: Client, host: str) -> None:
    client.raise_request_exception = False
    assert client.get("/", HTTP_HOST=host).status_code == 400


@pytest.mark.parametrize("method", ["TRACE", "PUT", "PATCH", "DELETE", "CONNECT", "PROPFIND"])
def test_only_reading_and_posting_are_known(client: Client, method: str) -> None:
    response = client.generic(method, "/")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, POST, OPTIONS")


@pytest.mark.parametrize("address", ["/", "/about/", "/champions/", "/updates/", "/health/"])
def test_a_page_that_only_shows_takes_no_post(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405


@pytest.mark.parametrize(
    ("cookie", "status"), [('"\\000abcdefgh"', 400), ("\x01\x02", 200), ("a" * 5000, 200), ("é", 200)]
)
def test_a_broken_session_cookie_is_no_session(client: Client, cookie: str, status: int) -> None:
    client.raise_request_exception = False
    response = client.get("/staff/login/", HTTP_COOKIE=f"sessionid={cookie}; csrftoken={cookie}")
    assert response.status_code == status
