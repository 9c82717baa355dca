from django.conf import settings
from django.db import models
from django.utils import timezone

from .contact import Contact
from .expression_of_interest import ExpressionOfInterest


class Activity(models.Model):
    """One line on a contact's timeline: what happened, when, and who did it. Lines are only ever added."""

    class Kind(models.TextChoices):
        ANSWERED = "answered", "Answered the call"
        CONFIRMED = "confirmed", "Confirmed the address"
        PREFERENCES = "preferences", "Changed preferences"
        UNSUBSCRIBED = "unsubscribed", "Unsubscribed"
        ACKNOWLEDGED = "acknowledged", "Acknowledged"
        ASSIGNED = "assigned", "Assigned"
        NOTE = "note", "Note"
        CLOSED = "closed", "Closed"
        SPAM = "spam", "Marked as spam"
        REOPENED = "reopened", "Taken up again"
        ENROLLED = "enrolled", "Registered as champion"
        AGREED = "agreed", "Agreed what may be public"
        PUBLISHED = "published", "Published"
        TAKEN_DOWN = "taken_down", "Taken down"

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="activities", db_index=False)
    eoi = models.ForeignKey(
        ExpressionOfInterest, models.PROTECT, null=True, blank=True, related_name="activities"
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    text = models.TextField(blank=True)
    happened_at = models.DateTimeField(default=timezone.now)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name_plural = "activities"
        ordering = ["-happened_at", "-pk"]
        indexes = [models.Index(fields=["contact", "-happened_at", "-id"], name="activity_timeline")]

    def __str__(self) -> str:
        return self.get_kind_display()
