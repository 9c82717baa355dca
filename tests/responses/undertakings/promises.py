"""What people are owed, as the tests of this room read it."""

from responses.models import Contact, ExpressionOfInterest, Undertaking
from responses.undertakings import audit

Owed = tuple[str, int, str]


def standing(row: Undertaking) -> str:
    """In one word: open, kept, or why it ended."""
    if row.kept_at:
        return "kept"
    return row.ended_because if row.ended_at else "open"


def owed(whose: Contact | ExpressionOfInterest) -> list[Owed]:
    """Of each row: its kind, what it is about and how it stands, in the order in which they were made."""
    return [(row.kind, row.about, standing(row)) for row in whose.undertakings.order_by("pk")]


def stand(whose: Contact | ExpressionOfInterest, kind: str) -> str:
    """How the only row of this kind stands."""
    return standing(whose.undertakings.get(kind=kind))


def row_of(whose: Contact | ExpressionOfInterest, kind: str) -> Undertaking:
    """The only row of this kind."""
    return whose.undertakings.get(kind=kind)


def differences() -> list[str]:
    """What the check reports, in its words."""
    return [found.what for found in audit.differences()]
