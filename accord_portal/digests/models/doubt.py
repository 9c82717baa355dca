from django.conf import settings
from django.db import models
from django.db.models import Q

from accord_portal.foundation import clock

from .delivery import Delivery
from .digest_issue import DigestIssue


class DoubtQuerySet(models.QuerySet["Doubt"]):
    def open(self) -> "DoubtQuerySet":
        """Of whom nobody knows (yet), and nobody has decided."""
        return self.filter(ended_at=None)


class Doubt(models.Model):
    """Somebody of whom nobody knew whether they have an issue: since when, and how that ended.

    Rows of their own: so whoever is in doubt is found without reading a million deliveries.
    """

    class Ending(models.TextChoices):
        SENT_AGAIN = "sent_again", "Sent again"
        TREATED_AS_SENT = "treated_as_sent", "Treated as sent"
        FOUND_OUT = "found_out", "Found out: somebody told us"

    issue = models.ForeignKey(DigestIssue, models.CASCADE, related_name="doubts", db_index=False)
    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="doubts")
    since_at = models.DateTimeField(default=clock.now)
    ending = models.CharField(max_length=15, choices=Ending.choices, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="Empty where nobody decided: it was found out.",
    )
    sentence = models.CharField(max_length=200, blank=True, help_text="Why it was decided so.")

    objects = DoubtQuerySet.as_manager()

    class Meta:
        ordering = ["issue", "since_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["delivery"], name="doubt_once_at_a_time", condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="doubt_ended_when_how_and_by_whom",
                condition=Q(ended_at=None, ended_by=None, ending="", sentence="")
                | Q(ended_at__isnull=False, ended_by=None, ending="found_out", sentence="")
                | Q(ended_at__isnull=False, ended_by__isnull=False)
                & Q(ending__in=["sent_again", "treated_as_sent"]),
            ),
        ]
        indexes = [
            models.Index(fields=["issue", "since_at", "id"], name="doubt_open", condition=Q(ended_at=None)),
            models.Index(
                fields=["issue", "ended_at"], name="doubt_decided", condition=Q(ended_by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issue_id}: delivery {self.delivery_id}"
