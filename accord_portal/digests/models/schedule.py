import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q

from accord_portal.foundation import clock

from .digest_issue import DigestIssue
from .update import Audience

ZONES = {  # by their names at IANA, as staff read them
    "Pacific/Auckland": "New Zealand",
    "Pacific/Chatham": "Chatham Islands",
    "UTC": "Universal time (UTC)",
}


class DigestScheduleQuerySet(models.QuerySet["DigestSchedule"]):
    def running(self) -> "DigestScheduleQuerySet":
        """Those by which issues are composed."""
        return self.filter(is_running=True, kept_by__isnull=False)


class DigestSchedule(models.Model):
    """When an audience gets its digest by itself: on which day of a week, month or quarter, and at what time.

    Each issue is approved by somebody, or by a standing approval of the schedule that ends after a quarter.
    """

    class Every(models.TextChoices):
        WEEK = "week", "Every week"
        MONTH = "month", "Every month, in its first week"
        QUARTER = "quarter", "Every quarter, in its first week"

    class Weekday(models.TextChoices):
        MONDAY = "monday", "Monday"
        TUESDAY = "tuesday", "Tuesday"
        WEDNESDAY = "wednesday", "Wednesday"
        THURSDAY = "thursday", "Thursday"
        FRIDAY = "friday", "Friday"
        SATURDAY = "saturday", "Saturday"
        SUNDAY = "sunday", "Sunday"

    audience = models.CharField(max_length=24, choices=Audience.choices, unique=True)
    is_running = models.BooleanField("goes out by itself", default=False)
    every = models.CharField(max_length=7, choices=Every.choices, default=Every.MONTH)
    weekday = models.CharField("day", max_length=9, choices=Weekday.choices, default=Weekday.TUESDAY)
    at = models.TimeField("time", default=dt.time(9))
    zone = models.CharField("time zone", max_length=32, default="Pacific/Auckland", help_text="IANA name.")
    kept_at = models.DateTimeField(null=True, help_text="When it was last changed: it holds from then on.")
    kept_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    approved_until_at = models.DateTimeField(null=True, help_text="When the standing approval ends.")

    objects = DigestScheduleQuerySet.as_manager()

    class Meta:
        ordering = ["audience"]
        constraints = [
            models.CheckConstraint(
                name="digest_schedule_kept_when_and_by_whom",
                condition=Q(kept_at=None, kept_by=None) | Q(kept_at__isnull=False, kept_by__isnull=False),
            ),
            models.CheckConstraint(
                name="digest_schedule_approved_when_by_whom_until",
                condition=Q(approved_at=None, approved_by=None, approved_until_at=None)
                | Q(approved_at__isnull=False, approved_by__isnull=False, approved_until_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"When “{self.get_audience_display()}” goes out"

    @property
    def zone_in_words(self) -> str:
        """Its time zone as staff read it."""
        return ZONES.get(self.zone, self.zone)

    @property
    def stands_approved(self) -> bool:
        """Whether its issues are approved by the standing approval at this moment."""
        return self.approved_until_at is not None and clock.now() < self.approved_until_at


class ScheduledIssue(models.Model):
    """What became of one day of a schedule: the issue that was composed for it, or that there was no news."""

    class Outcome(models.TextChoices):
        COMPOSED = "composed", "Composed"
        DRAFT_STOOD = "draft_stood", "A draft stood already"
        NO_NEWS = "no_news", "No news: nothing was sent"

    audience = models.CharField(max_length=24, choices=Audience.choices)
    period_on = models.DateField(help_text="The day in the schedule’s own time zone.")
    goes_out_at = models.DateTimeField()
    outcome = models.CharField(max_length=11, choices=Outcome.choices)
    issue = models.ForeignKey(DigestIssue, models.PROTECT, null=True, related_name="scheduled_as")
    noted_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-goes_out_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["audience", "period_on"], name="scheduled_issue_once_a_period"),
            models.CheckConstraint(
                name="scheduled_issue_or_no_news",
                condition=Q(issue=None, outcome="no_news") | (Q(issue__isnull=False) & ~Q(outcome="no_news")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_audience_display()}, {self.period_on}"
