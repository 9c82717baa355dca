from django.db import models


class TimelineEvent(models.Model):
    """One line of the Accord's history on the About page."""

    position = models.PositiveSmallIntegerField(unique=True)
    when = models.CharField(
        max_length=40, help_text="As it is known: “2001”, “December 2012”, “1 August 2011”."
    )
    what = models.CharField(max_length=300)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.when}: {self.what}"
