"""The one door by which a name, or anything else that was typed, gets into a message.

Anybody can send a form with anybody's address, and write what they like in it. So nothing that was typed
is mailed to a mailbox that has not said yes to it: a contact's name once the mailbox is confirmed, the text
of a form once that very form was confirmed from the mailbox (see `answers.own_words`). What a message is made
with is plain values from here, never a contact or a form: `tests/responses/test_own_words.py` looks.
"""

import datetime as dt
from typing import Protocol


class Named(Protocol):
    """A contact, or what somebody writes to one with: the name, and when the mailbox was confirmed."""

    @property
    def name(self) -> str: ...
    @property
    def email_confirmed_at(self) -> dt.datetime | None: ...


def said_to(contact: Named, text: str) -> str:
    """This text about the contact, where their mailbox is confirmed; otherwise ""."""
    return text if contact.email_confirmed_at else ""


def greeting(contact: Named) -> str:
    """The name to greet the contact with; "" where nobody has confirmed the mailbox."""
    return said_to(contact, contact.name)
