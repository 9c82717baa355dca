from django.core.exceptions import ValidationError
from django.db import models

from accord_portal.foundation.text import placeholders_in

from .wording import Language

PLACEHOLDERS = {
    "name": "how the person is called",
    "organisation": "their organisation",
    "initiative": "the first initiative that is not decided",
    "reference": "the reference of the form or letter",
    "reply_day": "the day by which the full answer is promised",
    "officer": "who writes",
    "office": "our office",
}


def knows_each_placeholder(text: str) -> None:
    """Raises ValidationError where something in braces is nothing that we can fill in."""
    unknown = [name for name in placeholders_in(text) if name not in PLACEHOLDERS]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise ValidationError(f"Nothing is called {{{unknown[0]}}}. In braces, use one of {known}")


def is_filled_in(text: str) -> None:
    """Raises ValidationError where a placeholder was left in what goes to a person."""
    left = [name for name in placeholders_in(text) if name in PLACEHOLDERS]
    if left:
        raise ValidationError(f"Write something in place of {{{left[0]}}}, or take it out")


class ReplyTemplate(models.Model):
    """Words to begin an answer with, for one act; `version` counts how often they were changed."""

    class Act(models.TextChoices):
        ACKNOWLEDGE = "acknowledge", "Acknowledge"
        REPLY = "reply", "Reply in full"
        ASK = "ask", "Ask for more"
        DECIDE = "decide", "Decide about an initiative"
        CLOSE = "close", "Close"
        ANSWER = "answer", "Answer a letter"

    act = models.CharField("for", max_length=12, choices=Act.choices)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.ENGLISH)
    title = models.CharField(max_length=80, help_text="How staff find it. The person does not see it.")
    text = models.TextField(
        max_length=5_000,
        validators=[knows_each_placeholder],
        help_text="Markdown. We fill in " + "; ".join(f"{{{n}}}, {what}" for n, what in PLACEHOLDERS.items()),
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    is_offered = models.BooleanField(
        "offered", default=True, help_text="Whether it stands beside the boxes that staff write in."
    )

    class Meta:
        ordering = ["act", "language", "title"]
        constraints = [
            models.UniqueConstraint(fields=["act", "language", "title"], name="reply_template_title_once"),
        ]

    def __str__(self) -> str:
        return self.title
