"""What the room of digests holds about one person; see `accord_portal.foundation.personal_data`."""

import re
from collections.abc import Collection, Iterable, Sequence

from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.text import Truncator

from accord_portal.digests import content
from accord_portal.digests.models import Batch, Delivery, DigestIssue, Doubt, NewsItem, ProviderEvent
from accord_portal.foundation.addresses import mailbox
from accord_portal.foundation.models import OutgoingMail
from accord_portal.foundation.personal_data import Held, Sent, Shown, listed
from champions.models import Champion, Initiative
from responses.models import Contact, Decision, Suppression
from responses.people import suppressions

State, Kind = Delivery.State, NewsItem.Kind
ERASED = "[erased]"
DELIVERY = {
    "Subject": "issue.subject",
    "For those who said Yes to": "issue.audience",
    "Address": "address",
    "What became of it": "state",
    "Why": "reason",
    "When": "settled_at",
}
DOUBT = {
    "Digest": "issue.subject",
    "Since when nobody knew whether you have it": "since_at",
    "How that ended": "ending",
    "When it ended": "ended_at",
    "Why": "sentence",
}
EVENT = {
    "Mail provider": "provider",
    "What it told us": "type",
    "Of the address": "mailbox",
    "When": "received_at",
    "What followed": "outcome",
}
TOLD = {
    "Digest for those who said Yes to": "issue.audience",
    "Approved": "issue.approved_at",
    "Title": "title",
    "Text": "summary",
}


def held(keys: Sequence[int]) -> Held:
    """The deliveries of digests, and what digests told of the person."""
    deliveries = Delivery.objects.filter(contact__in=keys).select_related("issue").order_by("pk")
    return {
        "Digests": listed(deliveries, DELIVERY),
        "Digests in doubt": listed(_doubts(keys).select_related("issue").order_by("pk"), DOUBT),
        "What the mail provider told us": listed(_events(keys).order_by("pk"), EVENT),
        "What digests told of you": listed(_told_of(keys), TOLD),
    }


def sent(keys: Sequence[int]) -> list[Sent]:
    """The digests handed over, or perhaps handed over."""
    left = [*Delivery.TAKEN, State.HELD, State.FAILED]
    rows = Delivery.objects.filter(contact__in=keys, state__in=left).annotate(
        at=Coalesce("settled_at", "batch__submitted_at", "batch__not_before_at")
    )
    found = rows.values_list("at", "issue__subject", "state")
    return [Sent(at, subject, State(state).label) for at, subject, state in found]


def public(keys: Sequence[int]) -> list[Shown]:
    """Nothing: no digest names a reader."""
    return []


def take_down(keys: Sequence[int]) -> None:
    """There is nothing to take down."""


def erase(keys: Sequence[int]) -> None:
    """Blanks the person's deliveries, what a server said of the address, and what issues told of them."""
    deliveries = Delivery.objects.filter(contact__in=keys)
    _events(keys).update(mailbox="", payload={})
    addresses = set(deliveries.values_list("address", flat=True)) - {""}
    for delivery in deliveries:
        delivery.address, delivery.reason, delivery.address_hash = "", "", f"erased:{delivery.pk}"
        delivery.save(update_fields=["address", "reason", "address_hash"])
    _strike(Batch.objects.exclude(last_error="").iterator(), ["last_error"], addresses)
    _strike(DigestIssue.objects.exclude(trouble="").iterator(), ["trouble"], addresses)
    for address in sorted(addresses):
        suppressions.suppress(mailbox(address), Suppression.Scope.ERASED)
    _erase_told(keys)
    _erase_sentences(keys)


def _doubts(keys: Sequence[int]) -> QuerySet[Doubt]:
    return Doubt.objects.filter(delivery__contact__in=keys)


def _erase_sentences(keys: Sequence[int]) -> None:
    """Blanks why something was decided about this person and nobody else: it may name them."""
    for doubt in _doubts(keys).exclude(sentence="").select_related("issue"):
        alike = Doubt.objects.filter(issue=doubt.issue_id, ended_at=doubt.ended_at)
        if not alike.exclude(delivery__contact__in=keys).exists():
            _strike([doubt.issue], ["decisions"], {doubt.sentence.rstrip(".")})
            Doubt.objects.filter(pk=doubt.pk).update(sentence=ERASED)


def _events(keys: Sequence[int]) -> QuerySet[ProviderEvent]:
    """What providers told of this person's digests, messages and addresses, by an index each."""
    mails = OutgoingMail.objects.filter(recipient__in=keys).values("pk")
    boxes = Contact.objects.filter(pk__in=keys, mailbox__isnull=False).values("mailbox")
    events = ProviderEvent.objects.order_by()
    ways = [events.filter(delivery__contact__in=keys), events.filter(mail__in=mails)]
    ways += [events.filter(mailbox__in=boxes)]
    found = {key for way in ways for key in way.values_list("pk", flat=True)}
    return ProviderEvent.objects.filter(pk__in=found)


def _told_of(keys: Sequence[int]) -> QuerySet[NewsItem]:
    """What issues told of the person's champions and their initiatives, and of what we decided for them."""
    champions = Champion.objects.filter(contact__in=keys).values("pk")
    initiatives = Initiative.objects.filter(champion__contact__in=keys).values("pk")
    decisions = Decision.objects.filter(eoi__contact__in=keys).values("pk")
    theirs = Q(kind=Kind.CHAMPION, key__in=champions) | Q(kind=Kind.INITIATIVE, key__in=initiatives)
    theirs |= Q(kind=Kind.DECISION, key__in=decisions)
    return NewsItem.objects.filter(theirs).select_related("issue").order_by("pk")


def _erase_told(keys: Sequence[int]) -> None:
    """Blanks what issues told of the person, says "[erased]" where staff named it, and renders these anew."""
    champions = Champion.objects.filter(contact__in=keys).values_list("name", "summary", "slug")
    initiatives = Initiative.objects.filter(champion__contact__in=keys)
    told = list(_told_of(keys))
    words, slugs = set(), set()
    for title, text, slug in (
        *champions,
        *initiatives.values_list("title", "description", "slug"),
        *((item.title, _in_their_words(item), item.slug) for item in told),
    ):
        words |= {title, text}
        slugs.add(slug)
    slugs.discard("")
    which = Q(items__in=told)
    for slug in slugs:
        which |= Q(introduction__contains=slug) | Q(question__contains=slug)
    issues = list(DigestIssue.objects.filter(which).distinct())
    _told_of(keys).update(title=ERASED, summary="", slug="")
    _strike(issues, ["introduction", "question", "own_subject"], words | slugs)
    for issue in issues:
        if issue.approved_at:
            content.fix_again(issue)
    _strike_told_again(words, slugs)


def _in_their_words(item: NewsItem) -> str:
    """What was said of this thing and of no other: an outcome ("Taken up") is said of many."""
    return item.summary.partition(". ")[2] if item.kind == Kind.DECISION else item.summary


def _strike_told_again(words: Collection[str], slugs: Iterable[str]) -> None:
    """Issues from before there were items may tell a thing again, of which they have no item: there the words
    are struck from the plain text. A slug is an everyday word, so it is struck in its address only."""
    short = {Truncator(text).words(most) for text in words for most in (30, 40)}
    addresses = {f"{section}/{slug}/" for section in ("champions", "initiatives") for slug in slugs}
    for address in sorted(addresses):
        again = list(DigestIssue.objects.filter(text__contains=f"/{address}"))
        _strike(again, ["subject", "text"], {*words, *short, *addresses})
        for issue in again:
            content.fix_html_again(issue)


def _strike(rows: Iterable[Model], columns: Sequence[str], texts: Collection[str]) -> None:
    """Puts "[erased]" where one of these texts stands in a plain text, as words of their own."""
    any_of_them = "|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True) if text)
    if not any_of_them:
        return
    pattern = re.compile(rf"(?<!\w)(?:{any_of_them})(?!\w)")
    for row in rows:
        for column in columns:
            setattr(row, column, pattern.sub(ERASED, getattr(row, column)))
        row.save(update_fields=columns)
