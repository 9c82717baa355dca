"""What does not fit together in the register: each kind with its first rows, for staff to put right."""

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from champions.models import Champion, OfficeHolder, Partnership
from responses.models import Consent, Purpose

ROWS_OF_EACH = 50


class Inconsistency(NamedTuple):
    """One kind: what is wrong, what to do about it, and its first rows with their pages."""

    fault: str
    advice: str
    rows: list[tuple[str, str]]
    has_more: bool


def found(today: dt.date) -> list[Inconsistency]:
    """Each kind of which there is any."""
    return [kind for kind in (_first(*check, today) for check in CHECKS) if kind.rows]


def champions_without_a_yes(today: dt.date) -> QuerySet[Champion]:
    """Published, though no line of evidence says that the person said Yes to championing."""
    yes = [Consent.Decision.GIVEN, Consent.Decision.CONFIRMED]
    theirs = Q(contact=OuterRef("contact")) | Q(contact__merged_into=OuterRef("contact"))
    lines = Consent.objects.filter(theirs, purpose=Purpose.CHAMPION_ACCORD, decision__in=yes)
    return Champion.objects.filter(~Exists(lines), state=Champion.State.PUBLISHED).order_by("name", "pk")


def champions_hidden_by_a_no(today: dt.date) -> QuerySet[Champion]:
    """Published by staff, while the person has said No since: nothing is shown of them."""
    return Champion.objects.hidden_by_a_no().order_by("name", "pk")


def champions_without_an_office_holder(today: dt.date) -> QuerySet[Champion]:
    """An agency, organisation or group, for which nobody holds an office."""
    holders = OfficeHolder.objects.current().filter(champion=OuterRef("pk"))
    rows = Champion.objects.exclude(state=Champion.State.WITHDRAWN).exclude(kind=Champion.Kind.INDIVIDUAL)
    return rows.filter(
        ~Exists(holders), Q(ended_on=None) | Q(ended_on__gt=today), contact__erased_at=None
    ).order_by("name", "pk")


def partnerships_without_agreement(today: dt.date) -> QuerySet[Partnership]:
    """Published, though nothing says how the partners agreed to that."""
    return Partnership.objects.filter(published_at__isnull=False, agreed_how="").order_by("title", "pk")


def partnerships_without_a_review(today: dt.date) -> QuerySet[Partnership]:
    """Signed and begun, with no day on which the partners look at it."""
    begun = Partnership.objects.filter(status=Partnership.Status.SIGNED, starts_on__lte=today)
    return begun.filter(review_on=None).order_by("title", "pk")


def partnerships_that_a_party_hides(today: dt.date) -> QuerySet[Partnership]:
    """Published by staff, and not shown: a party is a champion that is not public."""
    rows = Partnership.objects.filter(published_at__isnull=False)
    return rows.exclude(pk__in=Partnership.objects.published().values("pk")).order_by("title", "pk")


Rows = Callable[[dt.date], QuerySet[Any]]
CHECKS: list[tuple[str, str, Rows]] = [
    (
        "Champions published without a Yes",
        "Ask them, and write down what they say on their contact’s page; or take them down.",
        champions_without_a_yes,
    ),
    (
        "Champions published who said No since",
        "Nothing of them is shown. Take them down, or ask them again.",
        champions_hidden_by_a_no,
    ),
    (
        "Champions without an office-holder",
        "Ask who speaks for them, and write down the office.",
        champions_without_an_office_holder,
    ),
    (
        "Partnerships published without a line of how the partners agreed",
        "Ask them, and write down how they agreed; or take them down.",
        partnerships_without_agreement,
    ),
    (
        "Partnerships at work without a review day",
        "Agree on a day with the partners, write it down, and make the partnership active.",
        partnerships_without_a_review,
    ),
    (
        "Partnerships that a party hides",
        "A party is a champion that is not public. Publish the champion, or end its part.",
        partnerships_that_a_party_hides,
    ),
]


def _first(fault: str, advice: str, rows: Rows, today: dt.date) -> Inconsistency:
    first = list(rows(today)[: ROWS_OF_EACH + 1])
    shown = [(str(row), _page_of(row)) for row in first[:ROWS_OF_EACH]]
    return Inconsistency(fault, advice, shown, len(first) > ROWS_OF_EACH)


def _page_of(row: Any) -> str:
    return reverse(f"admin:champions_{row._meta.model_name}_change", args=[row.pk])
