"""What providers say, in shapes of our own after theirs, and the way it takes."""

import base64
import datetime as dt
import json
from typing import Any

from django.test import Client

from accord_portal.digests.events import applying
from accord_portal.digests.models import Delivery, ProviderEvent
from tests.clock import NOON

SECRET = "portal:correct horse"
KINDS: dict[str, dict[str, Any]] = {
    "delivered": {
        "RecordType": "Delivery",
        "DeliveredAt": "2026-06-10T00:00:00Z",
        "Details": "250 2.0.0 taken",
    },
    "hard": {"RecordType": "Bounce", "Type": "HardBounce", "ID": 1, "Details": "550 5.1.1 no such user"},
    "soft": {"RecordType": "Bounce", "Type": "SoftBounce", "ID": 2, "Details": "452 4.2.2 mailbox full"},
    "blocked": {"RecordType": "Bounce", "Type": "HardBounce", "ID": 3, "Details": "550 5.7.1 refused"},
    "complained": {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "ID": 4},
    "unsubscribed": {"RecordType": "SubscriptionChange", "SuppressSending": True, "Origin": "Recipient"},
    "opened": {"RecordType": "Open"},
}


def said(kind: str, uuid: object, to: str, **more: Any) -> dict[str, Any]:
    """A notice in the shape of Postmark's, about our message with this uuid."""
    names = {"Email": to, "Recipient": to, "MessageID": "0f2c", "Metadata": {"uuid": str(uuid)}}
    if kind == "unsubscribed":
        names |= {"SuppressionReason": "ManualSuppression"}
    return {**KINDS[kind], **names, **more}


def post(client: Client, body: Any, secret: str = SECRET, provider: str = "postmark") -> int:
    """The status of the answer to this notice."""
    headers = {"Authorization": "Basic " + base64.b64encode(secret.encode()).decode()} if secret else {}
    text = body if isinstance(body, str) else json.dumps(body)
    address = f"/anymail/{provider}/tracking/"
    return client.post(address, text, content_type="application/json", headers=headers).status_code


def tell(client: Client, kind: str, delivery: Delivery, **more: Any) -> None:
    """The provider says this of the delivery, and the worker applies it."""
    assert post(client, said(kind, delivery.uuid, delivery.address, **more)) == 200
    applying.apply_waiting()


def event(provider: str, kind: str, received: Any, **payload: Any) -> ProviderEvent:
    """A row as `intake` writes it, not kept."""
    row = ProviderEvent(provider=provider, type=kind, payload={"as_received": received, **payload})
    row.received_at = NOON - dt.timedelta(minutes=1)
    return row
