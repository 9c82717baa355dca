from django.db import models
from django.urls import reverse

from .digest_issue import DigestIssue
from .update import Audience


class NewsItem(models.Model):
    """One thing that one issue tells its audience, in the words it had then.

    What an audience was told is asked of these rows alone: each thing is told once to each audience.
    """

    class Kind(models.TextChoices):
        """Each value is the name of the thing's public page, too; a decision has none."""

        UPDATE = "update", "Updates"
        CHAMPION = "champion", "New champions"
        INITIATIVE = "initiative", "New initiatives"
        DECISION = "decision", "What we decided about initiatives"

    issue = models.ForeignKey(DigestIssue, models.CASCADE, related_name="items")
    audience = models.CharField(max_length=24, choices=Audience.choices, help_text="The issue’s own.")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    key = models.BigIntegerField(help_text="The key of the update, champion, initiative or decision.")
    place = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="The editor’s order; as gathered where none was chosen."
    )
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    slug = models.SlugField(max_length=90, blank=True, db_index=False)

    class Meta:
        ordering = ["issue", "place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["audience", "kind", "key"], name="news_once_an_audience")
        ]
        indexes = [models.Index(fields=["kind", "key"], name="news_of_a_thing")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The public page of what it tells; "" of a decision, and once that is erased."""
        return reverse(self.kind, args=[self.slug]) if self.slug else ""
