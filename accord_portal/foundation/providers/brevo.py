"""Brevo: `messageVersions`, each with its own body."""

import datetime as dt
from typing import Any

from anymail.backends import brevo

from accord_portal.foundation.verdicts import NotSent, Verdict

from .calls import ManyAtOnce, OwnWords


class BrevoVersions(OwnWords, brevo.BrevoPayload):
    """Anymail's payload with each one's own body and all headers in their version."""

    def serialize_json(self, data: dict[str, Any]) -> Any:
        """Called for the whole and for what is told back with events, which has no versions."""
        if "messageVersions" in data:
            bodies, shared = self.message.bodies(), dict(data["headers"])
            for version in data["messageVersions"]:
                text, html = bodies[version["to"][0]["email"]]
                headers = {**shared, **version["headers"]}
                version.update(textContent=text, htmlContent=html, headers=headers)
            data["headers"]["idempotencyKey"] = str(self.message.key)
        return super().serialize_json(data)


class EmailBackend(ManyAtOnce, brevo.EmailBackend):
    """All or nothing; a key keeps a call from being made twice, for a quarter of an hour at least."""

    most_at_once = 1000
    payload_class = BrevoVersions
    key_lasts = dt.timedelta(minutes=10)

    def each(self, said: Any, number: int) -> list[NotSent | None]:
        """An id for each version, or one where there is one."""
        return [None] * (len(said["messageIds"]) if "messageIds" in said else bool(said["messageId"]))

    def refusal(self, status: int, said: Any) -> Verdict | None:
        """A refusal has a word for its kind."""
        word = said.get("code") if isinstance(said, dict) else ""
        systemic = ("unauthorized", "permission_denied", "account_under_validation", "not_enough_credits")
        return Verdict.REFUSES_US if word in systemic else None
