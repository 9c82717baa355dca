"""Readers of both audiences have each item once: of two issues that tell it, the one that goes first.

Which variant somebody gets is chosen when the list is drawn up, so that a batch has one, and asked once more
when they are about to be written to: an issue that they did not get after all has told them nothing.
"""

from collections.abc import Collection, Iterable

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accord_portal.digests import content
from accord_portal.digests.models import Batch, Delivery, DigestIssue, NewsItem, Variant
from accord_portal.digests.sending import ledger
from accord_portal.digests.sending.readers import Listed
from accord_portal.foundation import clock

State = Delivery.State
HAD = (State.SUBMITTING, State.HELD, *Delivery.ARRIVED)  # it has left us, or may have
HAD_ALL = "had all of its news already"


def expected(issue: DigestIssue, contacts: Collection[int]) -> dict[int, str]:
    """What each of these has, or will have had, of the issue's news: keys of other issues, as "3,17"."""
    coming = Q(state=State.PENDING, issue__state__in=[*DigestIssue.ON_ITS_WAY, *DigestIssue.STOPPED])
    rows = Delivery.objects.filter(coming | Q(state__in=HAD), issue__in=_others(issue))
    theirs = rows.filter(contact__gte=min(contacts), contact__lte=max(contacts))
    return _by_contact(theirs.values_list("contact_id", "issue_id"))


def variant(issue: DigestIssue, without: str) -> Variant | None:
    """The issue without what these others told, rendered when it is asked for first; None: the whole."""
    if not without:
        return None
    found = issue.variants.filter(without=without).first()
    return (
        found
        or Variant.objects.get_or_create(
            issue=issue, without=without, defaults=content.without(issue, without)._asdict()
        )[0]
    )


def staying(batch: Batch, people: Collection[Listed]) -> list[Listed]:
    """Who of these, at this moment, is to have the variant of their batch; others go into one of theirs.

    Called in the transaction that writes down that they are about to be written to. It locks what else is on
    its way to them, so that of two issues at the same moment one is first.
    """
    had = _had(batch, people)
    mine = batch.variant.without if batch.variant else ""
    elsewhere: dict[str, list[int]] = {}
    for one in people:
        if (needed := had.get(one.contact_id, "")) != mine:
            elsewhere.setdefault(needed, []).append(one.pk)
    for without, keys in elsewhere.items():
        Delivery.objects.filter(pk__in=keys).update(batch=_batch_of(batch.issue, without))
    gone = {key for keys in elsewhere.values() for key in keys}
    here = [one for one in people if one.pk not in gone]
    if batch.variant and not batch.variant.text:
        for one in here:
            ledger.settle(one, State.SKIPPED, HAD_ALL)
        return []
    return here


def _others(issue: DigestIssue) -> "QuerySet[NewsItem, tuple[int]]":
    """The issues of other audiences that tell something that this one tells."""
    mine = issue.items.filter(kind=OuterRef("kind"), key=OuterRef("key")).order_by()
    others = NewsItem.objects.exclude(audience=issue.audience).filter(Exists(mine))
    return others.order_by().values_list("issue")


def _had(batch: Batch, people: Iterable[Listed]) -> dict[int, str]:
    contacts = [one.contact_id for one in people]
    issues = Q(issue=batch.issue_id) | Q(issue__in=_others(batch.issue))
    rows = (
        Delivery.objects.select_for_update(of=("self",)).filter(issues, contact__in=contacts).order_by("pk")
    )
    found = rows.values_list("contact_id", "issue_id", "state")
    return _by_contact((who, key) for who, key, state in found if key != batch.issue_id and state in HAD)


def _by_contact(rows: Iterable[tuple[int, int]]) -> dict[int, str]:
    found: dict[int, set[int]] = {}
    for contact, issue in rows:
        found.setdefault(contact, set()).add(issue)
    return {contact: ",".join(map(str, sorted(issues))) for contact, issues in found.items()}


def _batch_of(issue: DigestIssue, without: str) -> Batch:
    """A batch of this variant that nobody works on, new where there is none."""
    chosen = variant(issue, without)
    ready = Batch.objects.filter(issue=issue, variant=chosen, state=Batch.State.READY)
    if batch := ready.select_for_update(of=("self",), skip_locked=True).order_by("pk").first():
        return batch
    DigestIssue.objects.filter(pk=issue.pk).update(batches=F("batches") + 1)
    number = DigestIssue.objects.values_list("batches", flat=True).get(pk=issue.pk)
    return Batch.objects.create(issue=issue, variant=chosen, number=number, not_before_at=clock.now())
