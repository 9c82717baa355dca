"""Amazon SES: API v2 without its library. Digests in bulk with variables, single messages as they are."""

import base64
import json
from typing import Any

import requests
from anymail.backends.base_requests import AnymailRequestsBackend, RequestsPayload
from anymail.message import AnymailRecipientStatus
from anymail.utils import get_anymail_setting

from accord_portal.foundation.verdicts import NotSent, Verdict

from .aws_signature import Credentials, signed
from .calls import PER_READER, ManyAtOnce, OwnWords
from .variables import Syntax, filled_in

AMAZON_SYNTAX = Syntax(lambda name: f"{{{{{{{name}}}}}}}", "{{", "{\u2060{")
ABOUT_US = ("AccountSuspended", "SendingPaused", "MailFromDomainNotVerified", "not verified", "NotFound")
NOT_NOW = ("TRANSIENT_FAILURE", "ACCOUNT_THROTTLED")
PERSONS = ("MESSAGE_REJECTED", "INVALID_PARAMETER", "FAILED")


class SesMessage(RequestsPayload):
    """One message, as MIME that we made."""

    def init_payload(self) -> None:
        self.to: list[Any] = []
        self.data: dict[str, Any] = {}
        if self.backend.configuration_set:
            self.data["ConfigurationSetName"] = self.backend.configuration_set

    def get_api_endpoint(self) -> str:
        return "v2/email/outbound-emails"

    def get_request_params(self, api_url: str) -> dict[str, Any]:
        params = super().get_request_params(api_url)
        body = params["data"].encode()
        params["data"] = body
        params["headers"] = signed(self.backend.credentials, params["url"], body)
        return params

    def serialize_data(self) -> Any:
        mime = self.message.message()
        if metadata := getattr(self.message, "metadata", None):
            mime["X-Metadata"] = json.dumps(metadata)  # what Anymail reads back from Amazon's notices
        raw = base64.b64encode(mime.as_bytes(linesep="\r\n")).decode()
        return self.serialize_json({**self.data, **_to(self.to), "Content": {"Raw": {"Data": raw}}})

    def set_recipients(self, recipient_type: str, emails: list[Any]) -> None:
        self.to += emails

    def _stands_in_the_message(self, value: Any) -> None:
        """Already in what `message()` makes."""

    set_from_email_list = set_subject = set_reply_to = set_extra_headers = _stands_in_the_message
    set_text_body = set_html_body = set_alternatives = set_attachments = _stands_in_the_message
    set_metadata = _stands_in_the_message


class SesBulk(OwnWords, SesMessage):
    """Up to fifty of one body with variables, each with their own headers."""

    def get_api_endpoint(self) -> str:
        return "v2/email/outbound-bulk-emails"

    def set_merge_headers(self, merge_headers: Any) -> None:
        """Read from the call itself when everything is known, as the rest of what is merged."""

    set_merge_metadata = set_merge_headers

    def serialize_data(self) -> Any:
        call = self.message
        text, html, values = filled_in(call, AMAZON_SYNTAX)
        subject = str(call.subject).replace(AMAZON_SYNTAX.opening, AMAZON_SYNTAX.harmless)
        template = {
            "TemplateContent": {"Subject": subject, "Text": text, "Html": html},
            "TemplateData": "{}",
            "Headers": _headers(call.extra_headers),
        }
        entries = []
        for to, own in call.own.items():
            told_back = {"X-Metadata": json.dumps(call.merge_metadata[to])}
            headers = {**call.extra_headers, PER_READER: own.list_unsubscribe, **told_back}
            data = {"ReplacementTemplateData": json.dumps(values[to])}
            entries.append(
                {
                    **_to([to]),
                    "ReplacementEmailContent": {"ReplacementTemplate": data},
                    "ReplacementHeaders": _headers(headers),
                }
            )
        whole = {
            "FromEmailAddress": str(call.message()["From"]),
            "ReplyToAddresses": [str(call.message()["Reply-To"])],
            "DefaultContent": {"Template": template},
            "BulkEmailEntries": entries,
        }
        return self.serialize_json({**self.data, **whole})


class EmailBackend(ManyAtOnce, AnymailRequestsBackend):
    """Says of each message what came of it; cannot be asked later."""

    esp_name = "Amazon SES"
    most_at_once = 50
    payload_class = SesBulk
    body_for_each = False

    def __init__(self, **kwargs: Any) -> None:
        def setting(name: str, *default: str) -> str:
            given = {"default": default[0]} if default else {}
            return str(get_anymail_setting(name, esp_name=self.esp_name, kwargs=kwargs, **given))

        region = setting("region", "ap-southeast-2")
        self.credentials = Credentials(setting("access_key_id"), setting("secret_access_key"), region)
        self.configuration_set = setting("configuration_set_name", "")
        super().__init__(setting("api_url", f"https://email.{region}.amazonaws.com/"), **kwargs)

    def build_message_payload(self, message: Any, defaults: Any) -> SesMessage:
        """For a single message."""
        return SesMessage(message, defaults, self)

    def raise_for_status(self, response: requests.Response, payload: Any, message: Any) -> None:
        """Raises NotSent where Amazon says more than its status does."""
        verdict = self.refusal(response.status_code, response.text)
        if verdict and response.status_code >= 400:
            raise NotSent(verdict, f"{response.status_code} {response.text}")
        super().raise_for_status(response, payload, message)

    def parse_recipient_status(self, response: requests.Response, payload: Any, message: Any) -> Any:
        """The same for all to whom a single message went."""
        said = self.deserialize_json_response(response, payload, message)
        status = AnymailRecipientStatus(message_id=said.get("MessageId"), status="queued")
        return {email.addr_spec: status for email in payload.to}

    def each(self, said: Any, number: int) -> list[NotSent | None]:
        """One result a message."""
        return [
            _of_one(str(one["Status"]), str(one.get("Error") or "")) for one in said["BulkEmailEntryResults"]
        ]

    def refusal(self, status: int, said: Any) -> Verdict | None:
        """A quota of a day is no rate; a sender that may not send is about us."""
        words = str(said)
        if status == 429 and "Daily" in words:
            return Verdict.QUOTA
        return Verdict.REFUSES_US if any(word in words for word in ABOUT_US) else None


def _of_one(status: str, words: str) -> NotSent | None:
    if status == "SUCCESS":
        return None
    said = f"{status} {words}"
    if status == "ACCOUNT_DAILY_QUOTA_EXCEEDED":
        return NotSent(Verdict.QUOTA, said)
    if status in NOT_NOW:
        return NotSent(Verdict.LATER, said)
    return NotSent(Verdict.PERSON_NEVER if status in PERSONS else Verdict.REFUSES_US, said)


def _to(emails: list[Any]) -> dict[str, Any]:
    addresses = [email if isinstance(email, str) else email.addr_spec for email in emails]
    return {"Destination": {"ToAddresses": addresses}}


def _headers(headers: dict[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": str(value)} for name, value in headers.items()]
