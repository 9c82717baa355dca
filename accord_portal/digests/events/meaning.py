"""What an event means for the address: the provider's own word for it, and the enhanced status code.

No provider's field says hard or soft in the same way. In doubt a bounce is soft: it takes several of them.
A refusal for what we are or say (RFC 3463: 5.7.x, or the provider's "blocked") is not the address's fault.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from accord_portal.digests.models import ProviderEvent

Meaning = ProviderEvent.Meaning
STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")  # RFC 3463
HARD_STATUS = re.compile(r"5\.(1\.(0|1|2|3|6|10)|2\.1|4\.4)")  # no such mailbox, domain or way to it
BY_TYPE = {
    "queued": Meaning.ACCEPTED,
    "sent": Meaning.ACCEPTED,
    "deferred": Meaning.ACCEPTED,
    "delivered": Meaning.DELIVERED,
    "complained": Meaning.COMPLAINED,
    "unsubscribed": Meaning.UNSUBSCRIBED,
    "failed": Meaning.REJECTED,
}
BY_WORD = {
    **dict.fromkeys(
        ["HardBounce", "BadEmailAddress", "Permanent", "hard_bounce", "invalid_email"], Meaning.HARD
    ),
    **dict.fromkeys(["permanent", "hard", "bounce", "invalid"], Meaning.HARD),
    **dict.fromkeys(["SoftBounce", "Transient", "DnsError", "soft_bounce", "temporary"], Meaning.SOFT),
    **dict.fromkeys(["Undetermined", "Temporary", "soft", "soft bounce"], Meaning.SOFT),
    **dict.fromkeys(["Blocked", "SpamNotification", "ISPBlocked", "DMARCPolicy", "blocked"], Meaning.BLOCKED),
}
WORD: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {  # where each provider says it
    "amazon_ses": lambda said: _at(said, "bounce", "bounceType"),
    "brevo": lambda said: said.get("event"),
    "mailersend": lambda said: str(said.get("type", "")).rpartition(".")[2].removesuffix("_bounced"),
    "mailgun": lambda said: _at(said, "event-data", "severity") or said.get("severity"),
    "mailjet": lambda said: "blocked" if said.get("event") == "blocked" else _hard_or_soft(said),
    "mailtrap": lambda said: said.get("event"),
    "postmark": lambda said: said.get("Type"),
    "resend": lambda said: _at(said, "data", "bounce", "type"),
    "sendgrid": lambda said: said.get("type"),
    "unisender_go": lambda said: str(_at(said, "event_data", "status")).removesuffix("_bounced"),
}


def meaning_of(event: ProviderEvent) -> str:
    """What the event means, one of `Meaning`."""
    if event.type in BY_TYPE:
        return BY_TYPE[event.type]
    if event.payload.get("reject_reason") in ("blocked", "spam"):
        return Meaning.BLOCKED if event.type == "bounced" else Meaning.REJECTED
    word = BY_WORD.get(_word(event))
    if event.type == "rejected" and word == Meaning.BLOCKED:
        return Meaning.REJECTED
    if event.type == "rejected":  # the provider remembers that the address takes no mail
        return (
            Meaning.HARD if event.payload.get("reject_reason") in ("invalid", "bounced") else Meaning.REJECTED
        )
    status = status_code(event)
    if status.startswith("5.7.") or word == Meaning.BLOCKED:
        return Meaning.BLOCKED
    if word == Meaning.HARD:
        return Meaning.SOFT if status.startswith("4.") or status == "5.2.2" else Meaning.HARD
    if word is None and (HARD_STATUS.fullmatch(status) or event.payload.get("reject_reason") == "invalid"):
        return Meaning.HARD
    return Meaning.SOFT


def status_code(event: ProviderEvent) -> str:
    """The enhanced status code of the receiving server in what the provider passed on; "" without one."""
    said = [event.payload.get("mta_response"), event.payload.get("description")]
    found = STATUS.search(" ".join(str(text) for text in said if text)) or STATUS.search(
        json.dumps(event.as_received or "")
    )
    return found[0] if found else ""


def _word(event: ProviderEvent) -> str:
    said, read = event.as_received, WORD.get(event.provider)
    return str(read(said) or "") if read and isinstance(said, Mapping) else ""


def _at(said: Any, *path: str) -> Any:
    for name in path:
        said = said.get(name) if isinstance(said, Mapping) else None
    return said


def _hard_or_soft(said: Mapping[str, Any]) -> str:
    return "hard" if said.get("hard_bounce") in (True, "true", "1", 1) else "soft"
