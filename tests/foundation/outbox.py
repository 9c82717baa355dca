"""A message that is owed, and how it stands after a try."""

from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from accord_portal.foundation import mail
from accord_portal.foundation.models import OutgoingMail
from tests.factories import OutgoingMailFactory

State = OutgoingMail.State


@mail.kind("answering")
def answering(name: str) -> EmailMultiAlternatives:
    return EmailMultiAlternatives("Kia ora", "Kia ora\n.\nNgā mihi", to=["aroha@example.org"])


def owed(make: Any = answering) -> OutgoingMail:
    return OutgoingMailFactory(message=mail.name_of(make))


def stands(owed: OutgoingMail) -> tuple[str, int, int]:
    """Its state, how many tries were counted, how many doubts."""
    owed.refresh_from_db()
    return owed.state, owed.attempts, owed.doubts


DOUBT = (State.QUEUED, 1, 1)


class Refusing(BaseEmailBackend):
    """A mail server that refuses everything."""

    def send_messages(self, messages: list[EmailMultiAlternatives]) -> int:
        raise ConnectionRefusedError("the mail server is down")
