"""Staff decide about what a champion proposed for their page: it is published as it was looked at, or not."""

from collections.abc import Callable

from django.db import transaction

from accord_portal.foundation import clock, mail
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.addresses import mailbox
from accord_portal.foundation.folding import free_slug
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from accord_portal.staff.revisions import kept
from champions.enrolment import index_champion, index_initiative
from champions.models import Champion, ChampionPage, Initiative, PageProposal
from champions.own_page import emails
from champions.own_page.proposing import forget_pictures
from responses.models import Activity, Contact
from responses.people.person import lock_present
from responses.people.timeline import tell

State = PageProposal.State
REPLACED = "They have sent something newer since you opened this: look at that."
TAKEN_BACK = "They took this back: there is nothing to decide."
ALREADY_DECIDED = "Somebody decided about this already."


@transaction.atomic
def publish(*, proposal: PageProposal, by: User, seen: str) -> None:
    """Shows the public what they proposed, all of it; they are told by mail.

    `seen` is the champion's entry as `by` looked at it. Raises NotPossible where the champion is not public,
    or it is the page of `by`; ChangedMeanwhile where the entry or the proposal is another by now.
    """
    contact, champion = _locked(proposal)
    proposal = _waiting(proposal, contact, by)
    if champion.fingerprint != seen:
        raise ChangedMeanwhile("The entry was changed since you looked at it: look at it once more.")
    if not Champion.objects.published().filter(pk=champion.pk).exists():
        raise NotPossible(f"{champion} is not public as a champion, so this cannot be.")
    page, _ = ChampionPage.objects.get_or_create(champion=champion)
    with kept(champion, page, by=by):
        champion.summary = proposal.summary
        champion.summary_agreed = champion.summary_is_public = bool(proposal.summary)
        index_champion(champion)
        champion.save()
        page.website, page.place = proposal.website, proposal.place
        page.picture, page.alternative = proposal.picture, proposal.alternative
        page.agreed = page.is_public = True
        page.save()
        page.regions.set(proposal.regions.all())
    if proposal.initiative_title:
        proposal.initiative = _begin(champion, proposal, by)
    _decide(proposal, State.PUBLISHED, by)
    owed = _owe(emails.page_published, contact, proposal)
    tell(contact, Activity.Kind.PUBLISHED, "What they proposed for their page", by=by, mail=owed)


@transaction.atomic
def refuse(*, proposal: PageProposal, by: User, text: str) -> OutgoingMail | None:
    """It is not published, and they are mailed why; the message that is owed, if they may be mailed."""
    contact, _ = _locked(proposal)
    proposal = _waiting(proposal, contact, by)
    proposal.refused_because = text
    _decide(proposal, State.REFUSED, by)
    owed = _owe(emails.page_not_published, contact, proposal)
    what = f"Not published of what they proposed for their page: {text}"
    tell(contact, Activity.Kind.NOTE, what, by=by, mail=owed)
    return owed


def _locked(proposal: PageProposal) -> tuple[Contact, Champion]:
    """The person, then the champion, locked and afresh: who proposes and who decides take turns."""
    contact = lock_present(proposal.champion.contact)
    return contact, Champion.objects.select_for_update().get(pk=proposal.champion_id)


def _waiting(proposal: PageProposal, contact: Contact, by: User) -> PageProposal:
    """The proposal afresh. Raises NotPossible where there is nothing left to decide, or not for `by`."""
    proposal = PageProposal.objects.select_related("champion", "picture").get(pk=proposal.pk)
    if proposal.state == State.REPLACED:
        raise ChangedMeanwhile(REPLACED)
    if proposal.state == State.TAKEN_BACK:
        raise ChangedMeanwhile(TAKEN_BACK)
    if proposal.state != State.WAITING:
        raise ChangedMeanwhile(ALREADY_DECIDED)
    if contact.email and mailbox(contact.email) == mailbox(by.email):
        raise NotPossible("This is your own page: somebody else must decide about it.")
    return proposal


def _begin(champion: Champion, proposal: PageProposal, by: User) -> Initiative:
    """Registers the new initiative, public as it was proposed."""
    if champion.initiatives.filter(title=proposal.initiative_title).exists():
        raise NotPossible("This champion has an initiative with this title by now: ask them for another.")
    initiative = Initiative(
        champion=champion, title=proposal.initiative_title, description=proposal.initiative_description
    )
    initiative.slug = free_slug(initiative.title, "initiative", Initiative.objects.all())
    initiative.agreed, initiative.agreed_at = True, proposal.proposed_at
    initiative.state = Initiative.State.PUBLISHED
    initiative.published_at, initiative.published_by = clock.now(), by
    index_initiative(initiative)
    initiative.save()
    return initiative


def _decide(proposal: PageProposal, state: str, by: User) -> None:
    proposal.state, proposal.decided_at, proposal.decided_by = state, clock.now(), by
    proposal.save()
    forget_pictures(proposal.champion)


def _owe(
    message: Callable[..., mail.Message], contact: Contact, proposal: PageProposal
) -> OutgoingMail | None:
    if not contact.email or contact.wants_to_be_left_alone:
        return None
    return mail.owe(message, to=contact.email, recipient=contact.pk, proposal_id=proposal.pk)
