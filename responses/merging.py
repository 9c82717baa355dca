"""Acts on duplicates: the portal suggests that two contacts are one; staff say so, and can take it back.

A merge moves nothing. The other contact points to the kept one, and staff read the history of all
the records of a person together. It hands nothing over either: each mailbox goes on seeing, saying
and taking back its own, since anybody can send a form with somebody else's name and number.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

from django.db import transaction
from django.db.models import Count

from accord_portal.foundation import chores, clock, keyed_hash
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.outage import database_is_away
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine, User

from .models import Activity, Contact, Duplicate, Erasure, Merge, Suppression

CHUNK = 1_000  # contacts looked at in one transaction
SEEKING = "Looking for duplicates"
SHARED_BY_FEW = 20  # records; what more of them share hardly tells people apart
Reason = Duplicate.Reason
ALIKE = {Reason.NAME: "name_key", Reason.TELEPHONE: "telephone_e164", Reason.ADDRESS: "mailbox_key"}
Pair = tuple[int, int]


# --- looking for them -----------------------------------------------------------------------


def seek_new(limit: int = 5_000) -> int:
    """Looks for duplicates of contacts that came or were corrected since; how many were looked at."""
    looked_at = 0
    while looked_at < limit and (keys := _unsought(min(CHUNK, limit - looked_at))):
        try:
            _seek_these(keys)
        except Exception as error:  # one of them is to blame: one by one, and that one is set aside
            if database_is_away(error):
                raise
            chores.for_each(SEEKING, Contact, keys, lambda key: _seek_these([key]))
        else:
            chores.succeeded(SEEKING, keys)
        looked_at += len(keys)
    return looked_at


def _unsought(size: int) -> list[int]:
    """The next ones by key, without those that are set aside."""
    fresh = Contact.objects.unsought().exclude(pk__in=chores.resting_from(SEEKING).values("row"))
    return list(fresh.order_by("pk").values_list("pk", flat=True)[:size])


@transaction.atomic
def _seek_these(keys: Sequence[int]) -> None:
    """Locks them first: who corrects one of them meanwhile waits, and it is looked at again."""
    contacts = list(Contact.objects.unsought().select_for_update().filter(pk__in=keys).order_by("pk"))
    fresh = [contact for contact in contacts if not contact.name_key and contact.name]
    for contact in fresh:
        contact.derive_likeness()
        likeness = {"name_key": contact.name_key, "mailbox_key": contact.mailbox_key}
        Contact.objects.filter(pk=contact.pk).update(**likeness)
    _leave_alone(fresh)
    Contact.objects.filter(pk__in=[contact.pk for contact in contacts]).update(
        duplicates_sought_at=clock.now()
    )
    seek(contacts)


def _leave_alone(contacts: Iterable[Contact]) -> None:
    """Those whose address asked never to be written to, whoever sent a form with it. A form does not look."""
    boxes = {hashed: c for c in contacts if c.mailbox for hashed in keyed_hash.every("mailbox", c.mailbox)}
    scope = Suppression.Scope.NEVER_AGAIN
    for asked in Suppression.objects.filter(mailbox_hash__in=list(boxes), scope=scope):
        contact = Contact.objects.filter(pk=boxes[asked.mailbox_hash].pk, never_again_at=None)
        contact.update(never_again_at=asked.since_at)


def seek(contacts: Iterable[Contact]) -> None:
    """Suggests whoever has the same name and organisation, the same number or a similar address."""
    contacts = list(contacts)
    for reason, field in ALIKE.items():
        shared = {value for contact in contacts if _tells(reason, value := getattr(contact, field))}
        pairs = _pairs(field, shared, {contact.pk for contact in contacts})
        Duplicate.objects.bulk_create(
            (Duplicate(first_id=first, second_id=second, reason=reason) for first, second in pairs),
            batch_size=CHUNK,
            ignore_conflicts=True,
        )


def _tells(reason: str, value: str) -> bool:
    """Whether this tells people apart at all: a first name without an organisation does not."""
    if reason == Reason.NAME:
        name, _, organisation = value.rpartition("|")
        return bool(organisation.strip()) or " " in name.strip()
    return bool(value)


def _pairs(field: str, values: set[str], sought: set[int]) -> Iterable[Pair]:
    """Two records with the same value, one of which is sought; the older one first.

    Where many have the same value, each is held against the oldest only.
    """
    records = Contact.objects.filter(**{f"{field}__in": values}, erased_at=None).exclude(**{field: ""})
    numbers = records.order_by().values_list(field).annotate(number=Count("pk")).filter(number__gt=1)
    few: list[str] = []
    many: list[str] = []
    for value, number in numbers:
        (few if number <= SHARED_BY_FEW else many).append(value)
    alike: dict[str, list[int]] = defaultdict(list)
    for value, key in records.filter(**{f"{field}__in": few}).order_by("pk").values_list(field, "pk"):
        alike[value].append(key)
    for keys in alike.values():
        yield from (pair for pair in combinations(keys, 2) if not sought.isdisjoint(pair))
    for value in many:
        of_it = records.filter(**{field: value}).order_by("pk").values_list("pk", flat=True)
        oldest = of_it[0]
        yield from ((oldest, key) for key in of_it.filter(pk__in=sought - {oldest}))


@transaction.atomic
def suggest(*, contact: Contact, other: Contact, by: User) -> Duplicate:
    """Staff think that these two are one: the pair to compare, which may have been decided before.

    Who decided it before stands in the log.
    """
    if contact.standing_for == other.standing_for:
        raise NotPossible("This is the same contact already.")
    if contact.erased_at or other.erased_at:
        raise NotPossible("An erased person cannot be compared with anybody.")
    first, second = sorted([contact.pk, other.pk])
    pair, _ = Duplicate.objects.get_or_create(
        first_id=first, second_id=second, defaults={"reason": Reason.STAFF}
    )
    before = f"Decided before by staff member {pair.settled_by_id}" if pair.settled_by_id else ""
    pair.settled_at = pair.settled_by = None
    pair.save(update_fields=["settled_at", "settled_by"])
    log(LogLine.Act.SUGGESTED, pair, by=by, detail=before)
    return pair


@transaction.atomic
def tell_apart(*, pair: Duplicate, by: User) -> None:
    """They are two: none of their records is suggested again. Twice is the same as once."""
    _settle(pair.first.standing_for.keys, pair.second.standing_for.keys, by)


# --- merging --------------------------------------------------------------------------------


@transaction.atomic
def merge(*, kept: Contact, other: Contact, by: User) -> Merge:
    """The two are one person, known by `kept` from now on. Twice is the same as once.

    Where staff wrote down that either asked not to be contacted, that holds for the person.
    """
    kept, other = _locked(kept, other)
    done = Merge.objects.standing().filter(kept=kept, other=other).first()
    if done:
        return done
    if kept == other:
        raise NotPossible("This is the same contact already.")
    for contact in (kept, other):
        if contact.erased_at:
            raise NotPossible("An erased person cannot be merged.")
        if contact.merged_into_id:
            raise NotPossible("One of them has been merged into another contact meanwhile.")
    _refuse_while_proposed(kept, other)
    merge = Merge.objects.create(kept=kept, other=other, merged_by=by)
    kept_keys, other_keys = kept.keys, other.keys
    Contact.objects.filter(pk__in=other_keys).update(merged_into=kept)
    other.merged_into = kept
    _take_over_and_remember(merge)
    _settle(kept_keys, other_keys, by)
    _tell(Activity.Kind.MERGED, LogLine.Act.MERGED, kept, other, by)
    return merge


@transaction.atomic
def undo_merge(*, merge: Merge, by: User) -> None:
    """The two are two again, each with its own history. Twice is the same as once.

    Possible for 30 days, and while either only asks to be erased: that stays its own wish.
    Where staff wrote down meanwhile that the person asked not to be contacted, that holds for both.
    """
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    (kept,) = _locked(merge.kept.standing_for)
    other = Contact.objects.get(pk=merge.other_id)
    if merge.undone_at:
        return
    if not merge.can_be_undone:
        raise NotPossible("A merge can be undone for 30 days, and these have passed.")
    if other.merged_into_id != kept.pk:
        raise ChangedMeanwhile("Somebody merged this contact into another meanwhile: look again.")
    if kept.erased_at or other.erased_at:
        raise NotPossible("This person has been erased.")
    _refuse_while_proposed(kept)
    above = _above(merge)
    merge.undone_at, merge.undone_by = clock.now(), by
    merge.save(update_fields=["undone_at", "undone_by"])
    _point_anew(Contact.objects.filter(pk__in=kept.keys))
    other.refresh_from_db()
    for contact in above:
        _give_back(contact, merge)
    kept.refresh_from_db()
    _take_over(other, [*other.absorbed.all(), *([kept] if _asked_while_one(kept, merge) else [])])
    _tell(Activity.Kind.UNMERGED, LogLine.Act.UNMERGED, kept, other, by)


def _locked(*people: Contact) -> list[Contact]:
    """These afresh and locked, after the records merged into them."""
    keys, records = [person.pk for person in people], Contact.objects.select_for_update().order_by("pk")
    list(records.filter(merged_into__in=keys))
    found = records.in_bulk(keys)
    return [found[key] for key in keys]


def _refuse_while_proposed(*people: Contact) -> None:
    for person in people:
        if Erasure.objects.filter(state=Erasure.State.PROPOSED).of(person).exists():
            raise NotPossible("It is proposed to erase this person: decide about that first.")


def _point_anew(family: Iterable[Contact]) -> None:
    """Lets each record point to the end of the merges that still stand."""
    family = list(family)
    merges = Merge.objects.standing().filter(other__in=family)
    into = dict(merges.values_list("other_id", "kept_id"))
    for contact in family:
        end = contact.pk
        while end in into:
            end = into[end]
        root = None if end == contact.pk else end
        if contact.merged_into_id != root:
            Contact.objects.filter(pk=contact.pk).update(merged_into=root)


def _settle(keys: list[int], others: list[int], by: User) -> None:
    pairs = Duplicate.objects.between(keys, others).filter(settled_at=None)
    pairs.update(settled_at=clock.now(), settled_by=by)


def _tell(kind: str, act: str, kept: Contact, other: Contact, by: User) -> None:
    for contact, whom in ((kept, other), (other, kept)):
        Activity.objects.create(contact=contact, kind=kind, text=f"Contact {whom.pk}", done_by=by)
    log(act, kept, by=by, detail=f"Contact {other.pk}")


# --- who asked not to be contacted ----------------------------------------------------------

Restriction = tuple[dt.datetime | None, str]
WEAKER = ["", Contact.Restriction.NO_BASIS]


def _restriction(contact: Contact) -> Restriction:
    return contact.restricted_at, contact.restricted_because


def _taken(merge: Merge) -> Restriction:
    return merge.taken_restricted_at, merge.taken_restricted_because


def _take_over(contact: Contact, records: Iterable[Contact]) -> None:
    """Where one of these asked not to be contacted, that holds for the contact too."""
    for record in records:
        asked = record.restricted_because == Contact.Restriction.ASKED
        if asked and contact.restricted_because in WEAKER:
            contact.restricted_at, contact.restricted_because = _restriction(record)
    contact.save(update_fields=["restricted_at", "restricted_because"])


def _take_over_and_remember(merge: Merge) -> None:
    """Takes over what the other asked, and remembers what the kept one's own was."""
    kept, earlier = merge.kept, Merge.objects.standing().filter(kept=merge.kept).exclude(pk=merge.pk)
    own = _restriction(kept)
    taken = next((m for m in earlier if m.taken_restricted_at and _taken(m) == own), None)
    if taken:
        own = taken.own_restricted_at, taken.own_restricted_because
    merge.own_restricted_at, merge.own_restricted_because = own
    before = _restriction(kept)
    _take_over(kept, [merge.other])
    if _restriction(kept) != before:
        merge.taken_restricted_at, merge.taken_restricted_because = _restriction(kept)
    merge.save()


def _above(merge: Merge) -> list[Contact]:
    """The contacts that the other was merged into, from the nearest to the one that stands."""
    found = [merge.kept]
    while up := Merge.objects.standing().filter(other=found[-1]).select_related("kept").first():
        found.append(up.kept)
    return found


def _give_back(contact: Contact, merge: Merge) -> None:
    """What a contact had only from the one that leaves no longer holds for it."""
    if merge.taken_restricted_at and _restriction(contact) == _taken(merge):
        last = Merge.objects.filter(kept=contact, undone_at=None).first() or merge
        contact.restricted_at, contact.restricted_because = (
            last.own_restricted_at,
            last.own_restricted_because,
        )
    _take_over(contact, contact.absorbed.all())


def _asked_while_one(kept: Contact, merge: Merge) -> bool:
    """Whether the restriction of the kept one came after the merge: then it holds for both."""
    before = [(merge.own_restricted_at, merge.own_restricted_because)]
    before += [_restriction(record) for record in kept.absorbed.all()]
    return bool(
        kept.restricted_at and kept.restricted_at >= merge.merged_at and _restriction(kept) not in before
    )
