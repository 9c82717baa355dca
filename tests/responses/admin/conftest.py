"""What the tests of this room share."""

import pytest
from django.test import Client

from accord_portal.staff.models import User
from responses.contacts import duplicates
from responses.models import Contact, Duplicate
from tests.factories import received, subscriber
from tests.staff.pages import sign_in


@pytest.fixture
def ana(client: Client) -> User:
    """Somebody who may do everything, signed in."""
    return sign_in(client, is_superuser=True)


@pytest.fixture
def mere(db: None) -> Contact:
    """Somebody with every way to reach her, and one confirmed Yes."""
    return subscriber(
        name="Mere Tūtahi", email="mere@example.org", telephone="04 494 5718", postal_address="PO Box 805"
    )


@pytest.fixture
def pair(ana: User, mere: Contact) -> Duplicate:
    other = received("give_advice", name="Mere Tutahi", email="", telephone="04 494 5718").contact
    duplicates.seek_new()
    return Duplicate.objects.get(first=mere, second=other)
