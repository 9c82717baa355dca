import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q

from accord_portal.foundation import clock, working_days
from accord_portal.staff.models import User

from .contact import Contact


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def outstanding(self) -> "FollowUpQuerySet":
        """Not done yet, the most pressing first."""
        return self.filter(done_at=None).order_by("due_on", "pk")

    def late(self, today: dt.date) -> "FollowUpQuerySet":
        """Not done, and the day has passed."""
        return self.outstanding().filter(due_on__lt=today)

    def owned_by(self, user: User) -> "FollowUpQuerySet":
        """This member of staff's."""
        return self.filter(owner=user)


class FollowUp(models.Model):
    """Something to be done for a contact, by somebody, by a day."""

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="follow_ups")
    what = models.CharField(max_length=500, blank=True)
    due_on = models.DateField("by")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    result = models.CharField("what came of it", max_length=500, blank=True, db_default="")

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["due_on"], name="follow_up_outstanding", condition=Q(done_at=None))]
        constraints = [
            models.CheckConstraint(
                name="follow_up_done_when_and_by_whom",
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def is_late(self) -> bool:
        """Whether the day has passed and it is not done."""
        return self.done_at is None and self.due_on < working_days.today()
