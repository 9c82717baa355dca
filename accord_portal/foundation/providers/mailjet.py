"""Mailjet: Send API v3.1, a message for each."""

import uuid
from collections.abc import Collection
from typing import Any
from urllib.parse import urljoin

import requests
from anymail.backends import mailjet

from accord_portal.foundation.verdicts import NotSent, Verdict

from .calls import ManyAtOnce, OwnWords, verdict_of_status


class MailjetMessages(OwnWords, mailjet.MailjetPayload):
    """Anymail's payload with each one's own body, all headers and our key in their message."""

    def serialize_data(self) -> Any:
        shared, bodies = self.data["Globals"], self.message.bodies()
        del shared["TextPart"], shared["HTMLPart"]
        headers = shared.pop("Headers", {})
        for message in self.data["Messages"]:
            to = message["To"][0]["Email"]
            message["TextPart"], message["HTMLPart"] = bodies[to]
            message["Headers"] = {**headers, **self.message.merge_headers[to]}
            message["CustomID"] = self.message.own[to].uuid
        return super().serialize_data()


class EmailBackend(ManyAtOnce, mailjet.EmailBackend):
    """Says of each message what came of it, whatever the status; can be asked for each."""

    most_at_once = 50
    payload_class = MailjetMessages
    is_searchable = True

    def names_each(self, status: int, said: Any) -> bool:
        """4xx too, where some were refused."""
        return status < 500 and isinstance(said, dict) and "Messages" in said

    def each(self, said: Any, number: int) -> list[NotSent | None]:
        """One item a message, each with its own status."""
        return [
            None if item["Status"] == "success" else _refused(item["Errors"]) for item in said["Messages"]
        ]

    def found(self, key: uuid.UUID, ours: Collection[str]) -> set[str] | None:
        """Asks for each message by its own key."""
        address = urljoin(self.api_url, "/v3/REST/message")
        auth, found = (self.api_key, self.secret_key), set()
        try:
            for one in ours:
                response = self._request(method="GET", url=address, params={"CustomID": one}, auth=auth)
                response.raise_for_status()
                if response.json()["Count"]:
                    found.add(one)
        except (requests.RequestException, LookupError, TypeError, ValueError):
            return None
        return found


def _refused(errors: list[dict[str, Any]]) -> NotSent:
    first = errors[0]
    verdict = verdict_of_status(int(first["StatusCode"]))
    said = f"{first['ErrorCode']} {first['ErrorMessage']}"
    return NotSent(Verdict.PERSON_NEVER if verdict is Verdict.SOMEBODY else verdict, said)
