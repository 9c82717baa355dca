"""The one door by which a name, or anything else that was typed, gets into a message.

Anybody can send a form with anybody's address, and write what they like in it. So nothing that was typed
is mailed to a mailbox that has not said yes to it: a contact's name once the mailbox is confirmed, the text
of a form once that very form was confirmed from the mailbox (or came from there). What a message is made
with is plain values from here, never a contact or a form: `tests/responses/test_own_words.py` looks.
"""

from accord_portal.foundation.addresses import mailbox

from . import differences, wordings
from .differences import Difference
from .models import Contact, ExpressionOfInterest


def said_to(contact: Contact, text: str) -> str:
    """This text about the contact, where their mailbox is confirmed; otherwise ""."""
    return text if contact.email_confirmed_at else ""


def greeting(contact: Contact) -> str:
    """The name to greet the contact with; "" where nobody has confirmed the mailbox."""
    return said_to(contact, contact.name)


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


def differences_of(eoi: ExpressionOfInterest) -> list[Difference]:
    """What the form says differently from the one before, where the mailbox has confirmed both.

    Who changed their answers from the mailbox has seen what they changed.
    """
    before = differences.previous(eoi)
    if before is None or not eoi.confirmed_at:
        return []
    its_own = before.confirmed_at and mailbox(before.email) == mailbox(eoi.email)
    return differences.between(eoi) if eoi.replaces_id or its_own else []
