from django.db import models


class PartnershipRisk(models.Model):
    """What else may go wrong in a partnership than that people or circumstances change."""

    partnership = models.ForeignKey("champions.Partnership", models.PROTECT, related_name="risks")
    what = models.CharField("what may go wrong", max_length=300)
    answer = models.TextField("what is done about it", blank=True)

    class Meta:
        verbose_name = "risk"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.what
