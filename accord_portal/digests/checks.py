"""What must be set before a mail provider is used."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def webhooks_have_a_secret(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """A provider without a secret for its webhooks: nobody would learn what bounced."""
    if not settings.MAIL_PROVIDER or settings.ANYMAIL.get("WEBHOOK_SECRET"):
        return []
    return [
        Error(
            "A mail provider is set (ANYMAIL_BACKEND), and its webhooks have no secret.",
            hint="Set ANYMAIL_WEBHOOK_SECRET to a user:password of your own, and give it to the provider.",
            id="digests.E001",
        )
    ]
