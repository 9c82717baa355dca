"""What the ground itself must remember: mail that is owed, and how much clients and mailboxes have had."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import NoReverseMatch, reverse

from . import clock


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def due(self, now: dt.datetime) -> "OutgoingMailQuerySet":
        """Queued, and not told to wait.

        Where the clock was put back, what was never tried is due all the same, and no wait is longer than the
        longest.
        """
        due = Q(not_before_at__lte=now) | Q(attempts=0, queued_at__gt=now)
        due |= Q(not_before_at__gt=now + OutgoingMail.MAX_TURN_WAIT)
        return self.filter(due, state=OutgoingMail.State.QUEUED)

    def abandoned(self, now: dt.datetime) -> "OutgoingMailQuerySet":
        """Claimed by a worker that has not been heard of since, or at a time that has not come yet."""
        lasts = OutgoingMail.CLAIM_LASTS
        over = Q(claimed_at__lt=now - lasts) | Q(claimed_at__gt=now + lasts)
        return self.filter(over, state=OutgoingMail.State.SENDING)

    def held_back(self, since: dt.datetime) -> "OutgoingMailQuerySet":
        """Not sent since then, because the mailbox had had enough that day."""
        return self.filter(state=OutgoingMail.State.HELD, queued_at__gte=since)

    def in_doubt(self) -> "OutgoingMailQuerySet":
        """Handed over twice (or once, where once must do) without an answer: never again by itself."""
        return self.filter(state=OutgoingMail.State.IN_DOUBT)

    def waiting_after_trouble(self) -> "OutgoingMailQuerySet":
        """Tried and put off: the mail server refused, or was not there."""
        return self.filter(state=OutgoingMail.State.QUEUED).exclude(last_error="")

    def not_arrived(self, keys: Collection[int]) -> "OutgoingMailQuerySet":
        """The last message to these contacts that was dealt with, where it failed or is in doubt."""
        State = OutgoingMail.State
        over = self.filter(recipient__in=keys, state__in=[State.SENT, State.FAILED, State.IN_DOUBT])
        last = over.order_by("-queued_at", "-pk").values("pk")[:1]
        return self.filter(pk__in=list(last.values_list("pk", flat=True))).exclude(state=State.SENT)

    def failed(self) -> "OutgoingMailQuerySet":
        """Given up on: somebody must look."""
        return self.filter(state=OutgoingMail.State.FAILED)


class OutgoingMail(models.Model):
    """One message to one person that the portal owes: written down in the transaction that caused it.

    `message` names the function that makes it, `facts` what that function is given.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting to be sent"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        HELD = "held", "Held back: too many to this mailbox that day"
        IN_DOUBT = "in_doubt", "In doubt: may or may not have arrived"
        CANCELLED = "cancelled", "Not sent: no longer wanted"

    # Longer than a server may take to answer what was handed over: see `smtp_backend`.
    CLAIM_LASTS = dt.timedelta(seconds=60 + 5 * settings.EMAIL_TIMEOUT)
    MAX_TURN_WAIT = dt.timedelta(days=1)
    MAX_DOUBTS = 2  # times it is handed over without an answer

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message = models.CharField(max_length=100)
    facts = models.JSONField(default=dict)
    to = models.CharField(max_length=320, blank=True)
    recipient = models.BigIntegerField(
        null=True, blank=True, help_text="The key of the contact it is for; empty for staff and others."
    )
    subject = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    queued_at = models.DateTimeField(default=clock.now)
    not_before_at = models.DateTimeField(default=clock.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    doubts = models.PositiveSmallIntegerField(
        default=0, help_text="How often it was handed over and no answer came: it may have arrived so often."
    )
    last_error = models.TextField(blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "outgoing mail"
        ordering = ["-queued_at", "-pk"]
        indexes = [
            models.Index(
                fields=["not_before_at"],
                name="outgoing_mail_unsent",
                condition=Q(state__in=["queued", "sending"]),
            ),
            models.Index(fields=["queued_at"], name="outgoing_mail_failed", condition=Q(state="failed")),
            models.Index(fields=["queued_at"], name="outgoing_mail_in_doubt", condition=Q(state="in_doubt")),
            models.Index(fields=["queued_at"], name="outgoing_mail_held", condition=Q(state="held")),
            models.Index(
                fields=["recipient"],
                name="outgoing_mail_of_a_contact",
                condition=Q(recipient__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="outgoing_mail_sent_when",
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
            )
        ]

    @property
    def did_not_arrive(self) -> bool:
        """Whether it failed, came back, or may not have arrived."""
        return self.state in (self.State.FAILED, self.State.IN_DOUBT)

    def __str__(self) -> str:
        return f"{self.subject or self.message} ({self.pk})"


class ClientCount(models.Model):
    """How often one client has sent within one hour, under a keyed hash; erased within a day."""

    key = models.CharField(max_length=64, primary_key=True)
    requests = models.PositiveIntegerField()
    counted_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.requests} since {self.counted_at:%H:%M}"


class MailboxCount(models.Model):
    """How many messages that strangers can cause went to one mailbox on one day, under a keyed hash.

    Erased the day after.
    """

    key = models.CharField(max_length=64, primary_key=True)
    messages = models.PositiveSmallIntegerField()
    counted_on = models.DateField(db_index=True)

    def __str__(self) -> str:
        return f"{self.messages} on {self.counted_on}"


class Door(models.Model):
    """A row stands here while erasure blanks what otherwise only grows: see `append_only`."""

    def __str__(self) -> str:
        return "open"


class SetAsideQuerySet(models.QuerySet["SetAside"]):
    def for_chore(self, chore: str) -> "SetAsideQuerySet":
        """Those of one chore."""
        return self.filter(chore=chore)


class SetAside(models.Model):
    """A row that a chore failed at: staff are told of it, and the chore goes on with the others.

    It names the row and quotes nothing of it. Written by `foundation.chores`.
    """

    chore = models.CharField(max_length=60)
    kind = models.CharField(max_length=60, help_text="The kind of record, as in responses.contact.")
    row = models.BigIntegerField(help_text="The record's key.")
    error = models.CharField(max_length=100, help_text="What kind of error it was; the log says where.")
    since_at = models.DateTimeField(default=clock.now)
    tried_at = models.DateTimeField()

    objects = SetAsideQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "set aside"
        ordering = ["since_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["chore", "row"], name="set_aside_once_a_chore")]

    def __str__(self) -> str:
        return f"{self.chore}: {self.kind.rpartition('.')[2]} {self.row}"

    def get_absolute_url(self) -> str:
        """Where staff look at the record; "" where it has no page."""
        try:
            return reverse(f"admin:{self.kind.replace('.', '_')}_change", args=[self.row])
        except NoReverseMatch:
            return ""


class Tally(models.Model):
    """So many more in one part of a figure, or fewer; what the lines of a part add up to is the figure.

    Written by `foundation.tallies`, in the transaction of what is counted. `docs/figures.md` says what each
    counts.
    """

    class Figure(models.TextChoices):
        ANSWERS = "answers", "Expressions of interest, by channel and week"
        ACKNOWLEDGED = "acknowledged", "Acknowledged on time or late, by week"
        SAID_YES = "said_yes", "Yeses said, by purpose"
        CONFIRMED = "confirmed", "Yeses confirmed, by purpose"
        STILL_YES = "still_yes", "Confirmed Yeses that stand, by purpose"
        TAKEN_BACK = "taken_back", "Confirmed Yeses taken back, by purpose and day"

    figure = models.CharField(max_length=12, choices=Figure.choices)
    part = models.CharField(max_length=24)
    day_on = models.DateField(null=True, blank=True, help_text="The day, or the Monday of the week.")
    number = models.IntegerField()

    class Meta:
        verbose_name_plural = "tallies"

    def __str__(self) -> str:
        return f"{self.get_figure_display()}: {self.part}, {self.number:+}"


class Beat(models.Model):
    """When a process of the portal was last at work. Written by `foundation.beats`."""

    class Process(models.TextChoices):
        WORKER = "worker", "The worker"
        BACKUP = "backup", "The backup"

    process = models.CharField(max_length=10, choices=Process.choices, primary_key=True)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.get_process_display()}: {self.last_at:%Y-%m-%d %H:%M}"


class SendingPace(models.Model):
    """How far a transport has got with what it may send: one row for all workers together."""

    transport = models.CharField(max_length=100, unique=True)
    free_at = models.DateTimeField(default=clock.now, help_text="When the next message may go.")
    counted_on = models.DateField(help_text="The day that is counted.")
    sent = models.PositiveIntegerField(default=0, help_text="Messages handed over on that day.")

    def __str__(self) -> str:
        return self.transport
