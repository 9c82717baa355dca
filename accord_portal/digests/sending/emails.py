"""The digest as a message: the fixed text of an issue with one reader's own words in it."""

import datetime as dt
import html
from email.utils import formataddr, parseaddr
from functools import cache, cached_property, lru_cache

from django.conf import settings
from django.utils import timezone

from accord_portal.digests.content import NAME, PREFERENCES, UNSUBSCRIBE, WHY, Rendered, render
from accord_portal.digests.models import DigestIssue, Variant
from accord_portal.digests.sending.readers import Listed, Yes
from accord_portal.digests.sending.splicing import MARKS, Spliced
from accord_portal.foundation import mail, signed_links
from accord_portal.foundation.addresses import ascii_address
from accord_portal.foundation.dates import day_in_words
from accord_portal.foundation.text import isolated
from accord_portal.foundation.transport import Envelope, Own
from responses.consent import wordings
from responses.people import own_words
from responses.people.links import preferences_url_of


def personal(rendered: Rendered, *, name: str, why: str, unsubscribe: str, preferences: str) -> Rendered:
    """The issue as one reader gets it."""
    own = {NAME: isolated(name), WHY: why, UNSUBSCRIBE: unsubscribe, PREFERENCES: preferences}
    return _with_own_words(rendered, own)


def _with_own_words(rendered: Rendered, own: dict[str, str]) -> Rendered:
    return Rendered(
        rendered.subject,
        MARKS.sub(lambda mark: own[mark[0]], rendered.text),
        MARKS.sub(lambda mark: html.escape(own[mark[0]]), rendered.html),
    )


class Edition:
    """One issue in one variant, ready to be addressed to one reader after another."""

    def __init__(self, issue: DigestIssue, variant: Variant | None = None) -> None:
        self.issue, self.variant = issue, variant
        self.as_of = ""  # the moment as of which links are signed; "": now
        self.sender = _bare(settings.DIGEST_FROM_EMAIL)
        self.zone = timezone.get_default_timezone()

    @cached_property
    def shared(self) -> mail.Message:
        """What all readers get alike, with marks where their own words go."""
        rendered = render(self.issue, self.variant)
        return _made(rendered, to=self.sender, headers=_headers(self.issue, UNSUBSCRIBE))

    @cached_property
    def _spliced(self) -> Spliced:
        """The same, serialised once."""
        return Spliced(self.shared)

    def to(self, listed: Listed, yes: Yes) -> Envelope:
        """The issue to one person, on the strength of one Yes."""
        unsubscribe = signed_links.address(
            "unsubscribe", yes.contact_id, self.issue.audience, self.issue.pk, led_here=self.as_of
        )
        own = Own(
            to=ascii_address(listed.address),
            message_id=mail.message_id(listed.uuid),
            list_unsubscribe=_list_unsubscribe(unsubscribe),
            by_mark={
                NAME: isolated(own_words.greeting(yes)),
                WHY: _why(yes.since_at.astimezone(self.zone).date(), wordings.text_of(yes.wording)),
                UNSUBSCRIBE: unsubscribe,
                PREFERENCES: preferences_url_of(yes.contact_id, yes.mailbox, self.as_of),
            },
        )
        return Envelope(
            listed.pk,
            self.sender,
            own.to,
            message=lambda: self._message(own),
            shared=lambda: self.shared,
            own=own,
            content=lambda: self._spliced.to(own),
        )

    def _message(self, own: Own) -> mail.Message:
        """The same as a message, for a transport that takes no bytes."""
        headers = _headers(self.issue, UNSUBSCRIBE) | {
            "List-Unsubscribe": own.list_unsubscribe,
            "Message-ID": own.message_id,
        }
        rendered = _with_own_words(render(self.issue, self.variant), own.by_mark)
        message = _made(rendered, to=own.to, headers=headers)
        message.metadata = {"uuid": own.uuid}
        return message


def seen_by(rendered: Rendered, yes: Yes) -> Rendered:
    """The issue as this reader gets it, for staff to look at: the reader's own links lead nowhere."""
    return personal(
        rendered,
        name=own_words.greeting(yes),
        why=_why(timezone.localdate(yes.since_at), wordings.text_of(yes.wording)),
        unsubscribe="https://unsubscribe.invalid/",
        preferences="https://preferences.invalid/",
    )


@lru_cache
def _why(since_on: dt.date, asked: str) -> str:
    return f"You said Yes on {day_in_words(since_on)} to: “{asked}”"


@mail.kind("test_of_issue")
def test_of_issue(issue_id: int, address: str) -> mail.Message:
    """The issue as it stands, to whom staff name; its personal links lead to a page that says so."""
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
    """RFC 2369, 2919, 3834 and 8058."""
    domain = _bare(settings.DIGEST_FROM_EMAIL).rpartition("@")[2]
    list_id = f"{issue.audience.replace('_', '-')}.{domain}"
    return {
        "List-Id": formataddr((issue.get_audience_display(), list_id)),
        "List-Unsubscribe": _list_unsubscribe(unsubscribe),
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Archive": f"<{settings.BASE_URL}/updates/>",
        "Auto-Submitted": "auto-generated",
        "Feedback-ID": f"{issue.pk}:{issue.audience}:digest:accord",
    }


def _list_unsubscribe(address: str) -> str:
    """One press over https, even on a laptop (RFC 8058).

    It names no mailto: as long as nothing reads the mail that would come.
    """
    one_click = "https://" + address.partition("://")[2]
    return f"<{one_click}>"


@cache
def _bare(address: str) -> str:
    """The address without the name before it."""
    return parseaddr(address)[1]
