"""Resend: `/emails/batch`, a message for each; those it cannot take do not stop the others."""

import datetime as dt
from typing import Any

from anymail.backends import resend

from accord_portal.foundation.verdicts import NotSent, Verdict

from .calls import ManyAtOnce, OwnWords


class ResendBatch(OwnWords, resend.ResendPayload):
    """Anymail's payload with each one's own body in it."""

    def serialize_json(self, data: Any) -> Any:
        """Called for the whole, a list, and for what is told back with events."""
        if isinstance(data, list):
            bodies = self.message.bodies()
            for item in data:
                item["text"], item["html"] = bodies[item["to"][0]]
            self.headers |= {
                "Idempotency-Key": str(self.message.key),
                "x-batch-validation": "permissive",
            }
        return super().serialize_json(data)


class EmailBackend(ManyAtOnce, resend.EmailBackend):
    """Names those it does not take by their place; a key keeps a call from being made twice for a day."""

    most_at_once = 100
    payload_class = ResendBatch
    key_lasts = dt.timedelta(hours=23)

    def each(self, said: Any, number: int) -> list[NotSent | None]:
        """Ids of those taken, and errors with the place in the call."""
        answers: list[NotSent | None] = [None] * (len(said["data"]) + len(said.get("errors") or []))
        for error in said.get("errors") or []:
            answers[error["index"]] = NotSent(Verdict.PERSON_NEVER, str(error["message"]))
        return answers

    def refusal(self, status: int, said: Any) -> Verdict | None:
        """A quota of a day or a month is no rate; a call under way is not over; a sender may be refused."""
        word = str(said.get("name")) if isinstance(said, dict) else ""
        if status == 429 and word.endswith("quota_exceeded"):
            return Verdict.QUOTA
        if word == "concurrent_idempotent_requests":
            return Verdict.LATER
        systemic = ("invalid_from_address", "invalid_access", "missing_api_key", "restricted_api_key")
        return Verdict.REFUSES_US if word in systemic else None
