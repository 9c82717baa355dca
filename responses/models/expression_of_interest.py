import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.crypto import get_random_string

from accord_portal.foundation import clock, telephones
from accord_portal.foundation.folding import searchable
from accord_portal.foundation.search import SearchableQuerySet
from accord_portal.staff.models import User

from .call import Call
from .consent import Consent
from .contact import Contact
from .wording import Purpose

REFERENCE_LENGTH = 8
LOOK_ALIKES = set("01258BILOSUVZ")  # read aloud or written by hand, these are taken for one another
REFERENCE_ALPHABET = "".join(c for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" if c not in LOOK_ALIKES)


def new_reference() -> str:
    """A random reference of 8 characters, none of which looks or sounds like another."""
    return get_random_string(REFERENCE_LENGTH, REFERENCE_ALPHABET)


class ExpressionOfInterestQuerySet(SearchableQuerySet):
    def awaiting_triage(self) -> "ExpressionOfInterestQuerySet":
        """Nobody has answered yet, and it is owed; the one promised soonest first."""
        waiting = self._unacknowledged().filter(state=ExpressionOfInterest.State.AWAITING_TRIAGE)
        return waiting.order_by("undertakings__due_on", "undertakings__pk")

    def late(self, today: dt.date) -> "ExpressionOfInterestQuerySet":
        """Still awaiting triage past the day the person was promised first."""
        late = self._unacknowledged(undertakings__first_due_on__lt=today)
        waiting = late.filter(state=ExpressionOfInterest.State.AWAITING_TRIAGE)
        return waiting.order_by("undertakings__due_on", "undertakings__pk")

    def closed_without_an_answer(self) -> "ExpressionOfInterestQuerySet":
        """Closed although the person was told nothing, or nothing that arrived: a promise not kept."""
        closed = self._unacknowledged(undertakings__is_of_closed_form=True)
        return closed.order_by("undertakings__due_on", "undertakings__pk")

    def _unacknowledged(self, **more: object) -> "ExpressionOfInterestQuerySet":
        return self.filter(
            undertakings__kind="acknowledge",
            undertakings__kept_at=None,
            undertakings__ended_at=None,
            **more,
        )

    def being_worked_on_by(self, user: User) -> "ExpressionOfInterestQuerySet":
        """Assigned to this member of staff and not yet closed."""
        return self.filter(assigned_to=user).exclude(
            state__in=[
                ExpressionOfInterest.State.CLOSED,
                ExpressionOfInterest.State.SPAM,
                ExpressionOfInterest.State.REPLACED,
            ]
        )

    def wanting_to_champion(self) -> "ExpressionOfInterestQuerySet":
        """Yes to the fourth question, spam and older versions aside."""
        newer = ExpressionOfInterest.objects.filter(replaces=OuterRef("pk"))
        yes = self.filter(champion_accord=True).exclude(state=ExpressionOfInterest.State.SPAM)
        return yes.filter(~Exists(newer))


class ExpressionOfInterest(models.Model):
    """One form as it was received. What was answered never changes; the rest is changed by acts only."""

    class State(models.TextChoices):
        AWAITING_TRIAGE = "awaiting_triage", "Awaiting triage"
        IN_HAND = "in_hand", "In hand"
        CLOSED = "closed", "Closed"
        SPAM = "spam", "Spam"
        REPLACED = "replaced", "Replaced by a newer version"

    class Outcome(models.TextChoices):
        TAKEN_UP = "taken_up", "Taken up"
        PARTLY = "partly", "Taken up in part"
        NOT_TAKEN_UP = "not_taken_up", "Not taken up"
        PASSED_ON = "passed_on", "Passed on to somebody else"
        NOTHING_ASKED = "nothing_asked", "Nothing was asked of us"

    class Channel(models.TextChoices):
        WEB = "web", "Web form"
        EMAIL = "email", "Email"
        TELEPHONE = "telephone", "Telephone"
        PAPER = "paper", "Paper"
        PREFERENCES = "preferences", "Preferences page"

    # As received
    reference = models.CharField(max_length=REFERENCE_LENGTH, unique=True, default=new_reference)
    call = models.ForeignKey(Call, models.PROTECT, related_name="eois", db_index=False)
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="eois")
    channel = models.CharField(max_length=12, choices=Channel.choices, default=Channel.WEB)
    name = models.CharField(max_length=200, blank=True)
    organisation = models.CharField(max_length=200, blank=True)
    email = models.EmailField("email address", max_length=254, blank=True)
    telephone = models.CharField(max_length=60, blank=True)
    keep_informed = models.BooleanField()
    community_of_interest = models.BooleanField()
    give_advice = models.BooleanField()
    champion_accord = models.BooleanField()
    initiatives = models.TextField(blank=True)
    comments = models.TextField(blank=True)
    privacy_notice_version = models.CharField(max_length=20)
    received_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the mailbox said that these answers are its own."
    )
    same_form_key = models.CharField(max_length=64, unique=True, editable=False)
    search_folded = models.TextField(editable=False)
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        db_index=False,
        help_text="The answers that the person changed into these.",
    )
    erased_at = models.DateTimeField(null=True, blank=True)

    # What staff did with it
    state = models.CharField(max_length=20, choices=State.choices, default=State.AWAITING_TRIAGE)
    version = models.PositiveIntegerField(default=1, editable=False)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)

    objects = ExpressionOfInterestQuerySet.as_manager()

    class Meta:
        verbose_name = "expression of interest"
        verbose_name_plural = "expressions of interest"
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="eoi_newest"),
            models.Index(fields=["state", "-received_at", "-id"], name="eoi_in_a_state"),
            models.Index(fields=["call", "-received_at", "-id"], name="eoi_of_a_call"),
            models.Index(
                fields=["channel", "-received_at", "-id"],
                name="eoi_not_from_the_web",
                condition=~Q(channel="web"),
            ),
            models.Index(
                fields=["-received_at", "-id"],
                name="eoi_champions",
                condition=Q(champion_accord=True) & ~Q(state="spam"),
            ),
            models.Index(fields=["assigned_to"], name="eoi_assigned", condition=Q(assigned_to__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["replaces"], name="eoi_replaced_once", condition=Q(replaces__isnull=False)
            ),
            models.CheckConstraint(
                name="eoi_can_be_answered", condition=~Q(email="", telephone="") | Q(erased_at__isnull=False)
            ),
            models.CheckConstraint(
                name="eoi_closed_when_and_by_whom",
                condition=Q(
                    closed_at=None, closed_by=None, state__in=["awaiting_triage", "in_hand", "replaced"]
                )
                | Q(closed_at__isnull=False, closed_by__isnull=False, state__in=["closed", "spam"]),
            ),
            models.CheckConstraint(
                name="eoi_closed_with_an_outcome",
                condition=(Q(state="closed") & ~Q(outcome="")) | (~Q(state="closed") & Q(outcome="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.name or 'erased'}"

    def get_absolute_url(self) -> str:
        """Where staff read it."""
        return reverse("admin:responses_expressionofinterest_change", args=[self.pk])

    def derive(self) -> None:
        """Fills the column that search looks in."""
        number = telephones.searched(self.telephone)
        typed = [self.name, self.organisation, self.email, number, self.initiatives, self.comments]
        self.search_folded = searchable(" ".join([self.reference, *typed]))

    @property
    def answers(self) -> dict[str, bool]:
        """The four Yes/No answers by purpose."""
        return {purpose: getattr(self, purpose) for purpose in Purpose.values}

    @property
    def evidence(self) -> models.QuerySet[Consent]:
        """The lines of consent that these answers wrote, with the words that were shown."""
        return Consent.objects.filter(contact=self.contact_id, eoi=self).select_related("wording")

    def undertaking_of(self, kind: str) -> Any:
        """What the form itself is owed, or was, of this kind: the acknowledgement, or the reply in full.

        An `Undertaking` or None: that model stands above this one.
        """
        return next((row for row in self.undertakings.all() if row.kind == kind), None)

    @property
    def due_on(self) -> dt.date | None:
        """The day by which the acknowledgement is owed; None where newer answers have taken that over."""
        acknowledgement = self.undertaking_of("acknowledge")
        return acknowledgement.due_on if acknowledgement else None

    @property
    def acknowledged_at(self) -> dt.datetime | None:
        """When a person acknowledged it, if one did."""
        acknowledgement = self.undertaking_of("acknowledge")
        return acknowledgement.kept_at if acknowledgement else None

    @property
    def is_late(self) -> bool:
        """Whether the promised day has passed with nobody having answered."""
        acknowledgement = self.undertaking_of("acknowledge")
        return bool(self.state == self.State.AWAITING_TRIAGE and acknowledgement and acknowledgement.is_late)

    @property
    def may_close(self) -> bool:
        """Whether it is open, and neither an acknowledgement nor a reply in full is owed for it still."""
        own = (self.undertaking_of("acknowledge"), self.undertaking_of("reply"))
        return self.is_open and not any(row and row.is_open for row in own)

    @property
    def is_open(self) -> bool:
        """Whether there is still something for staff to do."""
        return self.state in (self.State.AWAITING_TRIAGE, self.State.IN_HAND)

    @property
    def asked_at(self) -> dt.datetime | None:
        """Since when the person has what we asked and owes us the answer; None where nothing is asked."""
        asked = [*self.enquiries.all(), *self.referrals.all()]
        waiting = [row.asked_at for row in asked if row.is_waiting]
        return max(waiting, default=None) if self.is_open else None

    @property
    def versions(self) -> list["ExpressionOfInterest"]:
        """All versions of these answers, the first one first."""
        earlier, later = [], []
        version = self
        while version.replaces:
            version = version.replaces
            earlier.append(version)
        found: ExpressionOfInterest | None = self
        while found := ExpressionOfInterest.objects.filter(replaces=found).first():
            later.append(found)
        return [*reversed(earlier), self, *later]
