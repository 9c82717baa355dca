import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accord_portal.foundation import working_days
from accord_portal.staff.models import User

from .consent import Consent
from .contact import Contact
from .expression_of_interest import ExpressionOfInterest
from .wording import Purpose


class UndertakingQuerySet(models.QuerySet["Undertaking"]):
    def open(self) -> "UndertakingQuerySet":
        """Neither kept nor ended, the soonest due first."""
        return self.filter(kept_at=None, ended_at=None).order_by("due_on", "pk")

    def kept(self) -> "UndertakingQuerySet":
        """Those with evidence that we did what we promised."""
        return self.filter(kept_at__isnull=False)

    def ended(self) -> "UndertakingQuerySet":
        """Not owed any more, although nothing was done."""
        return self.filter(ended_at__isnull=False)

    def due_on(self, day: dt.date) -> "UndertakingQuerySet":
        """Owed by this very day."""
        return self.open().filter(due_on=day)

    def late(self, today: dt.date) -> "UndertakingQuerySet":
        """Open, and the day that was promised first has passed, whatever day was named since."""
        return self.open().filter(first_due_on__lt=today).order_by("first_due_on", "pk")

    def owned_by(self, user: User) -> "UndertakingQuerySet":
        """This member of staff's."""
        return self.filter(owner=user)

    def of_forms(self) -> "UndertakingQuerySet":
        """Those that the form itself is owed, whatever its Yeses come to."""
        return self.filter(eoi__isnull=False)

    def of_people(self, keys: list[int]) -> "UndertakingQuerySet":
        """What these contacts are owed, or were."""
        return self.filter(contact__in=keys)

    def kept_by_talking(self) -> "UndertakingQuerySet":
        """Open, and kept by a call, a letter or a meeting: what a Yes owes, or a message did not keep."""
        of_a_yes = Q(kind__in=[*Undertaking.OF_A_YES, Undertaking.Kind.ASK])
        not_arrived = Q(kind__in=Undertaking.OF_A_FORM, evidence_kind=Undertaking.Evidence.MAIL)
        return self.open().filter(of_a_yes | not_arrived)

    def of_audience(self, audience: str) -> "UndertakingQuerySet":
        """What everybody who said Yes to this is owed together, a row a quarter."""
        return self.filter(audience=audience)


class Undertaking(models.Model):
    """What a person, or an audience, is owed by a day: made from what was promised, kept by evidence.

    Only the acts of `responses.undertakings` write it. It is open, kept or ended, never two of them; that it
    is late is never stored.
    """

    class Kind(models.TextChoices):
        ACKNOWLEDGE = "acknowledge", "Acknowledge the answers"
        REPLY = "reply", "Reply in full"
        DECIDE = "decide", "Decide about an initiative"
        INVITE = "invite", "Invite to a meeting"
        TALK = "talk", "Have a conversation"
        ASK = "ask", "Ask how an initiative is going"
        INFORM = "inform", "Tell them something"
        ASK_FEEDBACK = "ask_feedback", "Ask for their feedback"

    OF_A_FORM = [Kind.ACKNOWLEDGE, Kind.REPLY, Kind.DECIDE]
    OF_A_YES = {Kind.INVITE: Purpose.GIVE_ADVICE, Kind.TALK: Purpose.CHAMPION_ACCORD}
    OF_AN_AUDIENCE = {Kind.INFORM: Purpose.KEEP_INFORMED, Kind.ASK_FEEDBACK: Purpose.COMMUNITY_OF_INTEREST}

    class End(models.TextChoices):
        """Why nothing is owed any more, although nothing was done."""

        WITHDRAWN = "withdrawn", "The Yes was taken back"
        SPAM = "spam", "The form was spam"
        RESTRICTED = "restricted", "They asked to be left alone"
        ERASED = "erased", "The person was erased"
        REPLACED = "replaced", "The newer answers do not ask for it"
        MERGED = "merged", "Owed to the same person already"
        TAKEN_DOWN = "taken_down", "The initiative is not shown any more"

    GIVEN_BACK = [End.SPAM, End.RESTRICTED, End.MERGED]  # what ended so is owed again once that is over

    class Evidence(models.TextChoices):
        """What shows that an undertaking was kept: a row of this kind, named by its key."""

        MAIL = "mail", "Message"
        ACTIVITY = "activity", "Line on the timeline"
        ISSUE = "issue", "Digest issue"
        FORM = "form", "Noted on the form, before undertakings were kept"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="undertakings", db_index=False
    )
    eoi = models.ForeignKey(
        ExpressionOfInterest,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="undertakings",
        db_index=False,
    )
    consent = models.ForeignKey(
        Consent,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="The line that gave the Yes by which it is owed.",
    )
    about = models.BigIntegerField(
        default=0, help_text="Which initiative: its number in the form, or the key of what was registered."
    )
    audience = models.CharField(max_length=24, choices=Purpose, blank=True)
    quarter_on = models.DateField(null=True, blank=True, help_text="The first day of the quarter it is for.")

    since_at = models.DateTimeField()
    first_due_on = models.DateField("promised first for")
    due_on = models.DateField("by")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    is_backfilled = models.BooleanField(
        default=False, help_text="Nobody was promised a day: it counts from when undertakings began."
    )
    missed_told_at = models.DateTimeField(null=True, blank=True)
    is_of_closed_form = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether it is an acknowledgement owed still, or again, of a form that is closed.",
    )

    kept_at = models.DateTimeField(null=True, blank=True)
    kept_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    # Of what is open: the message that was to keep it, and did not arrive
    evidence_kind = models.CharField(max_length=10, choices=Evidence.choices, blank=True)
    evidence_key = models.BigIntegerField(null=True, blank=True)
    evidence_text = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=12, choices=End.choices, blank=True)

    objects = UndertakingQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["contact"], name="undertaking_of_a_contact"),
            models.Index(
                fields=["due_on", "id"], name="undertaking_due", condition=Q(kept_at=None, ended_at=None)
            ),
            models.Index(
                fields=["first_due_on", "id"],
                name="undertaking_late",
                condition=Q(kept_at=None, ended_at=None),
            ),
            models.Index(
                fields=["kind", "due_on", "id"],
                name="undertaking_due_of_a_kind",
                condition=Q(kept_at=None, ended_at=None),
            ),
            models.Index(
                fields=["due_on"],
                name="undertaking_untold",
                condition=Q(
                    kept_at=None,
                    ended_at=None,
                    missed_told_at=None,
                    is_backfilled=False,
                    contact__isnull=False,
                ),
            ),
            models.Index(
                fields=["owner", "due_on"],
                name="undertaking_of_an_owner",
                condition=Q(kept_at=None, ended_at=None, owner__isnull=False),
            ),
            models.Index(
                fields=["evidence_key"], name="undertaking_by_mail", condition=Q(evidence_kind="mail")
            ),
            models.Index(
                fields=["-kept_at", "-id"],
                name="undertaking_newest_kept",
                condition=Q(kept_at__isnull=False),
            ),
            models.Index(
                fields=["due_on", "id"],
                name="undertaking_of_closed_form",
                condition=Q(is_of_closed_form=True),
            ),
            models.Index(fields=["-id"], name="undertaking_ended", condition=Q(ended_at__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["eoi", "kind", "about"],
                name="undertaking_once_a_form",
                condition=Q(eoi__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["contact", "kind"],
                name="undertaking_open_once_a_yes",
                condition=Q(kind__in=["invite", "talk"], kept_at=None, ended_at=None),
            ),
            models.UniqueConstraint(
                fields=["contact", "about", "quarter_on"],
                name="undertaking_asked_once_a_quarter",
                condition=Q(kind="ask"),
            ),
            models.UniqueConstraint(
                fields=["audience", "quarter_on"],
                name="undertaking_once_an_audience",
                condition=~Q(audience=""),
            ),
            models.CheckConstraint(
                name="undertaking_to_a_person_or_an_audience",
                condition=Q(contact__isnull=False, audience="")
                | (Q(contact=None, eoi=None, consent=None) & ~Q(audience="")),
            ),
            models.CheckConstraint(
                name="undertaking_of_a_form_a_yes_or_a_quarter",
                condition=Q(kind__in=["acknowledge", "reply", "decide"], eoi__isnull=False, quarter_on=None)
                | Q(kind__in=["invite", "talk"], eoi=None, consent__isnull=False, quarter_on=None)
                | Q(kind="ask", eoi=None, contact__isnull=False, quarter_on__isnull=False)
                | (Q(kind__in=["inform", "ask_feedback"], quarter_on__isnull=False) & ~Q(audience="")),
            ),
            models.CheckConstraint(
                name="undertaking_kept_or_ended", condition=Q(kept_at=None) | Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="undertaking_kept_by_evidence", condition=Q(kept_at=None) | ~Q(evidence_kind="")
            ),
            models.CheckConstraint(
                name="undertaking_evidence_has_a_key",
                condition=Q(evidence_kind="", evidence_key=None, evidence_text="")
                | (~Q(evidence_kind="") & Q(evidence_key__isnull=False)),
            ),
            models.CheckConstraint(
                name="undertaking_kept_when_and_by_whom",
                condition=Q(kept_by=None) | Q(kept_at__isnull=False),
            ),
            models.CheckConstraint(
                name="undertaking_ended_when_and_why",
                condition=Q(ended_at=None, ended_because="")
                | (Q(ended_at__isnull=False) & ~Q(ended_because="")),
            ),
            models.CheckConstraint(
                name="undertaking_moved_to_a_later_day", condition=Q(due_on__gte=F("first_due_on"))
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    def get_absolute_url(self) -> str:
        """Where staff see it."""
        return reverse("admin:responses_undertaking_change", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether it is owed still."""
        return self.kept_at is None and self.ended_at is None

    @property
    def was_moved(self) -> bool:
        """Whether another day was named than the one promised first."""
        return self.due_on != self.first_due_on

    @property
    def is_late(self) -> bool:
        """Whether it is owed still, and the day promised first has passed."""
        return self.is_open and self.first_due_on < working_days.today()

    @property
    def was_late(self) -> bool:
        """Whether it was kept after the day promised first."""
        return self.kept_at is not None and self.first_due_on < timezone.localdate(self.kept_at)
