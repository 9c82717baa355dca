"""What the tests of this room share."""

import pytest

from responses.models import Contact
from responses.people import links as people_links
from tests.factories import (
    ContactFactory,
    subscriber,
)
from tests.responses.views.own_pages import details


@pytest.fixture
def aroha(db: None) -> Contact:
    """Somebody of whom we know every detail."""
    return subscriber(**details(postal_address="1 Example Street\nWellington"))


@pytest.fixture
def link(db: None) -> str:
    """Where a contact with an address recommends others."""
    return people_links.recommend_url(ContactFactory(name="Aroha Ngata"))
