"""Every page reached by a signed link: looking at it changes nothing, however often and by whomever."""

import pytest
from django.test import Client

from tests.links import kept, link_to, patterns

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", [name for name, _ in patterns()])
def test_looking_changes_nothing(name: str, client: Client, call: object) -> None:
    link = link_to(name)
    own_session = name == "password_reset_confirm"
    looks = [
        lambda: client.get(link, follow=own_session),
        lambda: client.head(link, follow=own_session),
        lambda: client.get(
            link, headers={"purpose": "prefetch", "sec-purpose": "prefetch;prerender"}, follow=own_session
        ),
        lambda: client.options(link, follow=own_session),
    ]
    before = kept(name)
    for look in looks:
        response = look()
        assert response.status_code in (200, 405)
        assert kept(name) == before
    assert client.get(link, follow=own_session).status_code == 200
