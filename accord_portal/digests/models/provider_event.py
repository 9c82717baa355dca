import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q

from accord_portal.foundation import clock

from .delivery import Delivery


class ProviderEventQuerySet(models.QuerySet["ProviderEvent"]):
    def waiting(self) -> "ProviderEventQuerySet":
        """Received and not applied yet, in the order they came."""
        return self.filter(applied_at=None).order_by("pk")

    def soft_bounces(self, mailbox: str, since: dt.datetime) -> "ProviderEventQuerySet":
        """The times since then that this mailbox did not take a message for now."""
        return self.filter(mailbox=mailbox, meaning=ProviderEvent.Meaning.SOFT, received_at__gte=since)


class ProviderEvent(models.Model):
    """One thing that a mail provider told us of one message to one address: kept as received, applied once.

    `meaning` and `outcome` are empty until the worker has applied it.
    """

    class Meaning(models.TextChoices):
        ACCEPTED = "accepted", "The provider has it, or tries on"
        DELIVERED = "delivered", "Delivered"
        HARD = "hard", "Bounced: the address takes no mail"
        SOFT = "soft", "Bounced for now"
        BLOCKED = "blocked", "Refused: not the address’s fault"
        REJECTED = "rejected", "The provider did not send it"
        COMPLAINED = "complained", "Marked as spam by its reader"
        UNSUBSCRIBED = "unsubscribed", "Unsubscribed at the provider"

    dedupe_key = models.CharField(max_length=64, unique=True)
    provider = models.CharField(max_length=40)
    type = models.CharField(max_length=20)
    mailbox = models.CharField(max_length=320, blank=True)
    payload = models.JSONField(default=dict)
    happened_at = models.DateTimeField(null=True, blank=True, help_text="As the provider says.")
    received_at = models.DateTimeField(default=clock.now)
    applied_at = models.DateTimeField(null=True, blank=True)
    meaning = models.CharField(max_length=12, choices=Meaning.choices, blank=True)
    outcome = models.CharField(max_length=200, blank=True, help_text="What followed from it.")
    delivery = models.ForeignKey(
        Delivery, models.SET_NULL, null=True, blank=True, related_name="events", help_text="Of which digest."
    )
    mail = models.BigIntegerField(null=True, blank=True, help_text="The key of the message of the outbox.")

    objects = ProviderEventQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["id"], name="provider_event_waiting", condition=Q(applied_at=None)),
            models.Index(fields=["mailbox"], name="provider_event_of_a_mailbox"),
            models.Index(fields=["mail"], name="provider_event_of_a_message"),
            models.Index(fields=["received_at"], name="provider_event_received"),
        ]

    def __str__(self) -> str:
        return f"{self.provider}: {self.type} ({self.pk})"

    @property
    def as_received(self) -> Any:
        """What the provider itself sent."""
        return self.payload.get("as_received")
