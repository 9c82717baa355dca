"""Who acts on a contact, or on all records of a person, locks them first: here, and nowhere else.

Always in this order, so that nobody waits in a circle: the records that were merged into somebody, by key;
then the contacts themselves, by key. Whoever only adds a row that names the contact need not wait (`no_key`):
who answers a form holds what is owed and adds a line, while another holds the contact and wants what is owed.
"""

from dataclasses import dataclass

from accord_portal.foundation import clock
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from responses.models import Contact, Erasure, Suppression

MERGED = "This contact has been merged into another: act on that one."
LIFTED_BY_A_YES = [Contact.Restriction.NO_BASIS, Contact.Restriction.ASKED]


@dataclass(frozen=True)
class Person:
    """A contact and the keys of all its records, locked until the transaction ends: see `lock_people`."""

    contact: Contact
    keys: list[int]


def lock(**known_by: object) -> Contact:
    """One contact afresh and locked, known by this: for what its own mailbox does, which is of no other."""
    return Contact.objects.select_for_update(no_key=True).get(**known_by)


def lock_present(contact: Contact) -> Contact:
    """The contact afresh and locked. Raises NotPossible if the person was erased."""
    return _present(lock(pk=contact.pk))


def lock_active(contact: Contact) -> Contact:
    """The contact afresh and locked, for staff. Raises NotPossible if it was erased or merged away."""
    contact = lock_present(contact)
    if contact.merged_into_id:
        raise NotPossible(MERGED)
    return contact


def lock_person(contact: Contact) -> Person:
    """The contact that stands for this one, with all its records. Raises NotPossible if it was erased.

    Raises ChangedMeanwhile where it is merged into another at this moment.
    """
    (person,) = lock_people(Contact.objects.get(pk=contact.pk).kept_record)
    if person.contact.merged_into_id:
        raise ChangedMeanwhile(MERGED)
    _present(person.contact)
    return person


def lock_people(*contacts: Contact) -> list[Person]:
    """These contacts afresh, each with the records merged into it, in the order in which they are given.

    Raises ChangedMeanwhile where a record joins or leaves one of them at this moment.
    """
    keys = [contact.pk for contact in contacts]
    records = Contact.objects.select_for_update(no_key=True).order_by("pk")
    merged = list(records.filter(merged_into__in=keys).values_list("merged_into", "pk"))
    found = records.in_bulk(keys)
    now = Contact.objects.filter(merged_into__in=keys).order_by("pk").values_list("merged_into", "pk")
    all_stand = not any(found[key].merged_into_id for key in keys)  # otherwise whoever asks refuses
    if all_stand and list(now) != merged:
        raise ChangedMeanwhile("Somebody merged this contact, or undid a merge, meanwhile: look again.")
    return [Person(found[key], [key, *(pk for into, pk in merged if into == key)]) for key in keys]


def _present(contact: Contact) -> Contact:
    if contact.erased_at:
        raise NotPossible("This person has been erased.")
    return contact


def is_theirs(contact: Contact) -> bool:
    """Notes that the mailbox is the person's own; False where that was known."""
    unconfirmed = Contact.objects.filter(pk=contact.pk, email_confirmed_at=None).exclude(email="")
    is_news = bool(unconfirmed.update(email_confirmed_at=clock.now()))
    if is_news and contact.mailbox:  # what comes from the mailbox shows that it takes mail
        Suppression.objects.for_mailbox(contact.mailbox, Suppression.Scope.BOUNCED).delete()
    return is_news


def lift(contact: Contact) -> None:
    """A Yes from the mailbox is the later word: it lifts what kept us from writing to it.

    A request to be erased stays until it is decided.
    """
    if contact.mailbox:
        scopes = Suppression.Scope
        Suppression.objects.for_mailbox(contact.mailbox, scopes.NEVER_AGAIN, scopes.ERASED).delete()
    Contact.objects.filter(pk=contact.pk).update(never_again_at=None)
    kept_from = Contact.objects.filter(pk=contact.pk, restricted_because__in=LIFTED_BY_A_YES)
    kept_from = kept_from.exclude(erasures__in=Erasure.objects.outstanding())
    kept_from.update(restricted_at=None, restricted_because="")
