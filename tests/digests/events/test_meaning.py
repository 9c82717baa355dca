"""Hard, soft or not the address's fault: in each provider's own words, and by the status code."""

from typing import Any

import pytest

from accord_portal.digests.events.meaning import meaning_of, status_code
from tests.digests.events.told import event

BOUNCES: list[tuple[str, dict[str, Any], str, str]] = [
    ("postmark", {"Type": "HardBounce"}, "550 5.1.1 unknown", "hard"),
    ("postmark", {"Type": "HardBounce"}, "550 5.7.1 policy", "blocked"),
    ("postmark", {"Type": "SoftBounce"}, "550 5.1.1 unknown", "soft"),
    ("postmark", {"Type": "Transient"}, "", "soft"),
    ("postmark", {"Type": "Blocked"}, "550 5.1.1 unknown", "blocked"),
    ("postmark", {"Type": "HardBounce"}, "552 5.2.2 full", "soft"),
    ("amazon_ses", {"bounce": {"bounceType": "Permanent"}}, "", "hard"),
    ("amazon_ses", {"bounce": {"bounceType": "Transient"}}, "", "soft"),
    ("amazon_ses", {"bounce": {"bounceType": "Undetermined"}}, "", "soft"),
    ("mailgun", {"event-data": {"severity": "permanent"}}, "550 5.1.1 no", "hard"),
    ("mailgun", {"event-data": {"severity": "permanent"}}, "550 5.7.26 no", "blocked"),
    ("mailgun", {"event-data": {"severity": "temporary"}}, "451 4.7.1 later", "soft"),
    ("brevo", {"event": "hard_bounce"}, "", "hard"),
    ("brevo", {"event": "soft_bounce"}, "", "soft"),
    ("brevo", {"event": "blocked"}, "", "blocked"),
    ("mailjet", {"event": "bounce", "hard_bounce": True}, "", "hard"),
    ("mailjet", {"event": "bounce", "hard_bounce": False}, "", "soft"),
    ("mailjet", {"event": "blocked"}, "", "blocked"),
    ("resend", {"data": {"bounce": {"type": "Permanent"}}}, "", "hard"),
    ("resend", {"data": {"bounce": {"type": "Transient"}}}, "", "soft"),
    ("sparkpost", {}, "550 5.1.1 unknown", "hard"),
    ("sparkpost", {}, "550 5.3.4 too big", "soft"),
    ("sparkpost", {}, "", "soft"),
    ("postmark", {}, "it is at 10.5.1.1", "soft"),
]


@pytest.mark.parametrize(("provider", "received", "answer", "meaning"), BOUNCES)
def test_a_bounce_means(provider: str, received: dict[str, Any], answer: str, meaning: str) -> None:
    assert meaning_of(event(provider, "bounced", received, mta_response=answer)) == meaning


@pytest.mark.parametrize(
    ("kind", "reason", "meaning"),
    [
        ("rejected", "bounced", "hard"),
        ("rejected", "invalid", "hard"),
        ("rejected", "blocked", "rejected"),
        ("rejected", "unsubscribed", "rejected"),
        ("failed", None, "rejected"),
        ("bounced", "spam", "blocked"),
        ("deferred", None, "accepted"),
        ("sent", None, "accepted"),
        ("delivered", None, "delivered"),
        ("complained", None, "complained"),
        ("unsubscribed", None, "unsubscribed"),
    ],
)
def test_other_events_mean(kind: str, reason: str | None, meaning: str) -> None:
    assert meaning_of(event("sparkpost", kind, {}, reject_reason=reason)) == meaning


def test_the_code_is_found_in_what_came_where_no_field_has_it() -> None:
    assert status_code(event("mailgun", "bounced", {"deep": {"text": "554 5.7.1 spam"}})) == "5.7.1"
    assert status_code(event("mailgun", "bounced", None)) == ""
