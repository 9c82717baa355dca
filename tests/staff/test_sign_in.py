import pytest
from django.contrib.messages import get_messages
from django.shortcuts import resolve_url
from django.test import Client
from pytest_django import Settings

from accord_portal.staff.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PASSPHRASE = "stand together by the sea"


@pytest.fixture
def mere() -> User:
    return User.objects.create_superuser("mere@example.org", PASSPHRASE, name="Mere Staff")


def sign_in(client: Client, passphrase: str) -> int:
    sent = {"username": "Mere@example.org", "password": passphrase, "next": "/staff/"}
    return client.post("/staff/login/", sent).status_code


def test_staff_pages_lead_to_the_sign_in(client: Client) -> None:
    response = client.get("/staff/responses/contact/")
    assert response.status_code == 302
    assert response["Location"] == "/staff/login/?next=/staff/responses/contact/"


def test_staff_sign_in_with_a_passphrase(client: Client, mere: User) -> None:
    assert sign_in(client, "other") == 200
    assert sign_in(client, PASSPHRASE) == 302
    assert client.get("/staff/").status_code == 200


def test_whoever_is_not_staff_is_not_let_in(client: Client) -> None:
    client.force_login(UserFactory(is_staff=False))
    assert client.get("/staff/").status_code == 302


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(client: Client, mere: User) -> None:
    sign_in(client, PASSPHRASE)
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_staff_pages_run_no_script_but_our_own_file(client: Client, mere: User) -> None:
    client.force_login(mere)
    for path in ("/staff/", "/staff/responses/expressionofinterest/"):
        policy = client.get(path)["Content-Security-Policy"]
        assert ("script-src 'self';" in f"{policy};", "unsafe" in policy) == (True, False)
    assert "script-src" not in Client().get("/staff/login/")["Content-Security-Policy"]


def test_every_list_in_the_admin_opens(client: Client, mere: User) -> None:
    client.force_login(mere)
    tasks = client.get("/staff/").context["tasks"]
    urls = [*(task.url for task in tasks), *(listing.url for task in tasks for listing in task.listings)]
    assert {url: client.get(url).status_code for url in urls} == dict.fromkeys(urls, 200)
    assert len(urls) > 20


@pytest.mark.parametrize("key", ["none-such", "²", "0", "9" * 30, "1_1"])
@pytest.mark.parametrize(
    "record",
    [
        "responses/contact",
        "responses/expressionofinterest",
        "champions/champion",
        "digests/digestissue",
        "digests/update",
    ],
)
def test_a_record_that_is_not_there_is_no_fault_of_ours(
    client: Client, mere: User, record: str, key: str
) -> None:
    client.force_login(mere)
    client.raise_request_exception = False
    assert client.get(f"/staff/{record}/{key}/change/").status_code in (302, 404)


BAD_NEXT = [
    "https://elsewhere.example/",
    "//elsewhere.example/",
    "/\\elsewhere.example",
    "javascript:alert(1)",
    "http:///elsewhere.example",
    "\x00",
    "",
]


@pytest.mark.parametrize("wanted", BAD_NEXT)
def test_a_sign_in_that_is_to_lead_elsewhere_leads_to_the_first_page(
    client: Client, mere: User, wanted: str
) -> None:
    client.raise_request_exception = False
    sent = {"username": mere.email, "password": PASSPHRASE, "next": wanted}
    response = client.post("/staff/login/", sent)
    if "\x00" in wanted:
        assert response.status_code == 400
    else:
        assert (response.status_code, response["Location"]) == (302, "/staff/")


@pytest.mark.parametrize("wanted", BAD_NEXT[:-2])
def test_nor_does_anything_else_of_the_account_lead_elsewhere(
    client: Client, mere: User, wanted: str
) -> None:
    """Signing in twice, a new passphrase and signing out."""
    client.force_login(mere)
    again = client.get("/staff/login/", {"next": wanted})
    assert (again.status_code, again["Location"]) == (302, "/staff/")
    new = {"old_password": PASSPHRASE, "new_password1": "sea by the stand together", "next": wanted}
    changed = client.post(
        "/staff/password_change/", {**new, "new_password2": new["new_password1"]}, QUERY_STRING="next=//x"
    )
    assert (changed.status_code, changed["Location"]) == (302, "/staff/password_change/done/")
    out = client.post("/staff/logout/", {"next": wanted})
    assert (out.status_code, out.get("Location")) == (200, None)


def test_what_django_would_lead_to_by_itself_is_the_first_page(settings: Settings) -> None:
    assert resolve_url(settings.LOGIN_REDIRECT_URL) == "/staff/"


def test_what_the_admin_looks_for_runs_on_staff_pages(client: Client, mere: User) -> None:
    """Its checks are silenced, since StaffSessions holds it: see SILENCED_SYSTEM_CHECKS."""
    client.force_login(mere)
    request = client.get("/staff/").wsgi_request
    assert request.user == mere
    assert request.session.session_key == client.cookies["sessionid"].value
    assert list(get_messages(request)) == []
    assert hasattr(request, "_messages")
