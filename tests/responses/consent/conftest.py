"""What the tests of this room share."""

import pytest

from responses.models import Contact
from tests.factories import merged
from tests.responses.consent.readers import reader, waits


@pytest.fixture
def pair(db: None) -> tuple[Contact, Contact]:
    """The kept contact, and the one merged into it."""
    other, kept = waits("give_advice", email="other@example.org"), reader(email="kept@example.org")
    merged(other, kept)
    return kept, other
