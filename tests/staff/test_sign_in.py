import pytest
from django.test import Client

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


def test_staff_pages_run_their_own_scripts_and_nothing_else(client: Client, mere: User) -> None:
    client.force_login(mere)
    for path in ("/staff/", "/staff/responses/expressionofinterest/"):
        policy = client.get(path)["Content-Security-Policy"]
        assert ("script-src 'self'" in policy, "unsafe" in policy) == (True, False)


def test_every_list_in_the_admin_opens(client: Client, mere: User) -> None:
    client.force_login(mere)
    apps = client.get("/staff/").context["app_list"]
    urls = [model["admin_url"] for app in apps for model in app["models"] if model["admin_url"]]
    assert {url: client.get(url).status_code for url in urls} == dict.fromkeys(urls, 200)
    assert len(urls) > 5


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
