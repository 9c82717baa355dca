from django.db import models
from django.db.models import Q
from django.urls import reverse

from accord_portal.foundation import addresses, clock, keyed_hash, telephones
from accord_portal.foundation.addresses import mailbox
from accord_portal.foundation.folding import folded_key, searchable
from accord_portal.foundation.search import SearchableQuerySet
from accord_portal.foundation.text import composed

from .wording import Language

NAME_KEY_LENGTH = 420  # characters: even of 4 bytes each they fit a row of PostgreSQL's index (2,704 bytes)


class ContactQuerySet(SearchableQuerySet):
    in_fts = True

    def active(self) -> "ContactQuerySet":
        """Those who are somebody still: not merged into another, not erased."""
        return self.filter(merged_into=None, erased_at=None)

    def gone(self) -> "ContactQuerySet":
        """Those who were merged into another, or erased."""
        return self.filter(Q(merged_into__isnull=False) | Q(erased_at__isnull=False))

    def restricted(self) -> "ContactQuerySet":
        """Those whom nobody is to write to."""
        return self.filter(restricted_at__isnull=False)

    def with_unconfirmed_address(self) -> "ContactQuerySet":
        """Those with an address that nobody has confirmed from the mailbox."""
        return self.filter(~Q(email=""), email_confirmed_at=None)

    def without_address(self) -> "ContactQuerySet":
        """Those we reach by telephone or post only."""
        return self.filter(email="", erased_at=None)

    def not_compared(self) -> "ContactQuerySet":
        """Those for whom no duplicates have been looked for since they came or were corrected."""
        return self.filter(duplicates_sought_at=None)


class Contact(models.Model):
    """A person or office that may be written to, by mail, by telephone or by post."""

    class Restriction(models.TextChoices):
        ASKED = "asked", "Asked not to be contacted"
        NO_BASIS = "no_basis", "Came in a list without a basis for consent"
        ERASURE = "erasure", "Asked to be erased"

    name = models.CharField(max_length=200, blank=True)
    organisation = models.CharField(max_length=200, blank=True)
    email = models.EmailField("email address", max_length=254, blank=True)
    mailbox = models.CharField(max_length=320, unique=True, null=True, editable=False)
    email_confirmed_at = models.DateTimeField(null=True, blank=True)
    telephone = models.CharField(max_length=60, blank=True)
    telephone_e164 = models.CharField(max_length=20, blank=True, editable=False)
    postal_address = models.TextField(max_length=500, blank=True)
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    created_at = models.DateTimeField(default=clock.now)

    # Whom nobody writes to
    restricted_at = models.DateTimeField(null=True, blank=True)
    restricted_because = models.CharField(max_length=10, choices=Restriction.choices, blank=True)
    never_again_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="absorbed", db_index=False
    )
    erased_at = models.DateTimeField(null=True, blank=True)

    # Derived from what was typed
    search_folded = models.TextField(editable=False, default="")
    name_key = models.CharField(max_length=NAME_KEY_LENGTH, editable=False, blank=True)
    mailbox_key = models.CharField(max_length=320, editable=False, blank=True)
    duplicates_sought_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        permissions = [
            ("see_contact_details", "Can see the addresses and numbers of contacts"),
            ("export_contact", "Can export the contact list"),
        ]
        indexes = [
            models.Index(fields=["name_key"], name="contact_by_name", condition=~Q(name_key="")),
            models.Index(fields=["mailbox_key"], name="contact_by_mailbox", condition=~Q(mailbox_key="")),
            models.Index(
                fields=["telephone_e164"], name="contact_by_telephone", condition=~Q(telephone_e164="")
            ),
            models.Index(
                fields=["merged_into"], name="contact_merged", condition=Q(merged_into__isnull=False)
            ),
            models.Index(fields=["id"], name="contact_restricted", condition=Q(restricted_at__isnull=False)),
            models.Index(fields=["id"], name="contact_unsought", condition=Q(duplicates_sought_at=None)),
            models.Index(
                fields=["id"],
                name="contact_unconfirmed",
                condition=Q(email_confirmed_at=None) & ~Q(email=""),
            ),
            models.Index(
                fields=["id"], name="contact_without_address", condition=Q(email="", erased_at=None)
            ),
            models.Index(
                fields=["id"],
                name="contact_gone",
                condition=Q(merged_into__isnull=False) | Q(erased_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="contact_mailbox_goes_with_email",
                condition=Q(email="", mailbox=None) | (~Q(email="") & Q(mailbox__isnull=False)),
            ),
            models.CheckConstraint(
                name="contact_confirms_only_an_address",
                condition=Q(email_confirmed_at=None) | ~Q(email=""),
            ),
            models.CheckConstraint(
                name="contact_restricted_when_and_why",
                condition=Q(restricted_at=None, restricted_because="")
                | (Q(restricted_at__isnull=False) & ~Q(restricted_because="")),
            ),
            models.CheckConstraint(
                name="contact_has_a_name_until_erased",
                condition=(Q(erased_at=None) & ~Q(name="")) | Q(erased_at__isnull=False, name="", email=""),
            ),
        ]

    def __str__(self) -> str:
        if self.erased_at:
            return f"Erased person {self.pk}"
        return f"{self.name} ({self.organisation})" if self.organisation else self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Keeps the columns that are derived from what was typed in step with it."""
        self.derive()
        self.derive_likeness()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_absolute_url(self) -> str:
        """Where staff see everything about the contact."""
        return reverse("admin:responses_contact_change", args=[self.pk])

    @property
    def mailbox_mark(self) -> str:
        """What a link mailed to this address carries: where the address changes, the link is void."""
        return keyed_hash.mark("mailbox", self.mailbox or "")

    def goes_by(self, mark: str) -> bool:
        """Whether a link with this mark was mailed to the address the contact has now."""
        return keyed_hash.has_mark("mailbox", self.mailbox or "", mark)

    @property
    def kept_record(self) -> "Contact":
        """The contact this one was merged into, or itself. It points to the last of several merges."""
        return self.merged_into or self

    @property
    def wants_to_be_left_alone(self) -> bool:
        """Asked not to be contacted, or to be erased: not even an answer is mailed.

        Asking staff not to be contacted is for the whole person; a request to be erased is of one mailbox.
        """
        asked, to_be_erased = self.Restriction.ASKED, self.Restriction.ERASURE
        return (
            self.restricted_because in (asked, to_be_erased) or self.kept_record.restricted_because == asked
        )

    @property
    def keys(self) -> list[int]:
        """The keys of this contact and of all that were merged into it: one person's records."""
        return [self.pk, *self.absorbed.order_by("pk").values_list("pk", flat=True)]

    @property
    def telephone_in_full(self) -> str:
        """The number as it is dialled from anywhere, or as it was typed where it cannot be read."""
        return telephones.in_full(self.telephone_e164) if self.telephone_e164 else self.telephone

    @property
    def fingerprint(self) -> str:
        """What changes where somebody corrects, restricts or merges the contact: a form carries it."""
        typed = [self.name, self.organisation, self.email, self.telephone, self.postal_address, self.language]
        held = [self.restricted_because, self.never_again_at, self.merged_into_id, self.erased_at]
        return keyed_hash.mark("contact", repr([str(value) for value in [*typed, *held]]))

    def derive(self) -> None:
        """Fills the columns that are derived from what was typed."""
        self.name, self.organisation = composed(self.name), composed(self.organisation)
        self.mailbox = mailbox(self.email) or None
        self.telephone_e164 = telephones.international(self.telephone) if self.telephone else ""
        number = telephones.searched(self.telephone, self.telephone_e164)
        self.search_folded = searchable(" ".join([self.name, self.organisation, self.email, number]))

    def derive_likeness(self) -> None:
        """Fills the keys by which duplicates are sought. A form leaves that to the sweep."""
        self.name_key = folded_key(f"{self.name}|{self.organisation}", NAME_KEY_LENGTH) if self.name else ""
        # aroha.n+news@example.org.nz and arohan@example.com are alike
        self.mailbox_key = addresses.likeness(self.mailbox or "").partition(".")[0]
