"""What the room of digests shows on the pages about a contact; see `responses.contact_sections`."""

from collections.abc import Sequence

from accord_portal.digests.models import Delivery
from accord_portal.foundation.dates import day_in_words
from accord_portal.staff.models import User
from responses.contact_sections import LinkList, PageLink, SentList
from responses.models import Contact, ExpressionOfInterest


def sent(keys: Sequence[int], limit: int) -> list[SentList]:
    """The digests of the person, and what became of each."""
    deliveries = Delivery.objects.filter(contact__in=keys).select_related("issue").order_by("-pk")
    return [SentList("Digests", [_line(delivery) for delivery in deliveries[:limit]])]


def acts(contact: Contact, by: User) -> list[PageLink]:
    """Nothing: digests go to audiences."""
    return []


def about_form(eoi: ExpressionOfInterest, by: User) -> list[LinkList]:
    """Nothing: no digest comes of one form."""
    return []


def choices(contact: Contact, token: str) -> list[LinkList]:
    """Nothing: the switches say which digests somebody gets."""
    return []


def _line(delivery: Delivery) -> str:
    settled = f", {day_in_words(delivery.settled_at)}" if delivery.settled_at else ""
    return f"{delivery.issue}: {delivery.get_state_display()}{settled}"
