"""What follows from an event: for the delivery, the issue, the address and the consent."""

import datetime as dt
import itertools
from typing import Any

import pytest
import time_machine
from django.test import Client

from accord_portal.digests.events import applying
from accord_portal.digests.models import Batch, Delivery, DigestIssue, ProviderEvent
from accord_portal.digests.sending import ledger
from accord_portal.foundation import mail, personal_data
from accord_portal.foundation.models import OutgoingMail
from responses.models import Activity, Consent, Contact, Involvement, Suppression, Undertaking
from tests.digests.events.told import post, said, tell
from tests.factories import (
    DeliveryFactory,
    InvolvementFactory,
    OutgoingMailFactory,
    UserFactory,
    answered,
    subscriber,
)

pytestmark = pytest.mark.django_db

COUNTERS = ["accepted", "delivered", "bounced", "bounced_hard", "complained", "failed", "skipped", "in_doubt"]


def counted(delivery: Delivery) -> dict[str, int]:
    issue = DigestIssue.objects.get(pk=delivery.issue_id)
    return {name: getattr(issue, name) for name in COUNTERS if getattr(issue, name)}


def state(delivery: Delivery) -> str:
    return Delivery.objects.get(pk=delivery.pk).state


def remembered(address: str) -> list[str]:
    return sorted(Suppression.objects.for_mailbox(address).values_list("scope", flat=True))


def may_have_news(contact: Contact) -> bool:
    return Involvement.objects.permitting("keep_informed").filter(contact=contact).exists()


def test_delivered_is_noted_with_the_delivery_and_counted(client: Client, delivery: Delivery) -> None:
    tell(client, "delivered", delivery)
    assert (state(delivery), counted(delivery)) == ("delivered", {"accepted": 1, "delivered": 1})
    assert may_have_news(delivery.contact)


def test_an_address_that_takes_no_mail_gets_none_any_more(client: Client, delivery: Delivery) -> None:
    tell(client, "hard", delivery)
    row = Delivery.objects.get(pk=delivery.pk)
    assert (row.state, row.reason) == ("bounced", "550 5.1.1 no such user")
    assert counted(delivery) == {"accepted": 1, "bounced": 1, "bounced_hard": 1}
    assert (remembered("aroha@example.org"), may_have_news(delivery.contact)) == (["bounced"], False)
    line = Activity.objects.get(contact=delivery.contact, kind=Activity.Kind.BOUNCED)
    assert line.text == "Nothing is mailed to it any more. 5.1.1"
    assert Involvement.objects.get(contact=delivery.contact).ended_at is None


@pytest.mark.parametrize("kind", ["soft", "blocked"])
def test_what_is_not_the_addresss_fault_is_not_held_against_it(
    client: Client, delivery: Delivery, kind: str
) -> None:
    tell(client, kind, delivery)
    assert (state(delivery), counted(delivery)) == ("bounced", {"accepted": 1, "bounced": 1})
    assert (remembered("aroha@example.org"), may_have_news(delivery.contact)) == ([], True)


def test_three_messages_in_a_row_of_months_that_bounce_for_now_are_enough(
    client: Client, delivery: Delivery, clock: time_machine.Traveller
) -> None:
    for number in (1, 2, 3):
        this = DeliveryFactory(contact=delivery.contact, state="accepted")
        for again in (1, 2):  # the same message bouncing twice counts once
            tell(client, "soft", this, ID=10 * number + again)
        assert remembered("aroha@example.org") == (["bounced"] if number == 3 else [])
        clock.shift(dt.timedelta(days=40))


def test_bounces_of_long_ago_do_not_count(
    client: Client, delivery: Delivery, clock: time_machine.Traveller
) -> None:
    for number in (1, 2, 3):
        tell(client, "soft", DeliveryFactory(contact=delivery.contact, state="accepted"), ID=number)
        clock.shift(dt.timedelta(days=61))
    assert remembered("aroha@example.org") == []


def test_a_complaint_ends_everything_with_its_evidence(client: Client, delivery: Delivery) -> None:
    contact = delivery.contact
    tell(client, "complained", delivery)
    assert (state(delivery), counted(delivery)) == ("complained", {"accepted": 1, "complained": 1})
    assert list(contact.involvements.current()) == []
    last = Consent.objects.filter(contact=contact).order_by("pk").last()
    assert last
    assert (last.decision, last.source) == ("withdrawn", "complaint")
    contact.refresh_from_db()
    assert (contact.never_again_at is None, remembered("aroha@example.org")) == (False, ["never_again"])


def test_a_complaint_from_before_the_yes_does_not_end_it(client: Client, delivery: Delivery) -> None:
    tell(client, "complained", delivery, BouncedAt="2011-08-01T00:00:00Z")
    assert (state(delivery), may_have_news(delivery.contact)) == ("complained", True)
    assert remembered("aroha@example.org") == []
    assert ProviderEvent.objects.get().outcome == "They said Yes again since: nothing was changed"


def test_a_complaint_ends_what_is_older_than_it_and_a_yes_that_nobody_confirmed(
    client: Client, delivery: Delivery
) -> None:
    contact = delivery.contact
    long_ago = dt.datetime(2010, 1, 1, tzinfo=dt.UTC)
    InvolvementFactory(contact=contact, purpose="give_advice", since_at=long_ago, confirmed_at=long_ago)
    InvolvementFactory(contact=contact, purpose="champion_accord", confirmed_at=None)
    tell(client, "complained", delivery, BouncedAt="2011-08-01T00:00:00Z")
    assert [i.purpose for i in contact.involvements.current()] == ["keep_informed"]
    assert remembered("aroha@example.org") == []
    outcome = "They said Yes again since: what is older is taken back"
    assert ProviderEvent.objects.get().outcome == outcome


def test_who_unsubscribes_at_the_provider_has_taken_that_yes_back(client: Client, delivery: Delivery) -> None:
    tell(client, "unsubscribed", delivery)
    last = Consent.objects.filter(contact=delivery.contact).order_by("pk").last()
    assert last
    assert (last.decision, last.source, last.purpose) == ("withdrawn", "provider", "keep_informed")
    assert (may_have_news(delivery.contact), remembered("aroha@example.org")) == (False, [])
    assert ProviderEvent.objects.get().outcome == "Taken back: Keep informed"


@pytest.mark.parametrize(
    ("late", "outcome"),
    [
        ({"ChangedAt": "2020-01-01T00:00:00Z"}, "They said Yes again since: nothing was changed"),
        ({"Email": "other@example.org"}, "Noted with the delivery"),
    ],
)
def test_an_unsubscribe_from_before_the_yes_or_of_another_mailbox_ends_nothing(
    client: Client, delivery: Delivery, late: dict[str, str], outcome: str
) -> None:
    tell(client, "unsubscribed", delivery, **late)
    assert may_have_news(delivery.contact)
    assert ProviderEvent.objects.get().outcome == outcome


@pytest.mark.parametrize("order", list(itertools.permutations(["delivered", "hard", "complained", "soft"])))
@pytest.mark.parametrize("before", ["accepted", "submitting"])
def test_in_any_order_and_before_our_own_record_the_result_is_one(
    client: Client, sending: Batch, order: tuple[str, ...], before: str
) -> None:
    this = DeliveryFactory(batch=sending, contact=subscriber(email="aroha@example.org"), state=before)
    if before == "submitting":
        DigestIssue.objects.filter(pk=sending.issue_id).update(accepted=0)
    for kind in order * 2:
        tell(client, kind, this)
    ledger.accept(this.issue, [this])  # the worker that handed it over writes down the answer last
    assert state(this) == "complained"
    assert counted(this) == {"accepted": 1, "complained": 1, "bounced_hard": 1}
    assert remembered("aroha@example.org") == ["bounced", "never_again"]
    assert Activity.objects.filter(contact=this.contact, kind=Activity.Kind.BOUNCED).count() == 1


@pytest.mark.parametrize("before", ["held", "failed", "skipped"])
def test_that_somebody_has_it_settles_a_doubt(client: Client, sending: Batch, before: str) -> None:
    this = DeliveryFactory(batch=sending, state=before)
    name = "in_doubt" if before == "held" else before
    DigestIssue.objects.filter(pk=sending.issue_id).update(**{"accepted": 0, name: 1})
    tell(client, "delivered", this)
    assert (state(this), counted(this)) == ("delivered", {"accepted": 1, "delivered": 1})


@pytest.mark.parametrize("uuid", ["", "nobody", "9d9f4a0e-0000-4000-8000-000000000000"])
def test_an_event_of_no_message_of_ours_changes_nothing(
    client: Client, delivery: Delivery, caplog: pytest.LogCaptureFixture, uuid: str
) -> None:
    assert post(client, said("complained", uuid, "aroha@example.org")) == 200
    applying.apply_waiting()
    assert (state(delivery), may_have_news(delivery.contact)) == ("accepted", True)
    assert ProviderEvent.objects.get().outcome == "About no message of ours: nothing was changed"
    assert "is about no message of ours" in caplog.text


def test_the_message_id_names_it_too(client: Client, delivery: Delivery) -> None:
    body = said("delivered", "", delivery.address, MessageID=f"<{delivery.uuid}@example.org>", Metadata={})
    assert post(client, body) == 200
    applying.apply_waiting()
    assert state(delivery) == "delivered"


def test_of_another_address_than_we_wrote_to_no_address_suffers(client: Client, delivery: Delivery) -> None:
    post(client, said("complained", delivery.uuid, "other@example.org"))
    applying.apply_waiting()
    assert (remembered("aroha@example.org"), remembered("other@example.org")) == ([], [])


def test_an_address_confirmed_since_is_not_stopped_by_an_old_bounce(
    client: Client, delivery: Delivery, clock: time_machine.Traveller
) -> None:
    Contact.objects.filter(pk=delivery.contact_id).update(email_confirmed_at=dt.datetime.now(dt.UTC))
    tell(client, "hard", delivery, BouncedAt="2011-08-01T00:00:00Z")
    assert (remembered("aroha@example.org"), may_have_news(delivery.contact)) == ([], True)


def test_of_an_erased_person_nothing_is_kept(client: Client, delivery: Delivery) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(address="")
    Contact.objects.filter(pk=delivery.contact_id).update(
        erased_at=dt.datetime.now(dt.UTC),
        name="",
        email="",
        mailbox=None,
        email_confirmed_at=None,
    )
    post(client, said("complained", delivery.uuid, "aroha@example.org"))
    applying.apply_waiting()
    row = ProviderEvent.objects.get()
    assert (row.mailbox, row.payload, state(delivery)) == ("", {}, "complained")


# --- of the outbox --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["hard", "delivered", "complained"])
@pytest.mark.parametrize("to", ["aroha@example.org", "forwarded@example.net"])
@pytest.mark.parametrize("erased_first", [True, False])
def test_of_a_message_to_who_was_erased_nothing_is_kept(
    client: Client, kind: str, to: str, erased_first: bool
) -> None:
    reader, now = subscriber(email="aroha@example.org"), dt.datetime.now(dt.UTC)
    message = OutgoingMailFactory(to="aroha@example.org", recipient=reader.pk, state="sent", sent_at=now)
    told = said(kind, message.uuid, to)
    if erased_first:
        personal_data.erase([reader.pk])
    post(client, told)
    personal_data.erase([reader.pk])
    applying.apply_waiting()
    message.refresh_from_db()
    row = ProviderEvent.objects.get()
    assert (row.mailbox, row.payload, row.applied_at is None) == ("", {}, False)
    assert "example" not in message.last_error


def test_what_was_applied_stands_in_the_copy_and_is_erased(client: Client, delivery: Delivery) -> None:
    reader = delivery.contact
    now = dt.datetime.now(dt.UTC)
    message = OutgoingMailFactory(to=reader.email, recipient=reader.pk, state="sent", sent_at=now)
    for uuid in (delivery.uuid, message.uuid):
        post(client, said("delivered", uuid, "forwarded@example.net", MessageID=str(uuid)))
    applying.apply_waiting()
    heading = "What the mail provider told us"
    told = personal_data.held([reader.pk])[heading]
    assert [row["Of the address"] for row in told] == ["forwarded@example.net"] * 2
    personal_data.erase([reader.pk])
    assert list(ProviderEvent.objects.values_list("mailbox", "payload")) == [("", {})] * 2


def test_messages_being_handed_over_keep_none_behind_them_waiting(client: Client, delivery: Delivery) -> None:
    for number in range(3):
        message = OutgoingMailFactory(to=f"reader{number}@example.org", state="sending")
        post(client, said("hard", message.uuid, message.to))
    post(client, said("delivered", delivery.uuid, delivery.address))
    assert applying.apply_waiting(limit=3) == 1
    assert (state(delivery), ProviderEvent.objects.waiting().count()) == ("delivered", 3)


@pytest.mark.parametrize("kind", ["hard", "soft", "blocked"])
def test_an_acknowledgement_that_bounced_is_owed_again(client: Client, kind: str) -> None:
    form = answered(by=UserFactory())
    mail.deliver_due()
    message = OutgoingMail.objects.get(message="reply")
    owed = Undertaking.objects.get(eoi=form, kind="acknowledge")
    assert owed.kept_at is not None
    post(client, said(kind, message.uuid, message.to))
    applying.apply_waiting()
    owed.refresh_from_db()
    message.refresh_from_db()
    assert (owed.kept_at, message.state) == (None, "failed")
    assert message.last_error.startswith("It came back to us. ")


def test_what_is_being_handed_over_waits_for_our_own_record(client: Client) -> None:
    message = OutgoingMailFactory(to="aroha@example.org", state="sending")
    post(client, said("hard", message.uuid, message.to))
    assert (applying.apply_waiting(), ProviderEvent.objects.waiting().count()) == (0, 1)
    OutgoingMail.objects.filter(pk=message.pk).update(state="sent", sent_at=dt.datetime.now(dt.UTC))
    assert (applying.apply_waiting(), ProviderEvent.objects.waiting().count()) == (1, 0)
    message.refresh_from_db()
    assert message.state == "failed"


def test_a_message_in_doubt_that_was_delivered_counts_as_sent(client: Client) -> None:
    message = OutgoingMailFactory(to="aroha@example.org", state="in_doubt", doubts=2)
    post(client, said("delivered", message.uuid, message.to))
    applying.apply_waiting()
    message.refresh_from_db()
    assert message.state == "sent"


def test_each_message_carries_its_uuid_for_the_provider() -> None:
    answered(by=UserFactory())
    owed = OutgoingMail.objects.get(message="reply")
    made: Any = mail._made(owed)
    assert made.metadata == {"uuid": str(owed.uuid)}


def test_what_was_received_long_ago_is_forgotten(
    client: Client, delivery: Delivery, clock: time_machine.Traveller
) -> None:
    tell(client, "hard", delivery)
    clock.shift(dt.timedelta(days=181))
    applying.forget(dt.datetime.now(dt.UTC))
    assert (ProviderEvent.objects.count(), state(delivery)) == (0, "bounced")
