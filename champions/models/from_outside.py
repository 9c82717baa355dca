from collections.abc import Collection
from typing import Any, Self

from django.conf import settings
from django.db import models

from accord_portal.foundation.addresses import mailbox


class FromOutsideQuerySet(models.QuerySet[Any]):
    def written_from(self, mailboxes: Collection[str]) -> Self:
        """Those written with one of these addresses."""
        return self.filter(mailbox__in=set(mailboxes) - {""}).order_by("pk")


class FromOutside(models.Model):
    """What anybody may send us about a public thing, with an address; staff read it first."""

    email = models.EmailField("email address", max_length=254, blank=True)
    mailbox = models.CharField(max_length=320, blank=True, editable=False)
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps the mailbox in step with the address."""
        self.mailbox = mailbox(self.email)
        super().save(*args, **kwargs)
