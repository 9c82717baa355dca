"""What the tests of this room share."""

from collections.abc import Iterator

import pytest
import time_machine
from pytest_django import Settings

from accord_portal.digests.models import DigestIssue
from tests.clock import NOON
from tests.digests.desk import Desk
from tests.digests.servers import Server
from tests.factories import DigestIssueFactory


@pytest.fixture
def server(settings: Settings) -> Iterator[type[Server]]:
    settings.EMAIL_BACKEND = "tests.digests.servers.Server"
    Server.forget()
    yield Server
    Server.forget()


@pytest.fixture
def issue(db: None) -> DigestIssue:
    return DigestIssueFactory(approved=True)


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield Desk(traveller)
