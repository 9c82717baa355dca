from django.db import models

from accord_portal.foundation import clock

from .partnership import Partnership


class ReviewReminder(models.Model):
    """That a rung of the ladder before a review day was reached, and we saw to it: once for each."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="reminders")
    review_on = models.DateField()
    days_before = models.PositiveSmallIntegerField()
    is_mailed = models.BooleanField(default=False, help_text="To whoever leads it; staff see the desk.")
    reminded_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "review_on", "days_before"], name="review_reminder_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.days_before} days before {self.review_on}"
