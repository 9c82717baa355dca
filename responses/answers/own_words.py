"""What of a form may stand in a message: its own words once it was confirmed from the mailbox.

See `people.own_words` for why.
"""

from accord_portal.foundation.addresses import mailbox
from responses.answers import differences
from responses.answers.differences import Difference
from responses.consent import wordings
from responses.models import ExpressionOfInterest
from responses.undertakings.initiatives import initiative_in


def greeting_for(eoi: ExpressionOfInterest) -> str:
    """The name to greet with whoever sent this form; "" where the mailbox has not confirmed the form."""
    return eoi.name if eoi.confirmed_at else ""


def answers_to(eoi: ExpressionOfInterest) -> list[tuple[str, bool]]:
    """The four questions in our own words, and Yes or No: the one part that may always be mailed."""
    texts = wordings.texts(eoi.contact.language)
    return [(texts[purpose], yes) for purpose, yes in eoi.answers.items()]


def copy_of(eoi: ExpressionOfInterest) -> list[tuple[str, str]]:
    """Everything the form says, question by question; [] where the mailbox has not confirmed it."""
    if not eoi.confirmed_at:
        return []
    details = [("Name", eoi.name), ("Organisation", eoi.organisation)]
    reached = [("Email address", eoi.email), ("Telephone", eoi.telephone)]
    said = [(question, "Yes" if yes else "No") for question, yes in answers_to(eoi)]
    ideas = [
        ("Possible actions or initiatives", eoi.initiatives),
        ("Any other comments?", eoi.comments),
    ]
    return [(label, text) for label, text in [*details, *reached, *said, *ideas] if text]


def initiative_of(eoi: ExpressionOfInterest, number: int) -> str:
    """One initiative of the form, counted from 1; "" where the mailbox has not confirmed the form."""
    return initiative_in(eoi.initiatives, number) if eoi.confirmed_at else ""


def differences_of(eoi: ExpressionOfInterest) -> list[Difference]:
    """What the form says differently from the one before, where the mailbox has confirmed both.

    Who changed their answers from the mailbox has seen what they changed.
    """
    before = differences.previous(eoi)
    if before is None or not eoi.confirmed_at:
        return []
    its_own = before.confirmed_at and mailbox(before.email) == mailbox(eoi.email)
    return differences.between(eoi) if eoi.replaces_id or its_own else []
