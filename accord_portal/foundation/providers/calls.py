"""One call to a provider: many messages, and what came of each."""

import datetime as dt
import html
import re
import uuid
from collections.abc import Collection, Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar

import requests
from anymail.exceptions import AnymailConfigurationError, AnymailError
from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from accord_portal.foundation import clock
from accord_portal.foundation.transport import Envelope, Own
from accord_portal.foundation.verdicts import NotSent, Verdict, said_by, verdict_of

MAX_RETRY_AFTER = dt.timedelta(hours=3)
PER_READER = "List-Unsubscribe"


class ProviderCall(EmailMultiAlternatives):
    """What all get alike, to many: each with their own words, by one string, the address."""

    key: uuid.UUID
    own: dict[str, Own]
    merge_headers: dict[str, dict[str, str]]
    merge_metadata: dict[str, dict[str, str]]
    merge_data: dict[str, dict[str, str]]

    @property
    def html(self) -> str:
        """The HTML part, with marks."""
        ((content, _),) = self.alternatives
        return str(content)

    def bodies(self) -> dict[str, tuple[str, str]]:
        """The text and the HTML that each gets."""
        marks = next(iter(self.own.values())).by_mark
        text, as_html = _cut(str(self.body), marks), _cut(self.html, marks)
        return {
            to: (
                "".join([own.by_mark.get(piece, piece) for piece in text]),
                "".join([escaped.get(piece, piece) for piece in as_html]),
            )
            for to, own in self.own.items()
            for escaped in [{mark: html.escape(words) for mark, words in own.by_mark.items()}]
        }


class OwnWords:
    """What every payload of ours sees to: everybody is addressed by the string that we know them by."""

    message: ProviderCall

    def set_to(self, emails: Sequence[Any]) -> None:
        """Raises AnymailError where Anymail reads an address otherwise than we wrote it."""
        if [email.addr_spec for email in emails] != list(self.message.own):
            raise AnymailError("an address among these cannot be told to the provider as it is")
        super().set_to(emails)  # type: ignore[misc]


class ManyAtOnce:
    """A provider's API that takes many messages a call. What `hand_over_at_once` says of each is definite."""

    most_at_once: ClassVar[int]
    payload_class: ClassVar[type[Any]]
    key_lasts: ClassVar[dt.timedelta | None] = None  # how long a call with the same key is not made twice
    is_searchable: ClassVar[bool] = False  # whether `found` can say anything
    body_for_each: ClassVar[bool] = True  # False: one body, whose variables the provider fills in
    api_url: str
    session: Any
    send_defaults: dict[str, Any]

    def hand_over_at_once(self, envelopes: Sequence[Envelope], key: uuid.UUID) -> list[NotSent | None]:
        """Makes the call, once: what came of each. Raises NotSent where the same came of all."""
        try:
            payload = self.payload_class(_call(envelopes, key), self.send_defaults, self)
            params = payload.get_request_params(self.api_url)
        except AnymailConfigurationError as error:
            raise NotSent(Verdict.REFUSES_US, said_by(error)) from error
        except Exception as error:  # one of these cannot be told to the provider: found by halves
            raise NotSent(Verdict.SOMEBODY, said_by(error)) from error
        try:
            response = self._request(**params)
        except requests.RequestException as error:
            raise NotSent(verdict_of(error), said_by(error)) from error
        return self._answers(response, len(envelopes))

    def found(self, key: uuid.UUID, ours: Collection[str]) -> set[str] | None:
        """Which of these messages, by our key, the provider lists of this call; None where it cannot say.

        What it does not list yet may have arrived all the same.
        """
        return None

    def _request(self, **params: Any) -> requests.Response:
        """A connection of its own for each call: one that the provider closed meanwhile would leave doubt."""
        headers = {**(params.pop("headers", None) or {}), "Connection": "close"}
        timeout = (settings.EMAIL_TIMEOUT, 3 * settings.EMAIL_TIMEOUT)
        params = {**params, "headers": headers, "timeout": timeout, "allow_redirects": False}
        return self.session.request(**params)

    def _answers(self, response: requests.Response, number: int) -> list[NotSent | None]:
        """What came of each. Raises NotSent where the same came of all."""
        try:
            said = response.json()
        except ValueError:
            said = None
        if self.names_each(response.status_code, said):
            try:
                answers = self.each(said, number)
            except (LookupError, TypeError, AttributeError, ValueError):
                answers = []
            if len(answers) == number:
                return answers
            raise NotSent(Verdict.IN_DOUBT, f"{response.status_code}, and an answer that cannot be read")
        words = f"{response.status_code} {response.text}"
        verdict = self.refusal(response.status_code, said) or verdict_of_status(response.status_code)
        raise NotSent(verdict, words, rest=_retry_after(response))

    def names_each(self, status: int, said: Any) -> bool:
        """Whether this answer says what came of each message."""
        return 200 <= status < 300

    def each(self, said: Any, number: int) -> list[NotSent | None]:
        """What came of each message, in the order of the call."""
        raise NotImplementedError

    def refusal(self, status: int, said: Any) -> Verdict | None:
        """What a refusal of the whole call means, where its status alone does not say."""
        return None


def verdict_of_status(status: int) -> Verdict:
    """What a refused call means by its HTTP status (RFC 9110, section 15)."""
    if status == 429:
        return Verdict.LATER
    if status in (400, 413, 422):
        return Verdict.SOMEBODY
    if status >= 500 or status in (*range(200, 300), 408, 425):
        return Verdict.IN_DOUBT
    return Verdict.REFUSES_US


def _call(envelopes: Sequence[Envelope], key: uuid.UUID) -> ProviderCall:
    own = {envelope.own.to: envelope.own for envelope in envelopes}
    if len(own) != len(envelopes):
        raise AnymailError("two of these have one address")
    shared = envelopes[0].shared()
    headers = {name: value for name, value in shared.extra_headers.items() if name != PER_READER}
    call = ProviderCall(
        shared.subject, shared.body, shared.from_email, list(own), reply_to=shared.reply_to, headers=headers
    )
    call.alternatives = list(getattr(shared, "alternatives", []))
    call.key, call.own = key, own
    call.merge_headers = {to: {PER_READER: one.list_unsubscribe} for to, one in own.items()}
    call.merge_metadata = {to: {"uuid": one.uuid, "call": str(key)} for to, one in own.items()}
    if not list(own) == list(call.merge_headers) == list(call.merge_metadata):
        raise AssertionError("everybody is addressed by one string")
    return call


def _cut(text: str, marks: Mapping[str, str]) -> list[str]:
    return re.split("(" + "|".join(map(re.escape, marks)) + ")", text)


def _retry_after(response: requests.Response) -> dt.timedelta:
    """How long the provider asks us to wait (RFC 9110, section 10.2.3), within bounds."""
    asked = response.headers.get("Retry-After", "").strip()
    try:
        rest = dt.timedelta(seconds=float(asked)) if asked else dt.timedelta()
    except (ValueError, OverflowError):
        try:
            rest = parsedate_to_datetime(asked) - clock.now()
        except (ValueError, TypeError):
            rest = dt.timedelta()
    return min(max(rest, dt.timedelta()), MAX_RETRY_AFTER)
