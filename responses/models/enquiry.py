from django.conf import settings
from django.db import models
from django.db.models import Q

from accord_portal.foundation import clock
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User

from .expression_of_interest import ExpressionOfInterest

UNDELIVERED = [OutgoingMail.State.FAILED, OutgoingMail.State.HELD, OutgoingMail.State.CANCELLED]


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    def waiting(self) -> "EnquiryQuerySet":
        """The person has what we asked about an open form, and has not answered; the oldest first."""
        State = ExpressionOfInterest.State
        asked = self.filter(answered_at=None, eoi__state__in=[State.AWAITING_TRIAGE, State.IN_HAND])
        return asked.exclude(mail=None).exclude(mail__state__in=UNDELIVERED).order_by("asked_at", "pk")

    def unread(self) -> "EnquiryQuerySet":
        """The person answered, and nobody has read it; the one that came first first."""
        unread = self.filter(answered_at__isnull=False, read_at=None, eoi__erased_at=None)
        return unread.order_by("answered_at", "pk")

    def read_by(self, user: User) -> int:
        """What was answered of these is read; how many were not before."""
        return self.unread().order_by().update(read_at=clock.now(), read_by=user)


class Enquiry(models.Model):
    """What staff asked of whoever sent a form, and what was answered behind the link they were mailed."""

    eoi = models.ForeignKey(ExpressionOfInterest, models.PROTECT, related_name="enquiries")
    text = models.TextField(blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    mail = models.OneToOneField(OutgoingMail, models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "enquiries"
        ordering = ["asked_at", "pk"]
        indexes = [
            models.Index(
                fields=["id"],
                name="enquiry_unread",
                condition=Q(answered_at__isnull=False, read_at=None),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="enquiry_answered_when", condition=Q(answered_at__isnull=False) | Q(answer="")
            ),
            models.CheckConstraint(
                name="enquiry_read_when_and_by_whom",
                condition=Q(read_at=None, read_by=None)
                | Q(read_at__isnull=False, read_by__isnull=False, answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Enquiry {self.pk}"

    @property
    def is_unread(self) -> bool:
        """Whether the person answered, and nobody has read it."""
        return bool(self.answered_at and not self.read_at)

    @property
    def is_waiting(self) -> bool:
        """Whether the person has it, and has not answered."""
        return self.answered_at is None and self.has_reached_them

    @property
    def has_reached_them(self) -> bool:
        """Whether the person may have it: its message is not known to have failed."""
        return self.mail is not None and self.mail.state not in UNDELIVERED
