"""Mailgun: one body for all, with `recipient-variables`."""

from typing import Any

from anymail.backends import mailgun

from accord_portal.foundation.verdicts import NotSent, Verdict

from .calls import ManyAtOnce, OwnWords
from .variables import Syntax, filled_in

MAILGUN_SYNTAX = Syntax(lambda name: f"%recipient.{name}%", "%recipient.", "%\u2060recipient.")


class MailgunVariables(OwnWords, mailgun.MailgunPayload):
    """Anymail's payload, with each one's own words as variables."""

    def serialize_data(self) -> Any:
        self.data["text"], self.data["html"], self.merge_data = filled_in(self.message, MAILGUN_SYNTAX)
        return super().serialize_data()


class EmailBackend(ManyAtOnce, mailgun.EmailBackend):
    """All or nothing, under one id: events find their message by our key."""

    most_at_once = 1000
    payload_class = MailgunVariables
    body_for_each = False

    def names_each(self, status: int, said: Any) -> bool:
        """An address that is none of Mailgun's answers 200 as well, with a greeting."""
        return status == 200 and isinstance(said, dict) and str(said.get("message")).startswith("Queued")

    def each(self, said: Any, number: int) -> list[NotSent | None]:
        """The same for all."""
        return [None] * number

    def refusal(self, status: int, said: Any) -> Verdict | None:
        """A greeting, or a word about the sender: nothing was taken, and our settings are wrong."""
        words = str(said.get("message")) if isinstance(said, dict) else ""
        if status == 200 and "Magnificent" in words:
            return Verdict.REFUSES_US
        return Verdict.REFUSES_US if status == 400 and "from parameter" in words.replace("'", "") else None
