"""What the tests of this room share."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.digests.smtp_server import SmtpServer, serving


@pytest.fixture
def server(settings: Settings) -> Iterator[SmtpServer]:
    with serving() as running:
        settings.EMAIL_BACKEND = "accord_portal.foundation.smtp_backend.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", running.port, 0.3
        yield running
