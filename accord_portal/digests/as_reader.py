"""An issue exactly as one reader has it, or would have it now: nothing is written down by looking."""

from typing import NamedTuple

from accord_portal.digests import content
from accord_portal.digests.content import Rendered
from accord_portal.digests.models import Delivery, DigestIssue
from accord_portal.digests.sending import emails, readers, variants
from responses.models import Contact


class Read(NamedTuple):
    """What a reader gets, or why they get nothing; where it is on its way already, how far it is."""

    message: Rendered | None
    why_not: str = ""
    became: str = ""
    has_both: bool = False  # some of its news came, or comes, with the other audience's issue


def read_by(issue: DigestIssue, contact: Contact) -> Read:
    """The issue with this reader's own words in it, without what they had already."""
    delivery = issue.deliveries.filter(contact=contact.pk).select_related("batch__variant").first()
    became = delivery.get_state_display() if delivery else ""
    yes = readers.yes_of(contact.pk, issue.audience)
    if yes is None:
        return Read(None, "There is no confirmed Yes to this on which we may write to them now.", became)
    without = _without(issue, contact, delivery)
    rendered = content.render(issue) if not without else _variant(issue, without)
    if not rendered.text:
        return Read(None, "They have all of its news already, by the other digest.", became, True)
    return Read(emails.seen_by(rendered, yes), "", became, bool(without))


def _without(issue: DigestIssue, contact: Contact, delivery: Delivery | None) -> str:
    """The other issues whose news is left out: as was chosen when the list was drawn up, else as of now."""
    if delivery:
        return delivery.batch.variant.without if delivery.batch.variant else ""
    return variants.expected(issue, [contact.pk]).get(contact.pk, "")


def _variant(issue: DigestIssue, without: str) -> Rendered:
    fixed = issue.variants.filter(without=without).first()
    return content.render(issue, fixed) if fixed else content.without(issue, without)
