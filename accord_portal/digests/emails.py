"""The digest as a message: the fixed text of an issue with one reader's own words in it."""

import html
import re
from email.utils import formataddr, parseaddr
from urllib.parse import urlsplit

from django.conf import settings

from accord_portal.foundation import mail, signed_links
from accord_portal.foundation.dates import day_in_words
from accord_portal.foundation.text import isolated
from responses.consent import wordings
from responses.models import Involvement
from responses.people import own_words
from responses.people.links import preferences_url

from .content import NAME, PREFERENCES, UNSUBSCRIBE, WHY, Rendered, render
from .models import Delivery, DigestIssue

MARKS = re.compile("|".join(re.escape(mark) for mark in (NAME, WHY, UNSUBSCRIBE, PREFERENCES)))


def personal(rendered: Rendered, *, name: str, why: str, unsubscribe: str, preferences: str) -> Rendered:
    """The issue as one reader gets it."""
    own = {NAME: isolated(name), WHY: why, UNSUBSCRIBE: unsubscribe, PREFERENCES: preferences}
    return Rendered(
        rendered.subject,
        MARKS.sub(lambda mark: own[mark[0]], rendered.text),
        MARKS.sub(lambda mark: html.escape(own[mark[0]]), rendered.html),
    )


def issue_to(delivery: Delivery, issue: DigestIssue, yes: Involvement) -> mail.Message:
    """One issue to one person, on the strength of one Yes, with a way out in its headers and its body."""
    contact = delivery.contact
    unsubscribe = signed_links.address("unsubscribe", contact.pk, issue.audience, issue.pk)
    own = personal(
        render(issue),
        name=own_words.greeting(contact),
        why=f"You said Yes on {day_in_words(yes.since_at)} to: “{_asked(yes)}”",
        unsubscribe=unsubscribe,
        preferences=preferences_url(contact),
    )
    headers = {**_headers(issue, unsubscribe), "Message-ID": mail.message_id(delivery.uuid)}
    return _made(own, to=delivery.address, headers=headers)


def _asked(yes: Involvement) -> str:
    """The words this reader said Yes to, even where they have been changed since."""
    in_force = wordings.current(yes.contact.language)[yes.purpose]
    return in_force.text if in_force.key == yes.consent.wording_id else yes.consent.wording.text


@mail.kind("test_of_issue")
def test_of_issue(issue_id: int, address: str) -> mail.Message:
    """The issue as it stands, to a member of staff; its personal links lead to a page that says so."""
    issue = DigestIssue.objects.get(pk=issue_id)
    nowhere = f"{settings.BASE_URL}/unsubscribe/this-is-a-test/"
    own = personal(
        render(issue),
        name="(the reader’s name)",
        why="This is a test for staff. Each reader sees here which Yes it is for, and since when.",
        unsubscribe=nowhere,
        preferences=nowhere,
    )
    return _made(own._replace(subject=f"Test: {own.subject}"), to=address, headers=_headers(issue, nowhere))


def _made(own: Rendered, *, to: str, headers: dict[str, str]) -> mail.Message:
    return mail.addressed(
        to,
        sender=settings.DIGEST_FROM_EMAIL,
        subject=own.subject,
        text=own.text,
        html=own.html,
        headers=headers,
    )


def _headers(issue: DigestIssue, unsubscribe: str) -> dict[str, str]:
    """RFC 2369, 2919, 3834 and 8058. RFC 8058 asks for https, so the header says so even on a laptop."""
    domain = parseaddr(settings.DIGEST_FROM_EMAIL)[1].rpartition("@")[2]
    reply_to = parseaddr(settings.REPLY_TO_EMAIL)[1]
    one_click = urlsplit(unsubscribe)._replace(scheme="https").geturl()
    list_id = f"{issue.audience.replace('_', '-')}.{domain}"
    return {
        "List-Id": formataddr((issue.get_audience_display(), list_id)),
        "List-Unsubscribe": f"<{one_click}>, <mailto:{reply_to}?subject=unsubscribe>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Archive": f"<{settings.BASE_URL}/updates/>",
        "Auto-Submitted": "auto-generated",
        "Feedback-ID": f"{issue.pk}:{issue.audience}:digest:accord",
    }
