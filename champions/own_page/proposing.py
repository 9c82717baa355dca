"""A champion proposes what their own page is to say, behind a link mailed to them."""

from collections.abc import Collection
from dataclasses import asdict, dataclass

from django.db import transaction

from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.pictures import Remade
from champions.models import Champion, ChampionPage, ChampionPicture, CodeListEntry, PageProposal
from responses.models import Activity
from responses.people.person import lock_present
from responses.people.timeline import tell

State = PageProposal.State


@dataclass(frozen=True, kw_only=True)
class PageWords:
    """What a champion writes on their own page; the title and what follows it are of a new initiative."""

    summary: str = ""
    website: str = ""
    place: str = ""
    alternative: str = ""
    initiative_title: str = ""
    initiative_description: str = ""


@dataclass(frozen=True)
class Written:
    """What stands, or is to stand, on a champion's own page."""

    words: PageWords
    regions: frozenset[int]
    picture: ChampionPicture | None


def standing(champion: Champion) -> Written:
    """What stands now, whether the public sees it or not."""
    page = ChampionPage.objects.select_related("picture").filter(champion=champion).first()
    if page is None:
        return Written(PageWords(summary=champion.summary), frozenset(), None)
    words = PageWords(
        summary=champion.summary, website=page.website, place=page.place, alternative=page.alternative
    )
    return Written(words, frozenset(page.regions.values_list("pk", flat=True)), page.picture)


def proposed(proposal: PageProposal) -> Written:
    """What the proposal wants the page to say."""
    words = PageWords(**{name: getattr(proposal, name) for name in asdict(PageWords())})
    return Written(words, frozenset(proposal.regions.values_list("pk", flat=True)), proposal.picture)


def unanswered(champion: Champion) -> PageProposal | None:
    """The proposal of this champion that waits for us."""
    return champion.proposals.unanswered().select_related("picture").first()


@transaction.atomic
def propose(
    *,
    champion: Champion,
    words: PageWords,
    regions: Collection[CodeListEntry] = (),
    picture: Remade | None = None,
    keeps_picture: bool = True,
) -> PageProposal | None:
    """Keeps what they want their page to say; an earlier proposal that waits is replaced, and kept.

    `picture` is a new one; without it, that of the page stays if `keeps_picture`. The same once more (a
    double press) is the same proposal. What stands already takes back what waits, if anything does: None.
    Raises NotPossible where the champion was taken down, or nothing is different.
    """
    contact = lock_present(champion.contact)
    champion = Champion.objects.select_for_update().get(pk=champion.pk)
    if champion.state == Champion.State.WITHDRAWN:
        raise NotPossible("You are no longer registered as a champion: write to us, and we see to it.")
    if words.initiative_title and champion.initiatives.filter(title=words.initiative_title).exists():
        raise NotPossible("You have an initiative with this title already: give the new one another.")
    before, stands = unanswered(champion), standing(champion)
    shown = proposed(before) if before else stands
    regions_wanted = frozenset(region.pk for region in regions)
    wanted = Written(words, regions_wanted, _picture(champion, shown, picture, keeps_picture))
    if before and wanted == shown:
        return before
    if before:
        before.state = State.TAKEN_BACK if wanted == stands else State.REPLACED
        before.save()
    elif wanted == stands:
        raise NotPossible("Nothing is different from what stands: change something, then send it.")
    made = None
    if wanted != stands:
        made = PageProposal.objects.create(champion=champion, picture=wanted.picture, **asdict(words))
        made.regions.set(regions)
    forget_pictures(champion)
    what = "Took back what they proposed for their page" if made is None else "Proposed changes of their page"
    tell(contact, Activity.Kind.NOTE, what)
    return made


def forget_pictures(champion: Champion) -> None:
    """Deletes the pictures that neither stand on the page nor wait to."""
    used = [written.picture_id for written in ChampionPage.objects.filter(champion=champion)]
    used += [proposal.picture_id for proposal in champion.proposals.unanswered()]
    champion.pictures.exclude(pk__in=[key for key in used if key]).delete()


def _picture(champion: Champion, shown: Written, sent: Remade | None, keeps: bool) -> ChampionPicture | None:
    if sent is None:
        return shown.picture if keeps else None
    if shown.picture and bytes(shown.picture.large) == sent.large:
        return shown.picture
    return ChampionPicture.objects.create(champion=champion, **sent._asdict())
