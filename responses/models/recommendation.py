import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accord_portal.foundation import clock, keyed_hash

from .contact import Contact
from .expression_of_interest import ExpressionOfInterest

OPEN = ["awaiting", "invited"]


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    def awaiting_approval(self) -> "RecommendationQuerySet":
        """Staff have not decided; the one waiting longest first."""
        return self.filter(state=Recommendation.State.AWAITING).order_by("recommended_at", "pk")

    def open(self) -> "RecommendationQuerySet":
        """Neither staff nor the person ended it yet."""
        return self.filter(state__in=OPEN)

    def for_mailbox(self, mailbox: str) -> "RecommendationQuerySet":
        """Those of this mailbox, under any key it may have been hashed with."""
        return self.filter(mailbox_hash__in=keyed_hash.every("mailbox", mailbox))

    def made_by(self, recommenders: list[int]) -> "RecommendationQuerySet":
        """Those that are certain to be these contacts' own: by a mailed link, or from a confirmed form."""
        certain = Q(by_mailed_link=True) | Q(receipt__confirmed_at__isnull=False)
        return self.filter(certain, recommender__in=recommenders)

    def expired(self, today: dt.date) -> "RecommendationQuerySet":
        """Nobody approved it, answered it or sent the form in time: its person is to be forgotten."""
        states = [*OPEN, Recommendation.State.YES]
        return self.filter(state__in=states, eoi=None, expires_on__lt=today)


class Recommendation(models.Model):
    """Somebody suggested for the contact list. On no list until that person sends the form.

    Name, address and reason are blanked as soon as the matter is over, unless a form came of it.
    """

    class State(models.TextChoices):
        AWAITING = "awaiting", "Awaiting approval"
        INVITED = "invited", "Invited"
        YES = "yes", "Said yes"
        NO_THANKS = "no_thanks", "Said no thanks"
        NEVER_AGAIN = "never_again", "Said never again"
        DECLINED = "declined", "Declined by staff"
        EXPIRED = "expired", "No answer: forgotten"
        NOT_SENT = "not_sent", "Nothing sent: known or asked already"

    recommender = models.ForeignKey(Contact, models.PROTECT, related_name="recommendations")
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField("email address", max_length=254, blank=True)
    mailbox_hash = models.CharField(max_length=64, editable=False)
    why = models.CharField(max_length=1000, blank=True)
    has_told = models.BooleanField("the recommender has told them")
    may_be_named = models.BooleanField("the recommender may be named")
    by_mailed_link = models.BooleanField("came by a link mailed to the recommender", default=False)
    receipt = models.ForeignKey(
        ExpressionOfInterest,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="recommended_others",
        help_text="The form from whose receipt it came: anybody can send one with the recommender’s address.",
    )
    recommended_at = models.DateTimeField(default=clock.now)
    expires_on = models.DateField()

    state = models.CharField(max_length=12, choices=State.choices, default=State.AWAITING)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    declined_because = models.CharField(max_length=500, blank=True)
    invitation = models.OneToOneField(
        "foundation.OutgoingMail", models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    eoi = models.OneToOneField(
        ExpressionOfInterest, models.PROTECT, null=True, blank=True, related_name="recommendation"
    )

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        ordering = ["-recommended_at", "-pk"]
        indexes = [
            models.Index(
                fields=["expires_on"],
                name="recommendation_unanswered",
                condition=Q(state__in=[*OPEN, "yes"], eoi=None),
            ),
            models.Index(fields=["mailbox_hash"], name="recommendation_of_a_mailbox"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["recommender", "mailbox_hash"],
                name="recommendation_once_while_open",
                condition=Q(state__in=OPEN, receipt=None),
            ),
            models.UniqueConstraint(
                fields=["receipt", "mailbox_hash"],
                name="recommendation_once_a_receipt_while_open",
                condition=Q(state__in=OPEN, receipt__isnull=False),
            ),
            models.CheckConstraint(
                name="recommendation_decided_when_and_by_whom",
                condition=Q(decided_at=None, decided_by=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="recommendation_keeps_nobody_when_over",
                condition=Q(state__in=[*OPEN, "yes"]) | Q(name="", email="", why=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"Recommendation {self.pk}"

    def get_absolute_url(self) -> str:
        """Where staff read it."""
        return reverse("admin:responses_recommendation_change", args=[self.pk])

    @staticmethod
    def said_of(number: int) -> str:
        """What the recommender's timeline says: how many, never who."""
        return f"Recommended {number} {'person' if number == 1 else 'people'}"

    @property
    def mark(self) -> str:
        """What the invitation's link carries of the mailbox it was sent to."""
        return self.mailbox_hash[:16]

    @property
    def named(self) -> str:
        """The recommender's name, where they may be named and it is certain that it was them; else "".

        Anybody who knows an address can get a receipt's link: it is proof once that very form is confirmed.
        """
        proven = self.by_mailed_link or (self.receipt is not None and self.receipt.confirmed_at is not None)
        return self.recommender.name if self.may_be_named and proven else ""
