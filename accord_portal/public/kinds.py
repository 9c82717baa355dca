"""What is public, kind by kind: which rows, in which order, and what is said of each.

Search, open data, feeds and the site map read this and nothing else. They show what the pages show, as long
as the pages do: each asks for the published rows anew.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accord_portal.digests.models import Update
from accord_portal.foundation.search import SearchableQuerySet
from champions.initiatives import standing
from champions.models import Champion, Initiative, Partnership, PracticeStory

OURS = "CC BY 4.0"
CC_BY = "https://creativecommons.org/licenses/by/4.0/"
THEIRS = "Not licensed: the words are those of the people named"
Value = str | list[str]


@dataclass(frozen=True)
class PublicKind:
    """One kind of thing the public sees.

    `published` are the rows that the public may see, searched by their `search_folded`; `rows` the same with
    what `columns` and `schema` read: what open data says beside title and address, and what search engines
    are told in the words of schema.org. The field of the instant of publication is the same for all.
    `summary` is what a reader sees first.
    """

    name: str
    one: str
    many: str
    published: Callable[[], SearchableQuerySet]
    rows: Callable[[], Any]
    summary: Callable[[Any], str]
    columns: Callable[[Any], dict[str, Value]]
    licence: str
    schema: Callable[[Any], dict[str, Any]]
    licence_of: Callable[[Any], str] | None = None  # where each row has its own
    title: str = "title"
    og_type: str = "website"

    def title_of(self, row: Any) -> str:
        """The name it goes by."""
        return str(getattr(row, self.title))


def day(instant: dt.datetime | dt.date | None) -> str:
    """The day as data has it (ISO 8601), in New Zealand; "" for none."""
    if isinstance(instant, dt.datetime):
        instant = timezone.localdate(instant)
    return instant.isoformat() if instant else ""


def _labels(rows: Iterable[object]) -> list[str]:
    return [str(row) for row in rows]


def _champion(row: Champion) -> dict[str, Value]:
    return {
        "kind": row.get_kind_display(),
        "summary": row.public_summary,
        "principles": _labels(row.principles.all()),
        "champion since": day(row.appointed_on),
        "champion until": day(row.ended_on),
    }


def _initiative(row: Initiative) -> dict[str, Value]:
    said = {side.side.label.lower(): side.last for side in standing.of(row).sides if side.last}
    return {
        "champion": row.champion.name,
        "partners": [partner.champion.name for partner in row.shown_partners],  # type: ignore[attr-defined]
        "description": row.description,
        "why": row.reason,
        "with whom": row.with_whom,
        "since": day(row.since_on),
        "regions": _labels(row.regions.all()),
        "principles": _labels(row.principles.all()),
        "features": _labels(row.features.all()),
        "agency side": said["agency side"].get_state_display() if "agency side" in said else "",
        "community side": said["community side"].get_state_display() if "community side" in said else "",
    }


def _partnership(row: Partnership) -> dict[str, Value]:
    shown = row if row.is_in_full else Partnership()
    return {
        "kind": row.get_kind_display(),
        "parties": [party.name for party in row.parties.all() if not party.until_on],
        "status": row.get_status_display(),
        "called": shown.called,
        "vision": shown.vision,
        "purpose": shown.purpose,
        "outcomes": shown.outcomes,
        "start": day(shown.starts_on),
        "end": day(shown.ends_on),
        "review": day(shown.review_on),
    }


def _story(row: PracticeStory) -> dict[str, Value]:
    return {
        "summary": row.summary,
        "problem": row.problem,
        "what was done": row.done,
        "what changed": row.changed,
        "how that is known": row.known_by,
        "what would be done differently": row.differently,
        "text": row.body,
        "regions": _labels(row.regions.all()),
        "principles": _labels(row.principles.all()),
        "features": _labels(row.features.all()),
    }


def _news(row: Update) -> dict[str, Value]:
    return {"summary": row.summary, "text": row.body}


SCHEMA_TYPES = {
    Champion.Kind.AGENCY: "GovernmentOrganization",
    Champion.Kind.INDIVIDUAL: "Person",
}


def _champion_schema(row: Champion) -> dict[str, Any]:
    return {"@type": SCHEMA_TYPES.get(Champion.Kind(row.kind), "Organization")}


def _initiative_schema(row: Initiative) -> dict[str, Any]:
    by = {**_champion_schema(row.champion), "name": row.champion.name}
    name = "founder" if by["@type"] == "Person" else "parentOrganization"
    return {"@type": "Project", name: by, "foundingDate": day(row.since_on)}


def _partnership_schema(row: Partnership) -> dict[str, Any]:
    return {"@type": "CreativeWork", "genre": row.get_kind_display()}


def _story_schema(row: PracticeStory) -> dict[str, Any]:
    licence = CC_BY if row.licence == PracticeStory.Licence.CC_BY else ""
    return {"@type": "Article", "datePublished": day(row.published_at), "license": licence}


def _news_schema(row: Update) -> dict[str, Any]:
    return {"@type": "NewsArticle", "datePublished": day(row.published_at)}


PUBLIC_CHAMPIONS = PublicKind(
    name="champions",
    one="Champion",
    many="Champions",
    published=lambda: Champion.objects.published(),
    rows=lambda: Champion.objects.published().prefetch_related("principles"),
    summary=lambda row: row.public_summary,
    columns=_champion,
    schema=_champion_schema,
    og_type="profile",
    licence=THEIRS,
    title="name",
)
PUBLIC_INITIATIVES = PublicKind(
    name="initiatives",
    one="Initiative",
    many="Initiatives",
    published=lambda: Initiative.objects.published(),
    rows=lambda: standing.with_standing(Initiative.objects.published()).prefetch_related(
        "regions", "principles", "features"
    ),
    summary=lambda row: row.summary,
    columns=_initiative,
    schema=_initiative_schema,
    licence=THEIRS,
)
PUBLIC_PARTNERSHIPS = PublicKind(
    name="partnerships",
    one="Partnership",
    many="Partnerships",
    published=lambda: Partnership.objects.published(),
    rows=lambda: Partnership.objects.published().prefetch_related("parties"),
    summary=lambda row: row.vision if row.is_in_full else "",
    columns=_partnership,
    schema=_partnership_schema,
    licence=THEIRS,
)
PUBLIC_STORIES = PublicKind(
    name="good-practice",
    one="Practice story",
    many="Good practice",
    published=lambda: PracticeStory.objects.published(),
    rows=lambda: PracticeStory.objects.published().prefetch_related("regions", "principles", "features"),
    summary=lambda row: row.summary,
    columns=_story,
    schema=_story_schema,
    og_type="article",
    licence="Each story says its own",
    licence_of=lambda row: row.licence_words or OURS,
)
PUBLIC_UPDATES = PublicKind(
    name="updates",
    one="Update",
    many="Updates",
    published=lambda: Update.objects.published(),
    rows=lambda: Update.objects.published(),
    summary=lambda row: row.summary,
    columns=_news,
    schema=_news_schema,
    og_type="article",
    licence=OURS,
)
PUBLIC_KINDS = [PUBLIC_CHAMPIONS, PUBLIC_INITIATIVES, PUBLIC_PARTNERSHIPS, PUBLIC_STORIES, PUBLIC_UPDATES]
KIND_BY_NAME = {kind.name: kind for kind in PUBLIC_KINDS}
