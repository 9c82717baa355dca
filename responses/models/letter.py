import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accord_portal.foundation import clock, telephones, working_days
from accord_portal.foundation.addresses import mailbox
from accord_portal.foundation.folding import searchable
from accord_portal.foundation.search import SearchableQuerySet
from accord_portal.staff.models import User

from .expression_of_interest import REFERENCE_LENGTH, new_reference
from .mailed import Mailed


class LetterQuerySet(SearchableQuerySet):
    def awaiting_an_answer(self) -> "LetterQuerySet":
        """Nobody has answered yet; the one promised soonest first."""
        return self.filter(state=Letter.State.AWAITING).order_by("due_on", "pk")

    def late(self, today: dt.date) -> "LetterQuerySet":
        """Still awaiting an answer past the day the person was promised."""
        return self.awaiting_an_answer().filter(due_on__lt=today)

    def being_worked_on_by(self, user: User) -> "LetterQuerySet":
        """Assigned to this member of staff and not yet closed."""
        return self.filter(assigned_to=user, state__in=[Letter.State.AWAITING, Letter.State.IN_HAND])


class Letter(models.Model):
    """What somebody wrote to us on Contact us. What was written never changes; the rest is changed by acts.

    Whose mailbox it names nobody has confirmed: a letter is on no contact's timeline.
    """

    class State(models.TextChoices):
        AWAITING = "awaiting", "Awaiting an answer"
        IN_HAND = "in_hand", "Answered, in hand"
        CLOSED = "closed", "Closed"
        SPAM = "spam", "Spam"

    # As received
    reference = models.CharField(max_length=REFERENCE_LENGTH, unique=True, default=new_reference)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField("email address", max_length=254, blank=True)
    telephone = models.CharField(max_length=60, blank=True)
    message = models.TextField(blank=True)
    privacy_notice_version = models.CharField(max_length=20)
    received_at = models.DateTimeField(default=clock.now)
    due_on = models.DateField("promised by")
    same_letter_key = models.CharField(max_length=64, unique=True, editable=False)
    mailbox = models.CharField(max_length=320, blank=True, editable=False)
    telephone_e164 = models.CharField(max_length=16, blank=True, editable=False)
    search_folded = models.TextField(editable=False)
    erased_at = models.DateTimeField(null=True, blank=True)

    # What staff did with it
    state = models.CharField(max_length=10, choices=State.choices, default=State.AWAITING)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="letter_newest"),
            models.Index(fields=["due_on", "id"], name="letter_awaiting", condition=Q(state="awaiting")),
            models.Index(fields=["mailbox"], name="letter_by_mailbox", condition=~Q(mailbox="")),
            models.Index(
                fields=["telephone_e164"], name="letter_by_telephone", condition=~Q(telephone_e164="")
            ),
            models.Index(
                fields=["assigned_to"], name="letter_assigned", condition=Q(assigned_to__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="letter_can_be_answered",
                condition=~Q(email="", telephone="") | Q(erased_at__isnull=False),
            ),
            models.CheckConstraint(
                name="letter_answered_when_and_by_whom",
                condition=Q(answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
            models.CheckConstraint(
                name="letter_closed_when_and_by_whom",
                condition=Q(closed_at=None, closed_by=None, state__in=["awaiting", "in_hand"])
                | Q(closed_at__isnull=False, closed_by__isnull=False, state__in=["closed", "spam"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.name or 'erased'}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps the columns that are derived from what was typed in step with it."""
        self.mailbox = mailbox(self.email)
        self.telephone_e164 = telephones.international(self.telephone) if self.telephone else ""
        number = telephones.searched(self.telephone, self.telephone_e164)
        self.search_folded = searchable(
            " ".join([self.reference, self.name, self.email, number, self.message])
        )
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Where staff read it."""
        return reverse("admin:responses_letter_change", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether there is still something for staff to do."""
        return self.state in (self.State.AWAITING, self.State.IN_HAND)

    @property
    def is_late(self) -> bool:
        """Whether the promised day has passed with nobody having answered."""
        return self.state == self.State.AWAITING and self.due_on < working_days.today()


class LetterLine(Mailed):
    """One line of what staff did with a letter. Lines are only added; an erasure blanks `text`."""

    class Kind(models.TextChoices):
        ANSWERED = "answered", "Answered"
        ASSIGNED = "assigned", "Assigned"
        NOTE = "note", "Note"
        CLOSED = "closed", "Closed"
        SPAM = "spam", "Marked as spam"
        REOPENED = "reopened", "Taken up again"

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="lines")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.TextField(blank=True)
    happened_at = models.DateTimeField(default=clock.now)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering = ["-happened_at", "-pk"]

    def __str__(self) -> str:
        return self.get_kind_display()
