import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accord_portal.foundation import clock

from .update import Audience


class DigestIssueQuerySet(models.QuerySet["DigestIssue"]):
    def on_their_way(self) -> "DigestIssueQuerySet":
        """Approved, with people still to be written to."""
        return self.filter(state__in=DigestIssue.ON_ITS_WAY)

    def to_be_sent(self, now: dt.datetime) -> "DigestIssueQuerySet":
        """On their way and not resting; a rest that no clock can have given is over."""
        over = Q(rests_until_at=None) | Q(rests_until_at__lte=now)
        over |= Q(rests_until_at__gt=now + DigestIssue.LONGEST_REST)
        in_time = Q(expires_at=None) | Q(expires_at__gt=now)
        return self.filter(over, in_time, state__in=[DigestIssue.State.FREEZING, DigestIssue.State.SENDING])

    def sent_or_sending(self) -> "DigestIssueQuerySet":
        """Approved at some time, the latest first."""
        return self.filter(approved_at__isnull=False).order_by("-pk")

    def shown(self) -> "DigestIssueQuerySet":
        """Those that readers have: being sent or sent, and not cancelled."""
        hidden = [DigestIssue.State.APPROVED, DigestIssue.State.CANCELLED]
        return self.filter(approved_at__isnull=False).exclude(state__in=hidden)

    def drafts(self) -> "DigestIssueQuerySet":
        """Composed and not yet approved."""
        return self.filter(state=DigestIssue.State.DRAFT)

    def needing_attention(self) -> "DigestIssueQuerySet":
        """Stopped or paused, or with people of whom nobody knows whether they have it."""
        return self.filter(Q(state__in=DigestIssue.STOPPED) | Q(in_doubt__gt=0))

    def unfinished(self) -> "DigestIssueQuerySet":
        """Approved, and neither sent nor given up: waiting for its time, on its way, paused or stopped."""
        return self.filter(state__in=DigestIssue.UNFINISHED)


class DigestIssue(models.Model):
    """News for one audience that it had not been told: its `items`, rendered once on approval and then fixed.

    Progress is read from its counters; the deliveries are never counted.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SCHEDULED = "scheduled", "Waits for its time"
        APPROVED = "approved", "Approved"
        FREEZING = "freezing", "Drawing up the list"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        PAUSED = "paused", "Paused"
        NEEDS_ATTENTION = "needs_attention", "Needs attention"
        CANCELLED = "cancelled", "Cancelled"
        EXPIRED = "expired", "Expired"

    LONGEST_REST = dt.timedelta(hours=3)
    ON_ITS_WAY = (State.APPROVED, State.FREEZING, State.SENDING)
    STOPPED = (State.PAUSED, State.NEEDS_ATTENTION)
    UNFINISHED = (State.SCHEDULED, *ON_ITS_WAY, *STOPPED)

    audience = models.CharField(max_length=24, choices=Audience.choices)
    period = models.CharField(max_length=20, help_text="The day it was composed.")
    introduction = models.TextField(blank=True, help_text="Markdown, above the news. May be empty.")
    question = models.TextField(
        blank=True, default="", db_default="", help_text="What its readers are asked. May be empty."
    )
    own_subject = models.CharField(
        max_length=150,
        blank=True,
        default="",
        db_default="",
        help_text="The subject as the editor wrote it; empty: made from the first item.",
    )
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    composed_at = models.DateTimeField(default=clock.now)
    composed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    introduced_at = models.DateTimeField(null=True, blank=True, help_text="When the draft was changed last.")
    introduced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    # Fixed on approval
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    goes_out_at = models.DateTimeField(
        null=True, blank=True, help_text="Where it was approved for later: from when on it is sent."
    )

    # Where freezing and sending have got to
    frozen_up_to = models.BigIntegerField(default=0)
    batches = models.PositiveIntegerField(default=0)
    recipients = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    in_doubt = models.PositiveIntegerField(default=0)
    delivered = models.PositiveIntegerField(default=0, db_default=0)
    bounced = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Accepted, and then not delivered."
    )
    bounced_hard = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Of these, how many addresses take no mail at all."
    )
    complained = models.PositiveIntegerField(default=0, db_default=0)
    broken_at = models.DateTimeField(
        null=True, blank=True, help_text="When too many bounces or complaints paused it."
    )
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Nothing is sent from then on.")
    sent_at = models.DateTimeField(null=True, blank=True)
    rests = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="How often in a row it had to rest without a message sent."
    )
    rests_until_at = models.DateTimeField(null=True, blank=True)
    resumed = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="How often staff had it go on."
    )
    trouble = models.TextField(blank=True)
    decisions = models.TextField(blank=True, help_text="What staff decided on the way, a line each.")

    objects = DigestIssueQuerySet.as_manager()

    class Meta:
        ordering = ["-composed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["audience", "period"], name="digest_issue_once_a_period"),
            models.UniqueConstraint(
                fields=["audience"], name="digest_issue_one_draft", condition=Q(state="draft")
            ),
            models.CheckConstraint(
                name="digest_issue_introduced_when_and_by_whom",
                condition=Q(introduced_at=None, introduced_by=None)
                | Q(introduced_at__isnull=False, introduced_by__isnull=False),
            ),
            models.CheckConstraint(
                name="digest_issue_approved_when_and_by_whom",
                condition=Q(approved_at=None, approved_by=None, state__in=["draft", "cancelled"])
                | (Q(approved_at__isnull=False, approved_by__isnull=False) & ~Q(state="draft")),
            ),
            models.CheckConstraint(
                name="digest_issue_fixed_on_approval",
                condition=Q(state__in=["draft", "cancelled"]) | ~Q(subject="", text="", html=""),
            ),
            models.CheckConstraint(
                name="digest_issue_that_waits_has_its_time",
                condition=~Q(state="scheduled") | Q(goes_out_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_audience_display()}, {self.period}"

    def get_absolute_url(self) -> str:
        """Its public page, where all that it tells is public."""
        return reverse("digest", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        """Whether it can still change."""
        return self.state == self.State.DRAFT

    @property
    def is_on_its_way(self) -> bool:
        """Approved, with people still to be written to."""
        return self.state in self.ON_ITS_WAY

    @property
    def is_unfinished(self) -> bool:
        """Approved, and neither sent nor given up."""
        return self.state in self.UNFINISHED

    @property
    def is_stopped(self) -> bool:
        """On its way, until staff have it go on."""
        return self.state in self.STOPPED

    @property
    def is_resting(self) -> bool:
        """On its way, and waiting because the mail server takes no more for now."""
        return self.is_on_its_way and self.rests_until_at is not None and self.rests_until_at > clock.now()

    @property
    def outstanding(self) -> int:
        """How many people have not been dealt with yet."""
        return max(0, self.recipients - self.accepted - self.skipped - self.failed - self.in_doubt)
