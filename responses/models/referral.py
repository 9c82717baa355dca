import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q

from accord_portal.foundation import clock
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User

from .contact import Contact
from .enquiry import UNDELIVERED
from .expression_of_interest import ExpressionOfInterest

OVER_WITH = ["agreed", "sent", "declined", "expired"]  # which staff are to hear of


class ReferralQuerySet(models.QuerySet["Referral"]):
    def waiting(self) -> "ReferralQuerySet":
        """The person has not answered yet; the one asked first first."""
        return self.filter(state=Referral.State.ASKED).order_by("asked_at", "pk")

    def unread(self) -> "ReferralQuerySet":
        """Answered, or not answered in time, and nobody has read that."""
        return self.filter(state__in=OVER_WITH, read_at=None, eoi__erased_at=None).order_by("pk")

    def read_by(self, user: User) -> int:
        """What came of these is read; how many were not before."""
        return self.unread().order_by().update(read_at=clock.now(), read_by=user)

    def expired(self, today: dt.date) -> "ReferralQuerySet":
        """The person did not answer in time."""
        return self.waiting().filter(expires_on__lt=today)


class Referral(models.Model):
    """Whether a text about a form may go to an agency: the person is asked, and nothing goes before.

    To whom and what is fixed when they are asked.
    """

    class State(models.TextChoices):
        ASKED = "asked", "Asked"
        AGREED = "agreed", "Agreed, on its way"
        SENT = "sent", "Passed on"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Taken back by staff"
        EXPIRED = "expired", "Not answered in time"

    eoi = models.ForeignKey(ExpressionOfInterest, models.PROTECT, related_name="referrals")
    agency = models.CharField(max_length=200, blank=True)
    address = models.EmailField("email address", max_length=254, blank=True)
    text = models.TextField(blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    question = models.OneToOneField(
        OutgoingMail,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Mailed to the person.",
    )
    expires_on = models.DateField()

    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    answered_at = models.DateTimeField(null=True, blank=True)
    mail = models.OneToOneField(
        OutgoingMail,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Mailed to the agency.",
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        indexes = [
            models.Index(
                fields=["id"], name="referral_unread", condition=Q(state__in=OVER_WITH, read_at=None)
            ),
            models.Index(fields=["expires_on"], name="referral_unanswered", condition=Q(state="asked")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["eoi"], name="referral_asked_one_at_a_time", condition=Q(state="asked")
            ),
            models.CheckConstraint(
                name="referral_answered_when",
                condition=Q(answered_at__isnull=False, state__in=["agreed", "sent", "declined"])
                | Q(answered_at=None, state__in=["asked", "withdrawn", "expired"]),
            ),
            models.CheckConstraint(
                name="referral_goes_nowhere_unless_agreed",
                condition=Q(mail=None, sent_at=None, state__in=["asked", "declined", "withdrawn", "expired"])
                | Q(mail__isnull=False, sent_at=None, state="agreed")
                | Q(mail__isnull=False, sent_at__isnull=False, state="sent"),
            ),
            models.CheckConstraint(
                name="referral_withdrawn_when_and_by_whom",
                condition=(Q(state="withdrawn", withdrawn_at__isnull=False, withdrawn_by__isnull=False))
                | (~Q(state="withdrawn") & Q(withdrawn_at=None, withdrawn_by=None)),
            ),
            models.CheckConstraint(
                name="referral_read_when_and_by_whom",
                condition=Q(read_at=None, read_by=None) | Q(read_at__isnull=False, read_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Referral {self.pk}"

    @property
    def is_unread(self) -> bool:
        """Whether it is answered, or over, and nobody has read that."""
        return self.state in OVER_WITH and not self.read_at

    @property
    def is_waiting(self) -> bool:
        """Whether the person has the question, and has not answered."""
        return self.state == self.State.ASKED and self.has_reached_them

    @property
    def has_reached_them(self) -> bool:
        """Whether the person may have the question: its message is not known to have failed."""
        return self.question is not None and self.question.state not in UNDELIVERED

    @property
    def words(self) -> str:
        """What the person is shown and answers: to whom, and exactly what."""
        return f"{self.agency} ({self.address})\n\n{self.text}"


class ReferralConsent(models.Model):
    """One line of evidence: what the person answered about passing on this text to this agency.

    It is no line of the four purposes, and adds up to nothing. The database lets lines be added and nothing
    else; only an erasure may blank `words`.
    """

    class Decision(models.TextChoices):
        GIVEN = "given", "Yes"
        DECLINED = "declined", "No"

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    referral = models.OneToOneField(Referral, models.PROTECT, related_name="consent")
    decision = models.CharField(max_length=10, choices=Decision.choices)
    words = models.TextField(blank=True)
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.referral}: {self.get_decision_display()}"
