from django.db import models

from .digest_issue import DigestIssue


class Variant(models.Model):
    """An issue for those who have some of its news from the other audience’s: rendered once, without it."""

    issue = models.ForeignKey(DigestIssue, models.CASCADE, related_name="variants", db_index=False)
    without = models.CharField(max_length=500, help_text="The keys of those other issues, as in “3,17”.")
    subject = models.CharField(max_length=200)
    text = models.TextField(blank=True, help_text="Empty where nothing is left to say.")
    html = models.TextField(blank=True)

    class Meta:
        ordering = ["issue", "pk"]
        constraints = [models.UniqueConstraint(fields=["issue", "without"], name="variant_once_an_issue")]

    def __str__(self) -> str:
        return f"{self.issue_id} without {self.without}"
