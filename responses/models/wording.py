"""What is asked for each purpose, in words that are evidence: no version changes, a new one follows it."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef

from accord_portal.foundation import clock


class Purpose(models.TextChoices):
    """What a contact can say Yes to: four independent questions, never one level."""

    KEEP_INFORMED = "keep_informed", "Keep informed"
    COMMUNITY_OF_INTEREST = "community_of_interest", "Community of interest"
    GIVE_ADVICE = "give_advice", "Give advice"
    CHAMPION_ACCORD = "champion_accord", "Champion the Accord"


class Language(models.TextChoices):
    """The languages people can be written to in."""

    ENGLISH = "en", "English"
    MAORI = "mi", "te reo Māori"


IN_2011 = dt.datetime(2011, 8, 1, tzinfo=dt.UTC)  # the Accord was signed that day
WORDINGS_OF_2011: dict[str, str] = {
    Purpose.KEEP_INFORMED: "I want to be kept informed about progress in giving effect to the Accord.",
    Purpose.COMMUNITY_OF_INTEREST: (
        "I want to be part of a community of interest, receive detailed updates and provide feedback to OCVS."
    ),
    Purpose.GIVE_ADVICE: (
        "I have the time and interest to take part in occasional meetings and provide advice."
    ),
    Purpose.CHAMPION_ACCORD: (
        "I want to champion the Accord and have identified actions and initiatives to improve"
        " community-government relationships."
    ),
}


class ConsentWordingQuerySet(models.QuerySet["ConsentWording"]):
    def in_force(self, at: dt.datetime) -> "ConsentWordingQuerySet":
        """Those that have come into force, the older versions first."""
        return self.filter(from_at__lte=at).order_by("version")

    def marking_the_latest(self) -> "ConsentWordingQuerySet":
        """Each with `is_latest`: whether no newer version of the same question and language follows it."""
        same = self.model.objects.filter(purpose=OuterRef("purpose"), language=OuterRef("language"))
        return self.annotate(is_latest=~Exists(same.filter(version__gt=OuterRef("version"))))


class ConsentWording(models.Model):
    """One version of the words of one question in one language, from an instant on."""

    purpose = models.CharField(max_length=24, choices=Purpose)
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    version = models.PositiveIntegerField()
    text = models.CharField(max_length=500)
    from_at = models.DateTimeField(default=clock.now)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects = ConsentWordingQuerySet.as_manager()

    class Meta:
        ordering = ["purpose", "language", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["purpose", "language", "version"], name="wording_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}, version {self.version}"
