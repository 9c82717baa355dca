"""The evidence of each answer to the four questions, and what the evidence adds up to.

Only `responses.consent` writes these tables; how lines add up stands in its `ledger`.
"""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accord_portal.foundation import clock

from .contact import Contact
from .wording import ConsentWording, Purpose


class Consent(models.Model):
    """One line of evidence: who said what to which wording, when and how.

    The database lets lines be added and nothing else; only an erasure may blank `message`.
    """

    class Decision(models.TextChoices):
        GIVEN = "given", "Yes"
        CONFIRMED = "confirmed", "Confirmed from the mailbox"
        DECLINED = "declined", "No"
        WITHDRAWN = "withdrawn", "Taken back"
        LAPSED = "lapsed", "Never confirmed: forgotten"
        SPAM = "spam", "The form was spam: disregarded"

    class Source(models.TextChoices):
        WEB_FORM = "web_form", "Web form"
        EMAIL = "email", "Email"
        TELEPHONE = "telephone", "Telephone"
        PAPER = "paper", "Paper"
        CONFIRMATION_LINK = "confirmation_link", "Confirmation link"
        PREFERENCE_PAGE = "preference_page", "Preferences page"
        ONE_CLICK = "one_click", "One-click unsubscribe"
        UNSUBSCRIBE_PAGE = "unsubscribe_page", "Unsubscribe page"
        COMPLAINT = "complaint", "Complaint"
        PROVIDER = "provider", "Unsubscribed at the mail provider"
        IMPORT = "import", "Imported list"
        ON_REQUEST = "on_request", "Staff, on request"
        STAFF = "staff", "Staff, on their own"
        PORTAL = "portal", "The portal"

    FROM_THE_MAILBOX = [Source.CONFIRMATION_LINK, Source.PREFERENCE_PAGE]
    FROM_FORMS = [Source.WEB_FORM, Source.EMAIL, Source.TELEPHONE, Source.PAPER]  # which anybody can send

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=24, choices=Purpose)
    decision = models.CharField(max_length=10, choices=Decision.choices)
    source = models.CharField(max_length=20, choices=Source.choices)
    wording = models.ForeignKey(ConsentWording, models.PROTECT, related_name="+", db_index=False)
    eoi = models.ForeignKey(
        "responses.ExpressionOfInterest",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    message = models.CharField(
        max_length=500,
        blank=True,
        help_text="What is behind it where no form is: how it was asked, or the list.",
    )
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["-recorded_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}: {self.get_decision_display()}"


class InvolvementQuerySet(models.QuerySet["Involvement"]):
    def current(self) -> "InvolvementQuerySet":
        """Said Yes and not taken back, confirmed or not."""
        return self.filter(ended_at=None)

    def waiting(self) -> "InvolvementQuerySet":
        """Said Yes, and nobody has confirmed it from the mailbox."""
        return self.current().filter(confirmed_at=None)

    def confirmed(self) -> "InvolvementQuerySet":
        """Said Yes, confirmed from the mailbox, not taken back."""
        return self.current().filter(confirmed_at__isnull=False)

    def once_a_person(self) -> "InvolvementQuerySet":
        """Without those of records merged into a contact that has the same among these."""
        kept = self.filter(contact=OuterRef("contact__merged_into"), purpose=OuterRef("purpose"))
        twice = self.filter(Exists(kept), contact__merged_into__isnull=False)
        return self.exclude(pk__in=twice.values("pk"))

    def permitting(self, purpose: str) -> "InvolvementQuerySet":
        """The Yeses on which their contacts may be written to about this purpose, now.

        The one answer to "may this contact get this kind of message, and by which consent?": whoever
        lists, counts or sends asks this set, for one contact by `.filter(contact=…)`. The evidence is in its
        `consent`. Each mailbox is written to on its own Yes; one that was merged into another contact only
        where that one gets no such message itself, did not ask to be left alone, and has not taken its own
        Yes back since: who unsubscribes at one mailbox does not begin to get the same at the other.
        """
        kept = OuterRef("contact__merged_into")
        gets_it = Involvement.objects.all()._on_their_own(purpose).filter(contact=kept)
        left_alone = Contact.objects.filter(pk=kept, restricted_because=Contact.Restriction.ASKED)
        taken_back = Consent.objects.filter(
            contact=kept,
            purpose=purpose,
            decision=Consent.Decision.WITHDRAWN,
            recorded_at__gte=OuterRef("confirmed_at"),
        )
        may_be = ~Exists(gets_it) & ~Exists(left_alone) & ~Exists(taken_back)
        return self._on_their_own(purpose).filter(Q(contact__merged_into=None) | may_be)

    def _on_their_own(self, purpose: str) -> "InvolvementQuerySet":
        return self.confirmed().filter(
            ~Q(contact__email=""),
            purpose=purpose,
            contact__email_confirmed_at__isnull=False,
            contact__restricted_at=None,
            contact__never_again_at=None,
            contact__erased_at=None,
        )


class Involvement(models.Model):
    """What the consent lines of one contact and purpose add up to: since when, confirmed when, ended when."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="involvements", db_index=False)
    purpose = models.CharField(max_length=24, choices=Purpose)
    consent = models.ForeignKey(
        Consent, models.PROTECT, related_name="+", db_index=False, help_text="The line that gave it."
    )
    since_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    off_asked_at = models.DateTimeField(
        null=True, blank=True, help_text="A form says No; the mailbox has not confirmed that yet."
    )
    reminded_at = models.DateTimeField(null=True, blank=True)

    objects = InvolvementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "purpose"], name="involvement_once_a_purpose"),
            models.CheckConstraint(
                name="involvement_off_is_asked_of_a_confirmed_yes",
                condition=Q(off_asked_at=None) | Q(confirmed_at__isnull=False, ended_at=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["purpose", "contact"],
                name="involvement_confirmed",
                condition=Q(ended_at=None, confirmed_at__isnull=False),
            ),
            models.Index(
                fields=["since_at"],
                name="involvement_waiting",
                condition=Q(ended_at=None, confirmed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.get_purpose_display()

    @property
    def stands(self) -> str:
        """In one word: off, asked (a form asks to turn it off), on, or waiting for the mailbox."""
        if self.ended_at:
            return "off"
        return "asked" if self.off_asked_at else "on" if self.confirmed_at else "waiting"
