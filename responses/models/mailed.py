"""Lines that know the message that went with them, to say what became of it."""

from django.db import models

from accord_portal.foundation.models import OutgoingMail


class Mailed(models.Model):
    """A line of a timeline, of a person or of a letter."""

    mail = models.ForeignKey(
        OutgoingMail,
        models.DO_NOTHING,  # a line stays as it is, whatever becomes of the message
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
        help_text="The message that went with it.",
    )

    class Meta:
        abstract = True
