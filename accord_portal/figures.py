"""The page of figures: how many people, champions, initiatives and digests there are, and how they stand."""

from typing import Any

from django.db.models import Count, QuerySet

from accord_portal.digests import content
from accord_portal.digests.models import Audience, DigestIssue
from champions.models import Champion, Initiative
from responses.models import Involvement, Purpose


def panels() -> dict[str, Any]:
    """The parts of the page, by the name the template knows them under."""
    return {
        "people": _people(),
        "champions": _by_state(Champion),
        "initiatives": _by_state(Initiative),
        "digests": _digests(),
    }


def _people() -> list[dict[str, Any]]:
    """For each purpose: how many said Yes, and how many of those confirmed it."""
    yes, confirmed = (
        dict(said.once_a_person().values_list("purpose").annotate(Count("pk")).order_by())
        for said in (Involvement.objects.current(), Involvement.objects.confirmed())
    )
    return [
        {
            "purpose": purpose,
            "label": Purpose(purpose).label,
            "yes": yes.get(purpose, 0),
            "confirmed": confirmed.get(purpose, 0),
        }
        for purpose in Purpose.values
    ]


def _by_state(model: type[Champion] | type[Initiative]) -> list[dict[str, Any]]:
    """How many stand in each state; published are those the public sees, a No since takes them out."""
    rows: QuerySet[Any] = model._default_manager.all()
    numbers = dict(rows.values_list("state").annotate(Count("pk")).order_by())
    published = model.State.PUBLISHED
    shown = model.objects.published().count() if numbers.get(published) else 0
    hidden = numbers.get(published, 0) - shown
    numbers[published] = shown
    table = [
        {"state": value, "label": label, "number": numbers.get(value, 0)}
        for value, label in model.State.choices
    ]
    if hidden:
        table.append({"state": published, "label": "Not shown: said No since", "number": hidden})
    return table


def _digests() -> list[dict[str, Any]]:
    """For each audience: its last issue, and what the next one would tell."""
    panels = []
    for audience in Audience:
        issues = DigestIssue.objects.filter(audience=audience)
        draft = issues.drafts().first()
        last = issues.sent_or_sending().first()
        panels.append(
            {
                "audience": audience,
                "draft": draft,
                "last": last,
                "waiting": content.number_untold(audience),
            }
        )
    return panels
