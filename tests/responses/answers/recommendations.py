"""Somebody to recommend, and what is kept of it."""

import datetime as dt
from typing import Any

from accord_portal.staff.models import User
from responses.answers import recommending
from responses.answers.recommending import Suggested
from responses.models import Contact, Recommendation, Suppression
from tests.factories import ContactFactory, RecommendationFactory

LAST_DAY = dt.date(2026, 12, 14)  # the twentieth working day

TAMA = "tama@example.org"


def tama(**changes: object) -> Suggested:
    said = {"name": "Tama Rangi", "email": TAMA, "why": "He runs the marae.", "has_told": True}
    return Suggested(**{**said, **changes})  # type: ignore[arg-type]


def recommend(recommender: Contact, *people: Suggested, **said: Any) -> None:
    recommending.recommend(
        recommender=recommender,
        people=people or [tama()],
        **{"may_be_named": False, **said},
    )


def invited(mere: User, **changes: object) -> Recommendation:
    """Somebody whom staff approved."""
    row = RecommendationFactory(expires_on=LAST_DAY, **changes)
    recommending.approve(recommendation=row, by=mere)
    return fresh(row)


def fresh(row: Recommendation) -> Recommendation:
    row.refresh_from_db()
    return row


def kept(row: Recommendation) -> tuple[str, str, str, str]:
    row.refresh_from_db()
    return row.state, row.name, row.email, row.why


def remembered(address: str = TAMA) -> list[str]:
    return sorted(Suppression.objects.for_mailbox(address).values_list("scope", flat=True))


def contact() -> None:
    ContactFactory(email=TAMA)
