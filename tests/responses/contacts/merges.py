"""Contacts that are merged, and what then holds for them."""

from responses.models import Contact, Involvement

KEEP, ADVICE = "keep_informed", "give_advice"


def fresh(*people: Contact) -> list[Contact]:
    return [Contact.objects.get(pk=person.pk) for person in people]


def into(*people: Contact) -> list[int | None]:
    return [person.merged_into_id for person in fresh(*people)]


def held(contact: Contact) -> tuple[object, ...]:
    (contact,) = fresh(contact)
    return contact.restricted_because, contact.restricted_at, contact.never_again_at


def may_get(purpose: str = KEEP) -> set[int]:
    return set(Involvement.objects.permitting(purpose).values_list("contact_id", flat=True))
