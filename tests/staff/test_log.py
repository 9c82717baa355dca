"""What staff looked at and did: who, what and when, and nothing personal."""

import pytest
import time_machine

from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine
from tests.clock import NOON
from tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_line_says_who_did_what_to_which_record_and_when() -> None:
    contact, mere = ContactFactory(name="Aroha Ngata"), UserFactory()
    with time_machine.travel(NOON, tick=False):
        log(LogLine.Act.VIEWED, contact, by=mere)
    assert LogLine.objects.values().get() == {
        "id": LogLine.objects.get().pk,
        "act": "viewed",
        "kind": "responses.contact",
        "key": contact.pk,
        "detail": "",
        "happened_at": NOON,
        "done_by_id": mere.pk,
        "source": "",
    }
    assert str(LogLine.objects.get()) == f"Viewed: responses.contact {contact.pk}"


def test_a_line_may_be_about_many_records() -> None:
    log(LogLine.Act.EXPORTED, "responses.contact", by=UserFactory(), detail="120 rows")
    line = LogLine.objects.get()
    assert (line.key, line.detail, str(line)) == (None, "120 rows", "Exported: responses.contact")
