"""What the tests of events share."""

import pytest
from pytest_django import Settings

from accord_portal.digests.models import Batch, Delivery, DigestIssue
from tests.digests.events.told import SECRET
from tests.factories import BatchFactory, DeliveryFactory, DigestIssueFactory, subscriber


@pytest.fixture(autouse=True)
def _secret(settings: Settings) -> None:
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}


@pytest.fixture
def sending(db: None) -> Batch:
    """A batch of an issue of which one message was accepted."""
    issue = DigestIssueFactory(approved=True, state=DigestIssue.State.SENDING, recipients=1, accepted=1)
    return BatchFactory(issue=issue)


@pytest.fixture
def delivery(sending: Batch) -> Delivery:
    """Accepted by the provider, of somebody who said Yes."""
    reader = subscriber(email="aroha@example.org")
    return DeliveryFactory(batch=sending, contact=reader, state="accepted")
