"""What champions' own pages hold about one person; see `accord_portal.foundation.personal_data`.

Taking down is `champions.enrolment.withdraw`, which takes the page down with its champion.
"""

from base64 import b64encode
from collections.abc import Sequence

from accord_portal.foundation.personal_data import Held, Sent, Shown, listed
from accord_portal.staff import revisions
from champions.models import ChampionPage, ChampionPicture, PageProposal

PAGE = {
    "Champion": "champion.name",
    "Website": "website",
    "Place": "place",
    "The picture in words": "alternative",
    "May be public": "agreed",
    "Public": "is_public",
}
PROPOSAL = {
    "Champion": "champion.name",
    "Proposed": "proposed_at",
    "Summary": "summary",
    "Website": "website",
    "Place": "place",
    "The picture in words": "alternative",
    "New initiative": "initiative_title",
    "What it is": "initiative_description",
    "What became of it": "state",
    "Why not": "refused_because",
}


def held(keys: Sequence[int]) -> Held:
    """The person's own pages, what they proposed for them, and the pictures themselves."""
    pages = ChampionPage.objects.filter(champion__contact__in=keys).select_related("champion")
    proposals = PageProposal.objects.filter(champion__contact__in=keys).select_related("champion")
    return {
        "What you wrote on your page": [
            {**row, "Regions": _regions(page)} for page, row in zip(pages, listed(pages, PAGE), strict=True)
        ],
        "What you proposed for your page": [
            {**row, "Regions": _regions(proposal)}
            for proposal, row in zip(proposals, listed(proposals, PROPOSAL), strict=True)
        ],
        "Your pictures": [
            {"Made": row.made_at, "Size": str(row), "JPEG, in Base64": b64encode(bytes(row.large)).decode()}
            for row in ChampionPicture.objects.filter(champion__contact__in=keys).order_by("pk")
        ],
        "What your page said before": [
            {"When": change.line.changed_at, difference.label: difference.before}
            for change in revisions.changes(pages)
            for difference in change.differences
        ],
    }


def _regions(written: ChampionPage | PageProposal) -> str:
    return "; ".join(str(region) for region in written.regions.all())


def sent(keys: Sequence[int]) -> list[Sent]:
    """Nothing of its own: messages are in the outgoing mail."""
    return []


def public(keys: Sequence[int]) -> list[Shown]:
    """The person's pictures; the rest stands on the champion's page."""
    pages = ChampionPage.objects.with_public_picture().filter(champion__contact__in=keys).order_by("pk")
    return [Shown("Your picture", page.picture_url) for page in pages]


def take_down(keys: Sequence[int]) -> None:
    """Nothing of its own: a page comes down with its champion, in the same transaction."""


def erase(keys: Sequence[int]) -> None:
    """Blanks what the person wrote, and deletes their pictures; a proposal stays counted."""
    pages = ChampionPage.objects.filter(champion__contact__in=keys)
    proposals = PageProposal.objects.filter(champion__contact__in=keys)
    revisions.forget(list(pages))
    for row in (*pages, *proposals):
        row.regions.clear()
    pages.update(website="", place="", alternative="", picture=None, agreed=False, is_public=False)
    words = ("summary", "website", "place", "alternative", "initiative_title", "initiative_description")
    proposals.unanswered().update(state=PageProposal.State.TAKEN_BACK)
    proposals.update(**dict.fromkeys(words, ""), picture=None)
    proposals.filter(state=PageProposal.State.REFUSED).update(refused_because="Erased")
    ChampionPicture.objects.filter(champion__contact__in=keys).delete()
