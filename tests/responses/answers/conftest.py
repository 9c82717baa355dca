"""What the tests of this room share."""

import pytest

from responses.models import ExpressionOfInterest
from tests.clock import NOON
from tests.factories import received


@pytest.fixture
def before(db: None) -> ExpressionOfInterest:
    return received("keep_informed", at=NOON, telephone="04 494 5718", comments="Kia kaha")
