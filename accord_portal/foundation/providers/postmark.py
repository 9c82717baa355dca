"""Postmark: `/email/batch`, a message for each."""

import uuid
from collections.abc import Collection
from typing import Any

import requests
from anymail.backends import postmark
from anymail.utils import get_anymail_setting

from accord_portal.foundation.verdicts import NotSent, Verdict

from .calls import ManyAtOnce, OwnWords

INACTIVE, INVALID = 406, 300
PAUSED = {100, 429}  # maintenance; too much at once


class PostmarkBatch(OwnWords, postmark.PostmarkPayload):
    """Anymail's payload with each one's own body in it."""

    def serialize_data(self) -> Any:
        self.bodies = self.message.bodies()
        if self.backend.digest_stream:
            self.data["MessageStream"] = self.backend.digest_stream
        return super().serialize_data()

    def data_for_recipient(self, to: Any) -> dict[str, Any]:
        """One message of the batch."""
        text, html = self.bodies[to.addr_spec]
        data: dict[str, Any] = super().data_for_recipient(to)
        return {**data, "TextBody": text, "HtmlBody": html}


class EmailBackend(ManyAtOnce, postmark.EmailBackend):
    """Says of each message what came of it, and can be asked for those of a call."""

    most_at_once = 500
    payload_class = PostmarkBatch
    is_searchable = True

    def __init__(self, **kwargs: Any) -> None:
        self.digest_stream = get_anymail_setting(
            "digest_stream", esp_name=self.esp_name, kwargs=kwargs, default=""
        )
        super().__init__(**kwargs)

    def each(self, said: Any, number: int) -> list[NotSent | None]:
        """One item a message; 200 even where some were refused."""
        return [_of_one(int(item["ErrorCode"]), str(item["Message"])) for item in said]

    def refusal(self, status: int, said: Any) -> Verdict | None:
        """422 says in its own code what is wrong."""
        if status != 422 or not isinstance(said, dict):
            return None
        no = _of_one(int(said["ErrorCode"]), str(said.get("Message")))
        return None if no is None or no.verdict is Verdict.PERSON_NEVER else no.verdict

    def found(self, key: uuid.UUID, ours: Collection[str]) -> set[str] | None:
        """Searches by the call in the metadata."""
        query = {"count": "500", "offset": "0", "metadata_call": str(key)}
        headers = {"Accept": "application/json", "X-Postmark-Server-Token": self.server_token}
        try:
            address = f"{self.api_url}messages/outbound"
            response = self._request(method="GET", url=address, params=query, headers=headers)
            response.raise_for_status()
            return {str(message["Metadata"]["uuid"]) for message in response.json()["Messages"]}
        except (requests.RequestException, LookupError, TypeError, ValueError):
            return None


def _of_one(code: int, words: str) -> NotSent | None:
    if code == 0:
        return None
    said = f"{code} {words}"
    if code == INACTIVE or (code == INVALID and "'To'" in words):
        return NotSent(Verdict.PERSON_NEVER, said)
    return NotSent(Verdict.LATER if code in PAUSED else Verdict.REFUSES_US, said)
