from django.conf import settings
from django.db import models

from accord_portal.foundation import clock

from .partnership import Partnership


class PartnershipStep(models.Model):
    """One step in the life of a partnership: the status it took on a day, or a review. Only added to."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="steps")
    status = models.CharField(max_length=12, choices=Partnership.Status.choices)
    since_on = models.DateField("on")
    is_review = models.BooleanField("review", default=False)
    due_on = models.DateField(null=True, blank=True, help_text="Of a review, the day it was due.")
    note = models.TextField(blank=True, help_text="For staff.")
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = "step of a partnership"
        verbose_name_plural = "steps of partnerships"
        ordering = ["-since_on", "-pk"]

    def __str__(self) -> str:
        return "Reviewed" if self.is_review else str(self.get_status_display())
