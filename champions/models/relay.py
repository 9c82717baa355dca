from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accord_portal.foundation import clock
from accord_portal.foundation.addresses import mailbox

from .practice_story import PracticeStory


class RelayQuerySet(models.QuerySet["Relay"]):
    def to_read(self) -> "RelayQuerySet":
        """Those whose writer has confirmed them and which nobody of ours has read, the oldest first."""
        return self.filter(state=Relay.State.WAITING).exclude(words="").order_by("pk")

    def written_from(self, mailboxes: Collection[str]) -> "RelayQuerySet":
        """Those written with one of these addresses."""
        return self.filter(mailbox__in=set(mailboxes) - {""}).order_by("pk")


class Relay(models.Model):
    """What somebody asks about a story of whoever may be asked. We pass it on; the address stays with us.

    Nothing of it is mailed before its writer has confirmed it from the mailbox and staff have read it.
    """

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", "Not confirmed yet"
        WAITING = "waiting", "Not read yet"
        PASSED_ON = "passed_on", "Passed on"
        STOPPED = "stopped", "Not passed on"

    story = models.ForeignKey(PracticeStory, models.PROTECT, related_name="relays")
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField("email address", max_length=254, blank=True)
    mailbox = models.CharField(max_length=320, blank=True, editable=False)
    words = models.TextField("what they ask", max_length=2000, blank=True)
    written_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=11, choices=State.choices, default=State.UNCONFIRMED)
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = RelayQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["id"], name="relay_to_read", condition=Q(state="waiting")),
            models.Index(fields=["written_at"], name="relay_unconfirmed", condition=Q(state="unconfirmed")),
            models.Index(fields=["mailbox"], name="relay_by_mailbox", condition=~Q(mailbox="")),
        ]
        constraints = [
            models.CheckConstraint(
                name="relay_confirmed_when",
                condition=Q(state="unconfirmed", confirmed_at=None)
                | ~Q(state="unconfirmed") & Q(confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="relay_read_when_and_by_whom",
                condition=Q(state__in=["unconfirmed", "waiting"], read_at=None, read_by=None)
                | Q(state__in=["passed_on", "stopped"], read_at__isnull=False, read_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name or "Erased"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps the mailbox in step with the address."""
        self.mailbox = mailbox(self.email)
        super().save(*args, **kwargs)
