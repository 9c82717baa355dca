"""What an issue tells: gathered when it is composed, fixed once it is approved."""

from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.text import Truncator

from accord_portal.digests.models import Audience, DigestIssue, NewsItem, Update, Variant
from accord_portal.digests.sections import LISTS, sections
from accord_portal.foundation import mail, rich_text
from accord_portal.foundation.text import isolated
from champions.models import Champion, Initiative
from responses.models import Contact, Decision
from responses.people.person import lock_people
from responses.undertakings.showing import for_others

Kind = NewsItem.Kind
Things = dict[Kind, QuerySet[Any]]


# Where each reader's own words go in the fixed text.
NAME, WHY = "[[name]]", "[[why]]"
UNSUBSCRIBE, PREFERENCES = "https://[[unsubscribe]]", "https://[[preferences]]"


class Rendered(NamedTuple):
    """A message before it is anybody's own."""

    subject: str
    text: str
    html: str


def _public() -> Things:
    """What everybody may see of each kind that has pages."""
    return {
        Kind.UPDATE: Update.objects.published(),
        Kind.CHAMPION: Champion.objects.published(),
        Kind.INITIATIVE: Initiative.objects.published().select_related("champion"),
    }


def _published(audience: str) -> Things:
    """What the audience may be told now, of each kind what was published, or agreed to, last stands first."""
    news = {**_public(), Kind.UPDATE: Update.objects.published().for_audience(audience)}
    found = {kind: things.order_by("-published_at", "-pk") for kind, things in news.items()}
    agreed = Decision.objects.for_others().select_related("eoi")
    return {**found, Kind.DECISION: agreed.order_by("-told_agreed_at", "-pk")}


def _untold(audience: str) -> Things:
    """What the audience may be told and stands in none of its issues."""
    told = NewsItem.objects.filter(audience=audience, key=OuterRef("pk"))
    return {
        kind: things.exclude(Exists(told.filter(kind=kind))) for kind, things in _published(audience).items()
    }


def left_for_the_next(issue: DigestIssue) -> list[NewsItem]:
    """What the audience may be told, was not told and does not stand in the draft: as items, not saved."""
    return [
        NewsItem(issue=issue, audience=issue.audience, kind=kind, key=thing.pk, **_words(thing))
        for kind, things in _untold(issue.audience).items()
        for thing in things
    ]


def number_untold(audience: str) -> int:
    """How many things the next issue would tell."""
    return sum(things.count() for things in _untold(audience).values())


def is_told(update: Update) -> bool:
    """Whether each audience the update is for has had it in an issue that was approved."""
    items = NewsItem.objects.filter(kind=Kind.UPDATE, key=update.pk, issue__approved_at__isnull=False)
    audiences = {audience for audience in Audience if update.is_for(audience)}
    return audiences <= set(items.values_list("audience", flat=True))


def gather(issue: DigestIssue) -> list[NewsItem]:
    """Writes down what a new draft tells: everything its audience has not been told."""
    return NewsItem.objects.bulk_create(left_for_the_next(issue))


def _words(thing: Update | Champion | Initiative | Decision) -> dict[str, str]:
    """What an issue says of one thing."""
    if isinstance(thing, Decision):
        return {**for_others(thing)._asdict(), "slug": ""}
    summary = thing.summary
    if isinstance(thing, Champion):
        summary = Truncator(thing.public_summary).words(40)
    elif isinstance(thing, Initiative):
        summary = ": ".join(filter(None, [thing.champion.name, thing.summary]))
    return {"title": str(thing), "summary": summary, "slug": thing.slug}


def of(issue: DigestIssue) -> list[NewsItem]:
    """What the issue tells; a draft in the words of now, without what was taken down since."""
    items = list(issue.items.all())
    if not issue.is_draft:
        return items
    keys = {kind: [item.key for item in items if item.kind == kind] for kind in Kind}
    things = {kind: found.in_bulk(keys[kind]) for kind, found in _published(issue.audience).items()}
    left = [item for item in items if item.key in things[Kind(item.kind)]]
    for item in left:
        for name, value in _words(things[Kind(item.kind)][item.key]).items():
            setattr(item, name, value)
    return left


def public_items(issue: DigestIssue) -> tuple[list[NewsItem], int]:
    """What of a fixed issue everybody may see now, and how many things it told were taken down since.

    Nothing where it tells what has no page of its own: that was for its readers.
    """
    items = list(issue.items.all())
    if not _are_of_public_kinds(items):
        return [], 0
    seen = set[tuple[str, int]]()
    for kind, things in _public().items():
        keys = [item.key for item in items if item.kind == kind]
        seen |= {(kind, key) for key in things.filter(pk__in=keys).values_list("pk", flat=True)}
    left = [item for item in items if (item.kind, item.key) in seen]
    return left, len(items) - len(left)


def _are_of_public_kinds(items: list[NewsItem]) -> bool:
    """Whether each thing has a page of its own: what we decided about an initiative has none."""
    return all(item.kind in LISTS for item in items)


def fix(issue: DigestIssue) -> None:
    """Gives a draft that is being approved its final items and words, and waits for who is changing them.

    What is left out stays untold. Afterwards the draft is empty where everything was taken down.
    Raises ChangedMeanwhile where somebody merges one of the people at this moment.
    """
    keys = {kind: issue.items.filter(kind=kind).values("key") for kind in Kind}
    people = Contact.objects.filter(eois__decisions__in=keys[Kind.DECISION]).select_related("merged_into")
    lock_people(*{contact.kept_record for contact in people})
    theirs = Initiative.objects.filter(pk__in=keys[Kind.INITIATIVE]).values("champion")
    champions = Champion.objects.filter(Q(pk__in=keys[Kind.CHAMPION]) | Q(pk__in=theirs))
    for things in (Update.objects.filter(pk__in=keys[Kind.UPDATE]), champions):
        list(things.select_for_update().order_by("pk").values_list("pk"))
    items = of(issue)
    issue.items.exclude(pk__in=[item.pk for item in items]).delete()
    NewsItem.objects.bulk_update(items, ["title", "summary", "slug"])
    issue.subject, issue.text, issue.html = _rendered(issue, items)


def leave_out_what_was_taken_down(issue: DigestIssue) -> list[str]:
    """Renders a fixed issue anew without what its audience may not be told any more; the titles of that."""
    may_be_told = {
        kind: set(things.values_list("pk", flat=True)) for kind, things in _published(issue.audience).items()
    }
    gone = [item for item in issue.items.all() if item.key not in may_be_told[Kind(item.kind)]]
    if gone:
        issue.items.filter(pk__in=[item.pk for item in gone]).delete()
        fix_again(issue)
    return [item.title for item in gone]


def fix_again(issue: DigestIssue) -> None:
    """Renders a fixed issue anew from its items, where what one of them said was erased."""
    issue.subject, issue.text, issue.html = _rendered(issue, of(issue))
    issue.save(update_fields=["subject", "text", "html"])
    for variant in issue.variants.all():
        variant.subject, variant.text, variant.html = without(issue, variant.without)
        variant.save(update_fields=["subject", "text", "html"])


def fix_html_again(issue: DigestIssue) -> None:
    """Renders the HTML of a fixed issue anew from its plain text: of one from before there were items."""
    context = {"subject": issue.subject, "text": issue.text}
    issue.html = mail.html_body("digests/issue_from_text", context)
    issue.save(update_fields=["html"])


def render(issue: DigestIssue, variant: Variant | None = None) -> Rendered:
    """Subject, text and HTML as they will arrive, with marks where each reader's own words go."""
    if issue.is_draft:
        return _rendered(issue, of(issue))
    fixed = variant or issue
    return Rendered(fixed.subject, fixed.text, fixed.html)


def without(issue: DigestIssue, others: str) -> Rendered:
    """A fixed issue without what these others told ("3,17"); without bodies where it says nothing else."""
    told = told_by(others)
    items = of(issue)
    left = [item for item in items if (item.kind, item.key) not in told]
    if not (left or issue.introduction or issue.question):
        return Rendered(issue.subject, "", "")
    return _rendered(issue, left, len(items) - len(left))


def told_by(issues: str) -> set[tuple[str, int]]:
    """Kind and key of everything that these issues ("3,17") tell."""
    return set(NewsItem.objects.filter(issue__in=issues.split(",")).values_list("kind", "key"))


def _rendered(issue: DigestIssue, items: list[NewsItem], number_left_out: int = 0) -> Rendered:
    headline = " ".join(items[0].title.split())[:101] if items else ""  # a header is one line
    subject = issue.own_subject or f"Kia Tūtahi Accord: {isolated(headline)}".strip()
    context: dict[str, object] = {
        "subject": subject,
        "issue": issue,
        "sections": sections(items),
        "number_left_out": number_left_out,
        "introduction_html": rich_text.html(issue.introduction, settings.BASE_URL),
        "on_the_web": f"{settings.BASE_URL}{issue.get_absolute_url()}" if _are_of_public_kinds(items) else "",
        "name": NAME,
        "why": WHY,
        "unsubscribe_url": UNSUBSCRIBE,
        "preferences_url": PREFERENCES,
    }
    return Rendered(subject, *mail.bodies("digests/issue", context))
