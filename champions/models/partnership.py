from django.db import models
from django.db.models import F, Q

from accord_portal.foundation import clock
from accord_portal.foundation.text import is_visible


class PartnershipQuerySet(models.QuerySet["Partnership"]):
    def published(self) -> "PartnershipQuerySet":
        """Those the public may see."""
        return self.filter(is_public=True)


class Partnership(models.Model):
    """A written agreement between organisations."""

    class Kind(models.TextChoices):
        PARTNERING_AGREEMENT = "partnering_agreement", "Partnering agreement"
        MEMORANDUM = "memorandum", "Memorandum of understanding"
        RELATIONSHIP_AGREEMENT = "relationship_agreement", "Relationship agreement or accord"
        TERMS_OF_REFERENCE = "terms_of_reference", "Terms of reference"
        LETTER_OF_INTENT = "letter_of_intent", "Letter of intent"
        CONTRACT = "contract", "Contract"

    title = models.CharField(max_length=200)
    called = models.CharField("what the partners call it", max_length=200, blank=True)
    kind = models.CharField(max_length=30, choices=Kind.choices)
    parties = models.TextField(help_text="One organisation a line.")
    vision = models.TextField("shared vision", blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    is_public = models.BooleanField("public", default=False, help_text="The partners have agreed to that.")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(
                name="partnership_ends_after_it_starts",
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="A partnership cannot end before it starts.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def party_names(self) -> list[str]:
        """The organisations that made the agreement."""
        return [line.strip() for line in self.parties.splitlines() if is_visible(line)]
