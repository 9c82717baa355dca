from django.db import models

from accord_portal.foundation import clock, keyed_hash


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def for_mailbox(self, mailbox: str, *scopes: str) -> "SuppressionQuerySet":
        """What is remembered of this mailbox, under any key it may have been hashed with."""
        rows = self.filter(mailbox_hash__in=keyed_hash.every("mailbox", mailbox))
        return rows.filter(scope__in=scopes) if scopes else rows


class Suppression(models.Model):
    """What is remembered of an address when nothing else is kept: a keyed hash. It outlives the contact."""

    class Scope(models.TextChoices):
        NEVER_AGAIN = "never_again", "Asked never to be written to again"
        INVITED = "invited", "Was invited once"
        ERASED = "erased", "Was erased"
        BOUNCED = "bounced", "Takes no mail"

    mailbox_hash = models.CharField(max_length=64)
    scope = models.CharField(max_length=12, choices=Scope.choices)
    since_at = models.DateTimeField(default=clock.now)

    confirmed_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the person confirmed the mailbox, before it bounced.",
    )

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mailbox_hash", "scope"], name="suppression_once_a_scope")
        ]

    def __str__(self) -> str:
        return self.get_scope_display()
