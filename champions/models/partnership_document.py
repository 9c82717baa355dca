from django.conf import settings
from django.db import models

from accord_portal.foundation import clock
from accord_portal.foundation.documents import DocumentFormat

from .partnership import Partnership


class PartnershipDocumentQuerySet(models.QuerySet["PartnershipDocument"]):
    def described(self) -> "PartnershipDocumentQuerySet":
        """Without what is in them: for lists."""
        return self.defer("content")

    def shown(self) -> "PartnershipDocumentQuerySet":
        """Those that staff made public; they are seen where the whole record is."""
        return self.filter(is_public=True)


class PartnershipDocument(models.Model):
    """A file that belongs to a partnership, typed by what is in it. It is only ever downloaded."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="documents")
    title = models.CharField(max_length=200)
    format = models.CharField(max_length=4, choices=DocumentFormat.choices)
    size = models.PositiveIntegerField(help_text="In bytes.")
    content = models.BinaryField()
    is_public = models.BooleanField("public", default=False)
    added_at = models.DateTimeField(default=clock.now)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)

    objects = PartnershipDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "document"
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title
