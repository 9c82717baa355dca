"""Staff read what a provider told us as it came; addresses are for those who may see them."""

import pytest
from django.test import Client

from accord_portal.digests.models import Delivery, ProviderEvent
from responses.models import Contact
from responses.people import suppressions
from tests.digests.events.told import tell
from tests.factories import DigestIssueFactory, UserFactory
from tests.html import read

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("role", "sees"), [("is_triage_officer", True), ("is_editor", False)])
def test_the_event_stands_as_it_came(client: Client, delivery: Delivery, role: str, sees: bool) -> None:
    tell(client, "hard", delivery)
    client.force_login(UserFactory(**{role: True}))
    listing = client.get("/staff/digests/providerevent/")
    event = client.get(f"/staff/digests/providerevent/{ProviderEvent.objects.get().pk}/change/")
    for page in (listing, event):
        assert page.status_code == 200
        assert ("aroha@example.org" in page.content.decode()) is sees
    assert "550 5.1.1 no such user" in event.content.decode()
    assert "Nothing is mailed to the address any more" in event.content.decode()


def test_an_issue_says_what_came_back_and_takes_a_reason_to_pause(client: Client) -> None:
    issue = DigestIssueFactory(
        approved=True, state="sending", accepted=9, delivered=6, bounced=2, bounced_hard=1
    )
    client.force_login(UserFactory(is_approver=True))
    address = f"/staff/digests/digestissue/{issue.pk}"
    refused = client.post(f"{address}/act/pause/", {"why": ""}).content.decode()
    assert "Say why" in refused
    shown = read(client.get(f"{address}/change/")).all("input", name="shown")
    said = client.post(
        f"{address}/act/pause/", {"why": "A wrong date", "shown": shown[0]["value"]}, follow=True
    )
    issue.refresh_from_db()
    assert issue.state == "paused"
    text = said.content.decode()
    assert "Paused: A wrong date" in text
    assert "2; 1 for good" in text
    assert "Go on sending" in text


def test_a_contact_says_that_the_address_takes_no_mail_and_staff_have_it_tried_again(
    client: Client, delivery: Delivery
) -> None:
    suppressions.takes_no_mail(mailbox="aroha@example.org")
    client.force_login(UserFactory(is_triage_officer=True))
    address = f"/staff/responses/contact/{delivery.contact_id}"
    page = client.get(f"{address}/change/")
    assert "Takes no mail:" in page.content.decode()
    shown = read(page).all("input", name="shown")
    client.post(f"{address}/act/restore_address/", {"why": "She rang", "shown": shown[0]["value"]})
    assert Contact.objects.get(pk=delivery.contact_id).email_confirmed_at is not None
    assert "Takes no mail:" not in client.get(f"{address}/change/").content.decode()
