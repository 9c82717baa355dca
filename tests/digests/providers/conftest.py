"""Each test of this room runs against every provider's API."""

from collections.abc import Iterator

import pytest
import time_machine
from pytest_django import Settings

from accord_portal.digests.models import DigestIssue
from accord_portal.digests.sending import provider_calls
from accord_portal.foundation import configured
from tests.digests.providers.api import Api, serving
from tests.digests.providers.shapes import SHAPES, Shape, take
from tests.factories import DigestIssueFactory


@pytest.fixture(params=list(SHAPES))
def provider(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def shape(provider: str) -> Shape:
    return SHAPES[provider]


@pytest.fixture
def api(provider: str, shape: Shape, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setattr(provider_calls, "WAITS", (0.0, 0.0))
    with serving(take(shape)) as running:
        settings.EMAIL_BACKEND = configured.provider_backend(provider)
        settings.EMAIL_TIMEOUT = 0.2
        settings.ANYMAIL = {**shape.settings, shape.api_url: running.url}
        yield running


@pytest.fixture
def issue(db: None, clock: time_machine.Traveller) -> DigestIssue:
    return DigestIssueFactory(approved=True)
