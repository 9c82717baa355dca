import datetime as dt
import uuid

from django.db import models
from django.db.models import Q

from responses.models import Contact

from .digest_issue import DigestIssue
from .variant import Variant


class BatchQuerySet(models.QuerySet["Batch"]):
    def claimable(self, now: dt.datetime) -> "BatchQuerySet":
        """Ready, or left behind by a worker that has not been heard of since its lease ran out.

        Where the clock was put back, what was never tried is due all the same, and no rest is longer than
        the longest.
        """
        due = Q(not_before_at__lte=now) | Q(attempts=0)
        due |= Q(not_before_at__gt=now + DigestIssue.LONGEST_REST)
        ready = Q(due, state=Batch.State.READY)
        return self.filter(ready | Q(state=Batch.State.SUBMITTING, leased_until_at__lt=now))


class Batch(models.Model):
    """The unit of work of sending: some tens or hundreds of deliveries that one worker takes on."""

    class State(models.TextChoices):
        READY = "ready", "Ready"
        SUBMITTING = "submitting", "Being sent"
        DONE = "done", "Done"

    issue = models.ForeignKey(DigestIssue, models.CASCADE, related_name="+")
    variant = models.ForeignKey(
        Variant,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="Empty: the whole.",
    )
    number = models.PositiveIntegerField()
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READY)
    lease = models.UUIDField(null=True, blank=True)
    leased_until_at = models.DateTimeField(null=True, blank=True)
    not_before_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    provider_call = models.UUIDField(null=True, blank=True, editable=False, help_text="The key of the last.")
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ["issue", "number"]
        constraints = [
            models.UniqueConstraint(fields=["issue", "number"], name="batch_number_once_an_issue"),
            models.CheckConstraint(
                name="batch_lease_while_submitting",
                condition=Q(state="submitting", lease__isnull=False, leased_until_at__isnull=False)
                | (~Q(state="submitting") & Q(lease=None, leased_until_at=None)),
            ),
        ]
        indexes = [
            models.Index(fields=["not_before_at"], name="batch_unfinished", condition=~Q(state="done"))
        ]

    def __str__(self) -> str:
        return f"{self.issue_id}/{self.number}"


class Delivery(models.Model):
    """One digest issue to one contact, whatever becomes of it.

    No index names what changes while it is sent: so PostgreSQL changes a row in its page, and no index.
    """

    class State(models.TextChoices):
        PENDING = "pending", "Waiting"
        SUBMITTING = "submitting", "Being sent"
        HELD = "held", "In doubt: may or may not have arrived"
        ACCEPTED = "accepted", "Accepted for delivery"
        DELIVERED = "delivered", "Delivered"
        REJECTED = "rejected", "Not sent by the provider"
        BOUNCED = "bounced", "Bounced"
        COMPLAINED = "complained", "Marked as spam by its reader"
        SKIPPED = "skipped", "Skipped: not wanted, or had already"
        FAILED = "failed", "Failed"

    # What became, since, of what the server took; a later one in this order is the last word.
    TAKEN = (State.ACCEPTED, State.DELIVERED, State.REJECTED, State.BOUNCED, State.COMPLAINED)
    ARRIVED = (State.ACCEPTED, State.DELIVERED, State.COMPLAINED)

    issue = models.ForeignKey(DigestIssue, models.CASCADE, related_name="deliveries", db_index=False)
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="deliveries")
    batch = models.ForeignKey(Batch, models.CASCADE, related_name="deliveries")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    address = models.CharField(max_length=254)
    address_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    provider_id = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ["issue", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["issue", "contact"], name="delivery_once_a_contact"),
            models.UniqueConstraint(fields=["issue", "address_hash"], name="delivery_once_an_address"),
        ]

    def __str__(self) -> str:
        return f"{self.issue_id} to {self.address}"
