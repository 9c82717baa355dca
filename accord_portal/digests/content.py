"""What an issue tells: gathered while it is a draft, fixed once it is approved."""

import datetime as dt
from typing import NamedTuple

from django.conf import settings

from accord_portal.foundation import mail, rich_text
from champions.models import Champion, Initiative

from .models import DigestIssue, Update

SIGNED_AT = dt.datetime(2011, 8, 1, tzinfo=dt.UTC)  # the Accord; there is no news from before

# Where each reader's own words go in the fixed text.
NAME, WHY = "[[name]]", "[[why]]"
UNSUBSCRIBE, PREFERENCES = "https://[[unsubscribe]]", "https://[[preferences]]"


class Content(NamedTuple):
    """Each list in the order it was published."""

    updates: list[Update]
    champions: list[Champion]
    initiatives: list[Initiative]

    @property
    def headline(self) -> str:
        """What the subject line names; "" where there is no news."""
        return next((str(item) for items in self for item in items), "")


class Rendered(NamedTuple):
    """A message before it is anybody's own."""

    subject: str
    text: str
    html: str


def published_between(audience: str, after: dt.datetime, until: dt.datetime) -> Content:
    """What was published for the audience in this span and may still be seen."""
    return Content(
        list(Update.objects.for_audience(audience).published_between(after, until)),
        list(Champion.objects.published_between(after, until)),
        list(Initiative.objects.published_between(after, until).select_related("champion")),
    )


def covered_until(audience: str) -> dt.datetime:
    """Up to when the audience's issues have told the news."""
    last = DigestIssue.objects.filter(audience=audience).standing().first()
    return last.covers_until_at if last else SIGNED_AT


def since_last_issue(audience: str, until: dt.datetime) -> Content:
    """What the next issue would tell."""
    return published_between(audience, covered_until(audience), until)


def of(issue: DigestIssue) -> Content:
    """What a draft would tell if it were approved now."""
    return published_between(issue.audience, issue.covers_from_at, issue.covers_until_at)


def render(issue: DigestIssue) -> Rendered:
    """Subject, text and HTML as they will arrive, with marks where each reader's own words go."""
    if not issue.is_draft:
        return Rendered(issue.subject, issue.text, issue.html)
    content = of(issue)
    subject = " ".join(f"Kia Tūtahi Accord: {content.headline}".split())[:120]  # a header is one line
    context: dict[str, object] = {
        "subject": subject,
        "issue": issue,
        "content": content,
        "introduction_html": rich_text.html(issue.introduction, settings.BASE_URL),
        "name": NAME,
        "why": WHY,
        "unsubscribe_url": UNSUBSCRIBE,
        "preferences_url": PREFERENCES,
    }
    return Rendered(subject, *mail.bodies("digests/issue", context))
