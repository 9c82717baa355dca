from django.db import models


class CodeListEntry(models.Model):
    """One entry of a list that staff choose from; the lists are data, so that staff can add to them."""

    class List(models.TextChoices):
        RELATIONAL_FEATURE = "relational_feature", "Features of a relational approach"
        COMMISSIONING_PRINCIPLE = "commissioning_principle", "Commissioning principles"
        PARTICIPATION = "participation", "IAP2 spectrum"
        CROWN_ENGAGEMENT = "crown_engagement", "Crown engagement with Māori"
        ORGANISATION_KIND = "organisation_kind", "Organisation kinds"
        AGREEMENT_KIND = "agreement_kind", "Agreement kinds"
        REGION = "region", "Regions"

    list = models.CharField(max_length=30, choices=List.choices)
    position = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=200)

    class Meta:
        verbose_name_plural = "code lists"
        ordering = ["list", "position"]
        constraints = [
            models.UniqueConstraint(fields=["list", "label"], name="code_list_label_once"),
        ]

    def __str__(self) -> str:
        return self.label
