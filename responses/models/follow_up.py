import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Model, Q, QuerySet
from django.urls import reverse

from accord_portal.foundation import clock, working_days
from accord_portal.staff.models import User

from .contact import Contact

OF_KIND = {
    "form": "responses.expressionofinterest",
    "letter": "responses.letter",
    "recommendation": "responses.recommendation",
    "line": "responses.activity",
    "champion": "champions.champion",
    "partnership": "champions.partnership",
}


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def outstanding(self) -> "FollowUpQuerySet":
        """Not done yet, the most pressing first; not what was erased."""
        return self.filter(done_at=None).exclude(what="").order_by("due_on", "pk")

    def done(self) -> "FollowUpQuerySet":
        """Done, the latest first."""
        return self.filter(done_at__isnull=False).order_by("-done_at", "-pk")

    def about(self, *records: Model) -> "FollowUpQuerySet":
        """Those about one of these records of one kind, which has a page or a line of its own."""
        kinds = {FollowUp.About.of(record) for record in records}
        return self.filter(about_kind__in=kinds, about_key__in=[record.pk for record in records])

    def about_lines(self, lines: QuerySet[Any]) -> "FollowUpQuerySet":
        """Those that somebody made of one of these lines on a timeline."""
        return self.filter(about_kind=FollowUp.About.LINE, about_key__in=lines.order_by().values("pk"))

    def late(self, today: dt.date) -> "FollowUpQuerySet":
        """Not done, and the day has passed."""
        return self.outstanding().filter(due_on__lt=today)

    def owned_by(self, user: User) -> "FollowUpQuerySet":
        """This member of staff's."""
        return self.filter(owner=user)


class FollowUp(models.Model):
    """Something to be done for a contact, or about a record, by somebody, by a day."""

    class About(models.TextChoices):
        """What it may be about besides the contact itself."""

        FORM = "form", "Expression of interest"
        LETTER = "letter", "Letter"
        RECOMMENDATION = "recommendation", "Recommendation"
        LINE = "line", "Line on the timeline"
        CHAMPION = "champion", "Champion"
        PARTNERSHIP = "partnership", "Partnership"

        @property
        def model(self) -> str:
            """The kind of record, by its name: one is of an upper room."""
            return OF_KIND[self.value]

        @classmethod
        def of(cls, record: Model) -> "FollowUp.About":
            """What one about this record is about."""
            label = record._meta.label_lower
            return next(about for about in cls if about.model == label)

    contact = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="follow_ups")
    about_kind = models.CharField(max_length=14, choices=About.choices, blank=True, default="", db_default="")
    about_key = models.BigIntegerField(null=True, blank=True, help_text="The record's key.")
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
        verbose_name = "follow-up"
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["due_on"], name="follow_up_outstanding", condition=Q(done_at=None)),
            models.Index(
                fields=["about_kind", "about_key"], name="follow_up_about", condition=~Q(about_kind="")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="follow_up_about_somebody_or_a_record",
                condition=(Q(about_kind="", about_key=None) & Q(contact__isnull=False))
                | (~Q(about_kind="") & Q(about_key__isnull=False)),
            ),
            models.CheckConstraint(
                name="follow_up_done_when_and_by_whom",
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.what

    def get_absolute_url(self) -> str:
        """Where staff do it, or give it to somebody."""
        return reverse("admin:responses_followup_change", args=[self.pk])

    @property
    def whom(self) -> str:
        """For whom it is, or else about what kind of record."""
        return str(self.contact.kept_record) if self.contact else self.get_about_kind_display()

    @property
    def is_late(self) -> bool:
        """Whether the day has passed and it is not done."""
        return self.done_at is None and self.due_on < working_days.today()
