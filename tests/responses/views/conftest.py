"""What the tests of this room share."""

import pytest

from responses.models import Contact
from tests.factories import subscriber
from tests.responses.views.own_pages import details


@pytest.fixture
def aroha(db: None) -> Contact:
    """Somebody of whom we know every detail."""
    return subscriber(**details(postal_address="1 Example Street\nWellington"))
