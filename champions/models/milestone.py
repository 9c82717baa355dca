import datetime as dt

from django.db import models


class Milestone(models.Model):
    """What an initiative means to have reached by a day; public with the initiative."""

    initiative = models.ForeignKey("champions.Initiative", models.PROTECT, related_name="milestones")
    what = models.CharField(max_length=200)
    due_on = models.DateField("by")
    reached_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.what

    def is_overdue(self, today: dt.date) -> bool:
        """Whether its day has passed and it is not reached."""
        return self.reached_on is None and self.due_on < today
