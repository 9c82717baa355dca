"""What the room of digests holds about one person; see `accord_portal.foundation.personal_data`."""

import html
import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from django.db.models import Model, Q
from django.db.models.functions import Coalesce
from django.utils.text import Truncator

from accord_portal.foundation.addresses import mailbox
from accord_portal.foundation.personal_data import Held, Sent, Shown, listed
from champions.models import Champion
from responses import consents
from responses.models import Activity, Suppression

from .models import Batch, Delivery, DigestIssue

State = Delivery.State
ERASED = "[erased]"
DELIVERY = {
    "Subject": "issue.subject",
    "For those who said Yes to": "issue.audience",
    "Address": "address",
    "What became of it": "state",
    "Why": "reason",
    "When": "settled_at",
}


def held(keys: Sequence[int]) -> Held:
    """The deliveries of digests."""
    deliveries = Delivery.objects.filter(contact__in=keys).select_related("issue").order_by("pk")
    return {"Digests": listed(deliveries, DELIVERY)}


def sent(keys: Sequence[int]) -> list[Sent]:
    """The digests handed over, or perhaps handed over."""
    left = [State.ACCEPTED, State.HELD, State.FAILED]
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
    addresses = set(deliveries.values_list("address", flat=True)) - {""}
    for delivery in deliveries:
        delivery.address, delivery.reason, delivery.address_hash = "", "", f"erased:{delivery.pk}"
        delivery.save(update_fields=["address", "reason", "address_hash"])
    _strike(Batch.objects.exclude(last_error="").iterator(), ["last_error"], addresses)
    _strike(DigestIssue.objects.exclude(trouble="").iterator(), ["trouble"], addresses)
    for address in sorted(addresses):
        consents.suppress(mailbox(address), Suppression.Scope.ERASED)
    for champion in Champion.objects.filter(contact__in=keys).prefetch_related("initiatives"):
        slugs = [champion.slug, *(initiative.slug for initiative in champion.initiatives.all())]
        told = Q()
        for slug in slugs:
            told |= Q(text__contains=slug)
        issues = list(DigestIssue.objects.filter(told))
        _strike_entries(issues, slugs)
        _strike(issues, ["introduction", "subject", "text", "html"], set(_told_of(champion)))


def _told_of(champion: Champion) -> Iterator[str]:
    """What an issue says of a champion and its initiatives."""
    yield from (champion.name, champion.slug, Truncator(champion.summary).words(40))
    published = Activity.objects.filter(contact=champion.contact_id, kind=Activity.Kind.PUBLISHED)
    yield from published.values_list("text", flat=True)  # the names it had then
    for initiative in champion.initiatives.all():
        yield from (initiative.title, initiative.slug, initiative.summary)


def _strike_entries(issues: Iterable[DigestIssue], slugs: Sequence[str]) -> None:
    """Puts "[erased]" for each entry that links to one of these pages, whatever it was called then."""
    links = [f"/{slug}/" for slug in slugs]
    of_it = "|".join(map(re.escape, links))
    entry = re.compile(rf'<h3[^>]*><a [^>]*(?:{of_it})"[^>]*>[^<]*</a></h3>(?:\s*<p[^>]*>[^<]*</p>)?')
    for issue in issues:
        paragraphs = issue.text.split("\n\n")
        issue.text = "\n\n".join(ERASED if any(link in p for link in links) else p for p in paragraphs)
        issue.html = entry.sub(ERASED, issue.html)


def _strike(rows: Iterable[Model], columns: Sequence[str], texts: Collection[str]) -> None:
    """Puts "[erased]" where one of these texts stands, as it is or as HTML writes it."""
    forms = {
        form for text in texts if text for form in (text, html.escape(text), html.escape(text, quote=False))
    }
    if not forms:
        return
    any_of_them = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)(?:{any_of_them})(?!\w)")
    for row in rows:
        for column in columns:
            setattr(row, column, pattern.sub(ERASED, getattr(row, column)))
        row.save(update_fields=columns)
