from django.db import models
from django.db.models import Q

from accord_portal.foundation import clock

from .from_outside import FromOutside, FromOutsideQuerySet
from .practice_story import PracticeStory


class RelayQuerySet(FromOutsideQuerySet):
    def to_read(self) -> "RelayQuerySet":
        """Those whose writer has confirmed them and which nobody of ours has read, the oldest first."""
        return self.filter(state=Relay.State.WAITING).exclude(words="").order_by("pk")


class Relay(FromOutside):
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
    words = models.TextField("what they ask", max_length=2000, blank=True)
    written_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=11, choices=State.choices, default=State.UNCONFIRMED)

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
