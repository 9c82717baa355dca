"""Nothing of the staff pages answers without the second factor, whatever is asked for."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import Settings

from accord_portal.staff.middleware import OPEN_WITHOUT_FACTOR
from accord_portal.staff.models import User
from tests.factories import UserFactory
from tests.staff.second_factors import PAGE, set_up

pytestmark = pytest.mark.django_db


def addresses(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Every address there is, with something in the place of what differs."""
    for each in resolver.url_patterns:
        part = getattr(each.pattern, "_route", None)
        here = before + (part if part is not None else str(each.pattern).strip("^$"))
        if isinstance(each, URLPattern):
            yield "/" + "/".join("1" if "<" in piece or "(" in piece else piece for piece in here.split("/"))
        else:
            yield from addresses(each, here)


def staff_addresses() -> list[str]:
    found = [path for path in addresses(get_resolver()) if path.startswith("/staff/")]
    return [
        path
        for path in dict.fromkeys(found)
        if not path.removeprefix("/staff/").startswith(OPEN_WITHOUT_FACTOR)
    ]


@pytest.mark.parametrize("has_one", [True, False])
def test_without_it_every_address_leads_to_it(settings: Settings, client: Client, has_one: bool) -> None:
    settings.SECOND_FACTOR = True
    user = UserFactory(is_superuser=True)
    if has_one:
        set_up(user)
    client.force_login(user)
    paths = [*staff_addresses(), "/staff/none-such/", "/staff/", "/staff/static/", "/staff/../staff/"]
    answers = [(path, answer) for path in paths for answer in (client.get(path), client.post(path))]
    assert [
        (path, answer.status_code)
        for path, answer in answers
        if answer.status_code != 302 or not answer["Location"].startswith(PAGE)
    ] == []
    assert len(paths) > 150


@pytest.mark.parametrize(
    "path", [f"/staff/{page}" for page in ("login/", "password_reset/", "second-factor/")]
)
def test_what_it_takes_to_sign_in_stays_open(
    settings: Settings, client: Client, mere: User, path: str
) -> None:
    settings.SECOND_FACTOR = True
    client.force_login(mere)
    answer = client.get(path)
    assert answer.status_code == 200 or (path, answer["Location"]) == ("/staff/login/", "/staff/")
    assert client.post("/staff/logout/").status_code == 200


def test_who_is_not_signed_in_is_led_to_the_sign_in(settings: Settings, client: Client) -> None:
    settings.SECOND_FACTOR = True
    for path in ("/staff/", PAGE, "/staff/responses/contact/", f"{PAGE}codes.txt"):
        assert client.get(path)["Location"].startswith("/staff/login/?next=")
