"""The four Yes/No questions, the evidence of each answer, and what the evidence adds up to.

Only `responses.consents` writes these tables.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .contact import Contact


class Purpose(models.TextChoices):
    """What a contact can say Yes to: four independent questions, never one level."""

    KEEP_INFORMED = "keep_informed", "Keep informed"
    COMMUNITY_OF_INTEREST = "community_of_interest", "Community of interest"
    GIVE_ADVICE = "give_advice", "Give advice"
    CHAMPION_ACCORD = "champion_accord", "Champion the Accord"


WORDING_VERSION = "2011"
WORDINGS: dict[str, str] = {
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


class Consent(models.Model):
    """One line of evidence: who said what to which wording, when and how. Lines are only ever added."""

    class Decision(models.TextChoices):
        GIVEN = "given", "Yes"
        CONFIRMED = "confirmed", "Confirmed from the mailbox"
        DECLINED = "declined", "No"
        WITHDRAWN = "withdrawn", "Taken back"

    class Source(models.TextChoices):
        WEB_FORM = "web_form", "Web form"
        EMAIL = "email", "Email"
        TELEPHONE = "telephone", "Telephone"
        PAPER = "paper", "Paper"
        CONFIRMATION_LINK = "confirmation_link", "Confirmation link"
        PREFERENCE_PAGE = "preference_page", "Preferences page"
        ONE_CLICK = "one_click", "One-click unsubscribe"
        STAFF = "staff", "Written down by staff"
        UNSUBSCRIBE_PAGE = "unsubscribe_page", "Unsubscribe page"

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=24, choices=Purpose)
    decision = models.CharField(max_length=10, choices=Decision.choices)
    source = models.CharField(max_length=20, choices=Source.choices)
    wording_version = models.CharField(max_length=20, default=WORDING_VERSION)
    eoi = models.ForeignKey(
        "responses.ExpressionOfInterest", models.PROTECT, null=True, blank=True, related_name="consents"
    )
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["-recorded_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}: {self.get_decision_display()}"


class InvolvementQuerySet(models.QuerySet["Involvement"]):
    def current(self) -> "InvolvementQuerySet":
        """Said Yes and not taken back, confirmed or not."""
        return self.filter(ended_at=None)

    def confirmed(self) -> "InvolvementQuerySet":
        """Said Yes, confirmed from the mailbox, not taken back."""
        return self.current().filter(confirmed_at__isnull=False)


class Involvement(models.Model):
    """What the consent lines of one contact and purpose add up to: since when, confirmed when, ended when."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="involvements", db_index=False)
    purpose = models.CharField(max_length=24, choices=Purpose)
    since_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = InvolvementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "purpose"], name="involvement_once_a_purpose"),
        ]
        indexes = [
            models.Index(
                fields=["purpose", "contact"],
                name="involvement_confirmed",
                condition=Q(ended_at=None, confirmed_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.get_purpose_display()
