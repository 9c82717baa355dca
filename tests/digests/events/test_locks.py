"""What a provider said of somebody who is erased at this moment; on PostgreSQL, two at once."""

from collections.abc import Callable

import pytest
from django.test import Client

from accord_portal.digests.events import applying
from accord_portal.digests.models import Delivery, ProviderEvent
from accord_portal.foundation.models import OutgoingMail
from responses.privacy import erasing
from tests.at_once import while_not_over
from tests.clock import NOON
from tests.digests.events.told import post, said
from tests.factories import OutgoingMailFactory, UserFactory

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clock"),
]


def of_the_outbox(delivery: Delivery) -> OutgoingMail:
    return OutgoingMailFactory(to=delivery.address, recipient=delivery.contact_id, state="sent", sent_at=NOON)


@pytest.mark.parametrize("about", [lambda delivery: delivery, of_the_outbox])
@pytest.mark.parametrize("erased_first", [True, False])
def test_of_who_is_erased_at_this_moment_nothing_is_kept(
    client: Client,
    delivery: Delivery,
    about: Callable[[Delivery], Delivery | OutgoingMail],
    erased_first: bool,
) -> None:
    erasing.propose(contact=delivery.contact, why="They asked", by=UserFactory())
    post(client, said("delivered", about(delivery).uuid, "forwarded@example.net"))
    key, by = ProviderEvent.objects.get().pk, UserFactory()
    acts: list[Callable[[], object]] = [
        lambda: erasing.carry_out(erasure=delivery.contact.erasures.get(), by=by),
        lambda: applying.apply(key),
    ]
    came = while_not_over(*(acts if erased_first else reversed(acts)))
    row = ProviderEvent.objects.get()
    assert [one for one in came if isinstance(one, Exception)] == []
    assert (row.mailbox, row.payload, row.applied_at is None) == ("", {}, False)
