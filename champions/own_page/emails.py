"""The messages to a champion about what they proposed for their page."""

from typing import Any

from django.conf import settings

from accord_portal.foundation import mail
from champions.links import PROGRESS_LINKS_LAST, own_page_url
from champions.models import Champion, PageProposal
from responses.people import own_words


@mail.kind("page_published")
def page_published(proposal_id: int) -> mail.Message:
    """What you proposed for your page is published: where it stands, and how to change it again."""
    proposal = _proposal(proposal_id)
    champion = proposal.champion
    if not Champion.objects.published().filter(pk=champion.pk).exists():
        raise mail.NoLongerWanted
    address = settings.BASE_URL + champion.get_absolute_url()
    context = {"page_url": address if champion.contact.email_confirmed_at else ""}
    return _message(proposal, "champions/page_published", "Your page is published", context)


@mail.kind("page_not_published")
def page_not_published(proposal_id: int) -> mail.Message:
    """What you proposed is not published, why, and where to write it again."""
    proposal = _proposal(proposal_id)
    context = {"text": proposal.refused_because}
    return _message(
        proposal, "champions/page_not_published", "About what you proposed for your page", context
    )


def _proposal(key: int) -> PageProposal:
    proposal = PageProposal.objects.select_related("champion__contact").get(pk=key)
    if proposal.champion.contact.wants_to_be_left_alone:
        raise mail.NoLongerWanted
    return proposal


def _message(proposal: PageProposal, template: str, subject: str, context: dict[str, Any]) -> mail.Message:
    champion = proposal.champion
    contact = champion.contact
    context |= {
        "name": own_words.greeting(contact),
        "own_page_url": own_page_url(champion.pk, contact),
        "days": PROGRESS_LINKS_LAST.days,
        "proposed_on": proposal.proposed_at,
    }
    message = mail.compose(template, context, to=contact.email, subject=subject)
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    return message
