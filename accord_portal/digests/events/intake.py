"""What a provider tells us, read by Anymail's own views and written down: one row an event.

Who opened a message or followed a link in it is read past: nobody asked to know.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any

from anymail.webhooks.amazon_ses import AmazonSESTrackingWebhookView
from anymail.webhooks.base import AnymailBaseWebhookView, AnymailCoreWebhookView
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailersend import MailerSendTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from anymail.webhooks.mailtrap import MailtrapTrackingWebhookView
from anymail.webhooks.postal import PostalTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from anymail.webhooks.resend import ResendTrackingWebhookView
from anymail.webhooks.sendgrid import SendGridTrackingWebhookView
from anymail.webhooks.sparkpost import SparkPostTrackingWebhookView
from anymail.webhooks.unisender_go import UnisenderGoTrackingWebhookView
from django.conf import settings
from django.http import HttpRequest

from accord_portal.digests.models import ProviderEvent
from accord_portal.foundation.addresses import mailbox
from accord_portal.foundation.malformed import UNSTORABLE


class AmazonReader(AmazonSESTrackingWebhookView):
    """Amazon's notices, read without its library: whoever sets the portal up confirms the subscription."""

    def __init__(self) -> None:
        self.auto_confirm_enabled = False
        AnymailBaseWebhookView.__init__(self)


READERS: dict[str, type[AnymailCoreWebhookView]] = {
    "amazon_ses": AmazonReader,
    "brevo": BrevoTrackingWebhookView,
    "mailersend": MailerSendTrackingWebhookView,
    "mailgun": MailgunTrackingWebhookView,
    "mailjet": MailjetTrackingWebhookView,
    "mailtrap": MailtrapTrackingWebhookView,
    "postal": PostalTrackingWebhookView,
    "postmark": PostmarkTrackingWebhookView,
    "resend": ResendTrackingWebhookView,
    "sendgrid": SendGridTrackingWebhookView,
    "sparkpost": SparkPostTrackingWebhookView,
    "unisender_go": UnisenderGoTrackingWebhookView,
}
KEPT = {
    "queued",
    "sent",
    "deferred",
    "delivered",
    "bounced",
    "rejected",
    "failed",
    "complained",
    "unsubscribed",
}
NUL_IN_JSON = re.compile(r"((?<!\\)(?:\\\\)*)\\u0000")  # and no backslash of a text before "u0000"
SAID = ["message_id", "event_id", "reject_reason", "description", "mta_response", "metadata"]


def keep(provider: str, events: Iterable[Any]) -> int:
    """Writes down Anymail's events in one INSERT; how many are of a kind that is kept.

    One that is known already changes nothing.
    """
    rows = [_row(provider, event) for event in events if event.event_type in KEPT]
    if rows:
        ProviderEvent.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def read(provider: str, request: HttpRequest) -> list[Any]:
    """The events in a request, whose secret and signature are right.

    Raises AnymailWebhookValidationFailure where they are not, and whatever Anymail makes of a body that it
    cannot read.
    """
    view = READERS[provider]()
    view.run_validators(request)
    if not hasattr(request, "_body"):  # read here: Django's bound for forms is lower than what comes at once
        request._body = request.read(settings.MAX_WEBHOOK_BYTES)
    return list(view.parse_events(request) or [])


def _row(provider: str, event: Any) -> ProviderEvent:
    received = event.esp_event.dict() if hasattr(event.esp_event, "dict") else event.esp_event
    payload = {name: getattr(event, name, None) for name in SAID} | {"as_received": received}
    return ProviderEvent(
        provider=provider,
        type=event.event_type,
        dedupe_key=_dedupe_key(provider, event),
        mailbox=_mailbox(event.recipient or ""),
        payload=_plain(payload),
        happened_at=event.timestamp,
    )


def _mailbox(recipient: str) -> str:
    """As we know it; "" where it is no address."""
    try:
        return mailbox(UNSTORABLE.sub("", recipient))[:320]
    except ValueError:
        return ""


def _plain(payload: dict[str, Any]) -> Any:
    """As the JSON that every database takes (RFC 8259, 6 and 8.2): what the receiving server said may hold
    anything."""
    written = json.dumps(payload, default=str, ensure_ascii=False)
    stored = UNSTORABLE.sub("", NUL_IN_JSON.sub(r"\1", written))
    return json.loads(stored, parse_constant=str)


def _dedupe_key(provider: str, event: Any) -> str:
    """The same for the same event: by the provider's own key for it, or else by what it says.

    One notice may tell of several recipients under one key, so the recipient counts in any case.
    """
    which = event.event_id or f"{event.message_id} {event.timestamp}"
    said = repr((provider, str(which), event.recipient, event.event_type))
    return hashlib.sha256(said.encode()).hexdigest()
