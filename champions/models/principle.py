from django.db import models


class Principle(models.Model):
    """One of the Accord's principles, in its exact words and order."""

    slug = models.SlugField(unique=True)
    position = models.PositiveSmallIntegerField(unique=True)
    text = models.CharField(max_length=200)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.text


class Expectation(models.Model):
    """One clause of what a principle asks of each side. Shown nowhere until staff load the Accord's text."""

    principle = models.ForeignKey(Principle, models.PROTECT, related_name="expectations")
    position = models.PositiveSmallIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ["principle", "position"]
        constraints = [
            models.UniqueConstraint(fields=["principle", "position"], name="expectation_position_once")
        ]

    def __str__(self) -> str:
        return self.text[:80]
