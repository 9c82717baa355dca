"""Answers to the call, and what they leave."""

from accord_portal.foundation.models import OutgoingMail
from responses.models import Activity, Consent, Contact, ExpressionOfInterest, Involvement

TABLES = [ExpressionOfInterest, Contact, Consent, Involvement, Activity, OutgoingMail]


def numbers() -> dict[str, int]:
    """How many rows stand in each table that an answer writes."""
    return {model.__name__: model.objects.count() for model in TABLES}
