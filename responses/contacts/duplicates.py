"""Acts on duplicates: the portal suggests that two contacts are one, and staff may say that they are two."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

from django.db import transaction
from django.db.models import Count

from accord_portal.foundation import chores, clock, keyed_hash
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.outage import database_is_away
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine, User
from responses.models import Contact, Duplicate, Suppression

MAX_CONTACTS_AT_ONCE = 1_000  # contacts looked at in one transaction
SEEKING = "Looking for duplicates"
SHARED_BY_FEW = 20  # records; what more of them share hardly tells people apart
Reason = Duplicate.Reason
ALIKE = {Reason.NAME: "name_key", Reason.TELEPHONE: "telephone_e164", Reason.ADDRESS: "mailbox_key"}
Pair = tuple[int, int]


def seek_new(limit: int = 5_000) -> int:
    """Looks for duplicates of contacts that came or were corrected since; how many were looked at."""
    looked_at = 0
    while keys := _next_keys(min(MAX_CONTACTS_AT_ONCE, limit - looked_at)):
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


def _next_keys(size: int) -> list[int]:
    """The next ones by key, without those that are set aside."""
    fresh = Contact.objects.not_compared().exclude(pk__in=chores.resting_from(SEEKING).values("row"))
    return list(fresh.order_by("pk").values_list("pk", flat=True)[:size])


@transaction.atomic
def _seek_these(keys: Sequence[int]) -> None:
    """Locks them first: who corrects one of them meanwhile waits, and it is looked at again."""
    contacts = list(Contact.objects.not_compared().select_for_update().filter(pk__in=keys).order_by("pk"))
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
            batch_size=MAX_CONTACTS_AT_ONCE,
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
    if contact.kept_record == other.kept_record:
        raise NotPossible("These are already the same contact.")
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
    settle(pair.first.kept_record.keys, pair.second.kept_record.keys, by)


def settle(keys: list[int], others: list[int], by: User) -> None:
    """Decides every suggestion that one of these is one of those."""
    pairs = Duplicate.objects.between(keys, others).filter(settled_at=None)
    pairs.update(settled_at=clock.now(), settled_by=by)
