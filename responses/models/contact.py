from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accord_portal.foundation import telephones
from accord_portal.foundation.addresses import mailbox
from accord_portal.foundation.folding import composed, folded
from accord_portal.foundation.search import SearchableQuerySet


class ContactQuerySet(SearchableQuerySet):
    def who_may_get(self, purpose: str) -> "ContactQuerySet":
        """Those who said Yes to this purpose, have not taken it back, and confirmed their address."""
        return self.filter(
            email_confirmed_at__isnull=False,
            involvements__purpose=purpose,
            involvements__ended_at=None,
            involvements__confirmed_at__isnull=False,
        ).exclude(email="")


class Contact(models.Model):
    """A person or office that may be written to."""

    name = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200, blank=True)
    email = models.EmailField("email address", max_length=254, blank=True)
    mailbox = models.CharField(max_length=320, unique=True, null=True, editable=False)
    email_confirmed_at = models.DateTimeField(null=True, blank=True)
    telephone = models.CharField(max_length=60, blank=True)
    telephone_e164 = models.CharField(max_length=20, blank=True, editable=False)
    search_folded = models.TextField(editable=False, default="")
    created_at = models.DateTimeField(default=timezone.now)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["-created_at", "-id"], name="contact_newest")]
        constraints = [
            models.CheckConstraint(
                name="contact_mailbox_goes_with_email",
                condition=Q(email="", mailbox=None) | (~Q(email="") & Q(mailbox__isnull=False)),
            ),
            models.CheckConstraint(
                name="contact_confirms_only_an_address",
                condition=Q(email_confirmed_at=None) | ~Q(email=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.organisation})" if self.organisation else self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Keeps the columns that are derived from what was typed in step with it."""
        self.derive()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def mailbox_mark(self) -> str:
        """What a link mailed to this address carries: where the address changes, the link is void."""
        return salted_hmac("mailbox", self.mailbox or "", algorithm="sha256").hexdigest()[:16]

    def derive(self) -> None:
        """Fills the columns that are derived from what was typed."""
        self.name, self.organisation = composed(self.name), composed(self.organisation)
        self.mailbox = mailbox(self.email) or None
        self.telephone_e164 = telephones.international(self.telephone) if self.telephone else ""
        self.search_folded = folded(
            " ".join([self.name, self.organisation, self.email, self.telephone, self.telephone_e164])
        )
