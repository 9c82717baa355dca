"""What the room of digests shows on the pages about a contact."""

import datetime as dt

import pytest

from accord_portal.digests import contact_sections
from responses.contact_sections import SentList
from tests.factories import BatchFactory, ContactFactory, DeliveryFactory, DigestIssueFactory

pytestmark = pytest.mark.django_db


def test_the_digests_of_the_person_are_told_the_latest_first() -> None:
    contacts = [ContactFactory(), ContactFactory()]
    keys = [contact.pk for contact in contacts]
    noon = dt.datetime(2026, 11, 15, 23, 0, tzinfo=dt.UTC)
    issues = [DigestIssueFactory(approved=True, period=f"2026-11-0{day}") for day in (1, 2, 3)]
    batches = [BatchFactory(issue=issue) for issue in issues]
    DeliveryFactory(batch=batches[0], contact=contacts[0], state="accepted", settled_at=noon)
    DeliveryFactory(batch=batches[1], contact=contacts[1], state="pending")
    DeliveryFactory(batch=batches[2])
    lines = [f"{issues[1]}: Waiting", f"{issues[0]}: Accepted for delivery, 16 November 2026"]
    assert contact_sections.sent(keys, 20) == [SentList("Digests", lines)]
    assert contact_sections.sent(keys, 1) == [SentList("Digests", lines[:1])]


def test_who_was_sent_no_digest_is_told_so() -> None:
    assert contact_sections.sent([ContactFactory().pk], 20) == [SentList("Digests", [])]
