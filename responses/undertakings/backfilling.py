"""What forms and Yeses are owed that came before undertakings were written down."""

from collections.abc import Iterator

from django.db import transaction

from accord_portal.foundation import clock
from responses.models import Contact
from responses.undertakings.owing import records_of_people, settle_all

FILLED_AT_ONCE = 1_000  # people, in one transaction


def backfill(*, after: int = 0) -> Iterator[tuple[int, int]]:
    """Writes down what each person is owed, some at a time: the last contact's key, and how many rows came.

    Nobody was promised a day: what comes is due as if it began now, and is marked so. Whoever stops it goes
    on after the last key; to begin anew adds nothing twice.
    """
    people = Contact.objects.filter(merged_into=None).order_by("pk").values_list("pk", flat=True)
    while keys := list(people.filter(pk__gt=after)[:FILLED_AT_ONCE]):
        after = keys[-1]
        with transaction.atomic():
            _lock(keys)
            still = Contact.objects.filter(pk__in=keys, merged_into=None).values_list("pk", flat=True)
            came, _ = settle_all(records_of_people(still), at=clock.now(), is_backfilled=True)
        yield after, came


def _lock(keys: list[int]) -> None:
    """The records merged into these contacts, then they themselves: in the order of `people.person`."""
    contacts = Contact.objects.select_for_update(no_key=True).order_by("pk").values_list("pk")
    list(contacts.filter(merged_into__in=keys))
    list(contacts.filter(pk__in=keys))
