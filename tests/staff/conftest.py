"""What the tests of this room share."""

import pytest

from accord_portal.staff.models import User

PASSPHRASE, NEW = "stand together by the sea", "stand together on the hill"


@pytest.fixture
def mere() -> User:
    return User.objects.create_superuser("mere@example.org", PASSPHRASE, name="Mere Staff")
