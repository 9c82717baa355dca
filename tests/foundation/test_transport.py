"""Handing messages over: what can be asked afterwards, and whom mail leaves the machine for."""

from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from pytest_django import Settings

from accord_portal.foundation import eml_backend, mail, transport
from accord_portal.foundation.models import OutgoingMail
from accord_portal.foundation.verdicts import NotSent, Verdict
from tests.clock import NOON
from tests.foundation.outbox import owed, stands

pytestmark = pytest.mark.django_db

State = OutgoingMail.State


@pytest.mark.parametrize("written", [True, False])
def test_our_own_files_can_always_be_asked(
    mail_folder: Path, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, written: bool
) -> None:
    """A worker that dies over a file, and an error after it is written, leave nothing in doubt."""
    write = eml_backend.EmailBackend.send_messages

    def fail(self: Any, messages: list[EmailMultiAlternatives]) -> int:
        if written:
            write(self, messages)
        raise OSError("the disk is full")

    message = owed()
    with monkeypatch.context() as patch:
        patch.setattr(eml_backend.EmailBackend, "send_messages", fail)
        mail.deliver_due()
    assert stands(message) == ((State.SENT if written else State.QUEUED), 1, 0)
    if written:
        OutgoingMail.objects.update(state=State.SENDING, claimed_at=NOON, sent_at=None, doubts=2)
        clock.shift(OutgoingMail.CLAIM_LASTS)
    clock.shift(60)
    mail.deliver_due()
    assert (stands(message)[0], len(list(mail_folder.iterdir()))) == (State.SENT, 1)


@pytest.mark.parametrize(
    ("host", "allowed", "is_refused"),
    [
        ("mail.example.net", [], True),
        ("mail.example.net", ["@example.org"], False),
        ("mail.example.net", ["Aroha@Example.org"], False),
        ("mail.example.net", ["tama@example.org", "@example.com"], True),
        ("mail.example.net", None, False),
        *((host, [], False) for host in ("localhost", "127.0.0.1", "::1", "")),
    ],
)
def test_outside_production_mail_leaves_the_machine_for_those_named_only(
    settings: Settings, host: str, allowed: list[str] | None, is_refused: bool
) -> None:
    settings.MAIL_ALLOWED = allowed
    sent: list[EmailMultiAlternatives] = []

    class Transport(BaseEmailBackend):
        def send_messages(self, messages: list[EmailMultiAlternatives]) -> int:
            sent.extend(messages)
            return 1

    connection = Transport()
    connection.host = host  # type: ignore[attr-defined]
    message = EmailMultiAlternatives(to=["aroha@example.org"])
    if not is_refused:
        assert transport.hand_over(connection, message, lambda: True)
        assert sent == [message]
        return
    with pytest.raises(NotSent) as no:
        transport.hand_over(connection, message, lambda: True)
    assert (no.value.verdict, sent) == (Verdict.PERSON_NEVER, [])
