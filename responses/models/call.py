import datetime as dt

from django.db import models
from django.db.models import F, Q


class CallQuerySet(models.QuerySet["Call"]):
    def open_on(self, day: dt.date) -> "CallQuerySet":
        """Open for answers on this day, the newest first."""
        return self.filter(Q(closes_on=None) | Q(closes_on__gte=day), opens_on__lte=day).order_by(
            "-opens_on", "-pk"
        )


class Call(models.Model):
    """An invitation to express interest, with an opening and perhaps a closing day."""

    slug = models.SlugField(unique=True, max_length=80)
    title = models.CharField(max_length=200)
    opens_on = models.DateField("opens on")
    closes_on = models.DateField(
        "closes on", null=True, blank=True, help_text="The last day. Leave empty for an open call."
    )

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="call_closes_after_opening",
                condition=Q(closes_on=None) | Q(closes_on__gte=F("opens_on")),
                violation_error_message="A call cannot close before it opens.",
            )
        ]

    def __str__(self) -> str:
        return self.title
