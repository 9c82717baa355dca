"""Acts of merging: staff say that two contacts are one person, and can take it back.

A merge moves nothing. The other contact points to the kept one, and staff read the history of all
the records of a person together. It hands nothing over either: each mailbox goes on seeing, saying
and taking back its own, since anybody can send a form with somebody else's name and number.
"""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from accord_portal.foundation import clock
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine, User
from responses.contacts.duplicates import settle
from responses.models import Activity, Contact, Erasure, Merge
from responses.people.person import lock_people
from responses.people.timeline import tell
from responses.undertakings import owing


@transaction.atomic
def merge(*, kept: Contact, other: Contact, by: User) -> Merge:
    """The two are one person, known by `kept` from now on. Twice is the same as once.

    Where staff wrote down that either asked not to be contacted, that holds for the person.
    """
    records, others = lock_people(kept, other)
    kept, other = records.contact, others.contact
    done = Merge.objects.in_force().filter(kept=kept, other=other).first()
    if done:
        return done
    if kept == other:
        raise NotPossible("These are already the same contact.")
    for contact in (kept, other):
        if contact.erased_at:
            raise NotPossible("An erased person cannot be merged.")
        if contact.merged_into_id:
            raise NotPossible("One of them has been merged into another contact in the meantime.")
    _refuse_while_proposed([*records.keys, *others.keys])
    merge = Merge.objects.create(kept=kept, other=other, merged_by=by)
    Contact.objects.filter(pk__in=others.keys).update(merged_into=kept)
    other.merged_into = kept
    _take_over_and_remember(merge)
    settle(records.keys, others.keys, by)
    owing.settle(kept)
    _tell_both(Activity.Kind.MERGED, LogLine.Act.MERGED, kept, other, by)
    return merge


@transaction.atomic
def undo_merge(*, merge: Merge, by: User) -> None:
    """The two are two again, each with its own history. Twice is the same as once.

    Possible for 30 days, and while either only asks to be erased: that stays its own wish.
    Where staff wrote down meanwhile that the person asked not to be contacted, that holds for both.
    """
    family = Contact.objects.get(pk=merge.kept_id).kept_record.keys
    merges = Merge.objects.select_for_update().about(family).order_by("pk")  # what each brought may change
    merge = merges.in_bulk()[merge.pk]
    (person,) = lock_people(merge.kept.kept_record)
    kept = person.contact
    other = Contact.objects.get(pk=merge.other_id)
    if merge.undone_at:
        return
    if not merge.can_be_undone:
        raise NotPossible("A merge can be undone for 30 days, and these have passed.")
    if other.merged_into_id != kept.pk:
        raise ChangedMeanwhile("Somebody merged this contact into another in the meantime: look again.")
    if other.erased_at:
        raise NotPossible("This person has been erased.")
    _refuse_while_proposed(person.keys)
    links = _upwards(other)
    merge.undone_at, merge.undone_by = clock.now(), by
    merge.save(update_fields=["undone_at", "undone_by"])
    _point_anew(Contact.objects.filter(pk__in=person.keys))
    for link in links:
        _give_back(link, _taken(merge))
    for link in links:
        if _asked_since(link):
            _take_over(other, link.kept)
    owing.settle(kept)
    owing.settle(other)
    _tell_both(Activity.Kind.UNMERGED, LogLine.Act.UNMERGED, kept, other, by)


def _refuse_while_proposed(keys: list[int]) -> None:
    if Erasure.objects.filter(contact__in=keys, state=Erasure.State.PROPOSED).exists():
        raise NotPossible("It is proposed to erase this person: decide about that first.")


def _point_anew(family: Iterable[Contact]) -> None:
    """Lets each record point to the end of the merges that still stand."""
    family = list(family)
    merges = Merge.objects.in_force().filter(other__in=family)
    into = dict(merges.values_list("other_id", "kept_id"))
    for contact in family:
        end = contact.pk
        while end in into:
            end = into[end]
        Contact.objects.filter(pk=contact.pk).update(merged_into=None if end == contact.pk else end)


def _tell_both(kind: str, act: str, kept: Contact, other: Contact, by: User) -> None:
    for contact, whom in ((kept, other), (other, kept)):
        tell(contact, kind, f"Contact {whom.pk}", by=by)
    log(act, kept, by=by, detail=f"Contact {other.pk}")


# --- who asked not to be contacted ----------------------------------------------------------

Restriction = tuple[dt.datetime | None, str]
NONE: Restriction = (None, "")
WEAKER = ["", Contact.Restriction.NO_BASIS]


def _restriction(contact: Contact) -> Restriction:
    return contact.restricted_at, contact.restricted_because


def _taken(merge: Merge) -> Restriction:
    return merge.taken_restricted_at, merge.taken_restricted_because


def _restrict(contact: Contact, at: dt.datetime | None, because: str) -> None:
    contact.restricted_at, contact.restricted_because = at, because
    contact.save(update_fields=["restricted_at", "restricted_because"])


def take_over_again(contact: Contact) -> None:
    """What hid the wishes of merged records is over: those who asked not to be contacted are heard again."""
    for link in contact.merges.in_force().order_by("pk"):
        _take_over_and_remember(link)


def _take_over(contact: Contact, record: Contact) -> None:
    """Where the record asked not to be contacted, that holds for the contact too."""
    asked = record.restricted_because == Contact.Restriction.ASKED
    if asked and contact.restricted_because in WEAKER:
        _restrict(contact, *_restriction(record))


def _take_over_and_remember(merge: Merge) -> None:
    """Takes over what the other asked, and remembers what the kept one's own was."""
    own = _restriction(merge.kept)
    _take_over(merge.kept, merge.other)
    taken = _restriction(merge.kept) if _restriction(merge.kept) != own else NONE
    merge.own_restricted_at, merge.own_restricted_because = own
    merge.taken_restricted_at, merge.taken_restricted_because = taken
    merge.save()


def _upwards(contact: Contact) -> list[Merge]:
    """The merges through which this one came to the contact that stands for it, the nearest first."""
    found: list[Merge] = []
    key = contact.pk
    while up := Merge.objects.in_force().filter(other=key).select_related("kept").first():
        found.append(up)
        key = up.kept_id
    return found


def _give_back(link: Merge, taken: Restriction) -> None:
    """What a contact had only from the one that leaves no longer holds for it; what later ones bring does.

    What was lifted meanwhile, by the contact or by staff, stays lifted.
    """
    contact = link.kept
    if taken == NONE or _restriction(contact) != taken:
        return
    _restrict(contact, link.own_restricted_at, link.own_restricted_because)
    for later in contact.merges.in_force().filter(pk__gte=link.pk).order_by("pk"):
        _take_over_and_remember(later)


def _asked_since(link: Merge) -> bool:
    """Whether a contact asked not to be contacted while the other was one with it: then it holds for both."""
    at = link.kept.restricted_at
    brought = link.kept.merges.filter(taken_restricted_at=at)
    return bool(at and at > link.merged_at and not brought.exists())
