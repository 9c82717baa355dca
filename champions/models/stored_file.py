from django.db import models

from accord_portal.foundation.documents import DocumentFormat


class StoredFile(models.Model):
    """A row that may have a file, which is kept in the database: a backup of it is whole."""

    format = models.CharField(max_length=4, choices=DocumentFormat.choices, blank=True, editable=False)
    size = models.PositiveIntegerField(default=0, editable=False, help_text="In bytes.")
    content = models.BinaryField(default=b"")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(size=0, format="") | models.Q(size__gt=0) & ~models.Q(format=""),
                name="%(class)s_file_has_a_format",
            )
        ]
