"""The outbox: what is owed is written down in the act's transaction and sent later, whatever happens."""

import datetime as dt
from email.utils import parseaddr

import pytest
import time_machine
from anymail.utils import parse_single_address as anymail
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import Settings

from accord_portal.foundation import mail
from accord_portal.foundation.addresses import mailbox, validate_address
from accord_portal.foundation.models import OutgoingMail
from tests.clock import NOON
from tests.factories import OutgoingMailFactory
from tests.production import ROOT

pytestmark = pytest.mark.django_db
State = OutgoingMail.State


@mail.kind("greeting")
def greeting(name: str) -> EmailMultiAlternatives:
    return EmailMultiAlternatives(f"Tēnā koe {name}", "Kia ora", to=["aroha@example.org"])


class Slow(BaseEmailBackend):
    """A mail server that takes its time: meanwhile the message is cancelled and blanked."""

    def send_messages(self, messages: list[EmailMultiAlternatives]) -> int:
        OutgoingMail.objects.update(state=State.CANCELLED, to="", facts={})
        if self.username == "refused":
            raise ConnectionRefusedError(f"550 {messages[0].to[0]} is unknown")
        return len(messages)


@mail.kind("needless")
def needless() -> EmailMultiAlternatives:
    raise mail.NoLongerWanted


@pytest.fixture
def refused(settings: Settings) -> Settings:
    settings.EMAIL_BACKEND = "tests.foundation.outbox.Refusing"
    return settings


def test_what_is_owed_is_written_down_and_not_yet_sent(
    mailoutbox: list[EmailMultiAlternatives], clock: time_machine.Traveller
) -> None:
    owed = mail.owe(greeting, to="aroha@example.org", name="Aroha")
    row = OutgoingMail.objects.values().get()
    assert row == {
        "id": owed.pk,
        "uuid": owed.uuid,
        "message": "greeting",
        "facts": {"name": "Aroha"},
        "to": "aroha@example.org",
        "recipient": None,
        "subject": "",
        "state": State.QUEUED,
        "queued_at": NOON,
        "not_before_at": NOON,
        "claimed_at": None,
        "sent_at": None,
        "attempts": 0,
        "doubts": 0,
        "last_error": "",
    }
    assert mailoutbox == []


def test_what_is_owed_says_for_whom_it_is_where_it_is_for_a_contact() -> None:
    owed = mail.owe(greeting, to="aroha@example.org", recipient=7, name="Aroha")
    owed.refresh_from_db()
    assert (owed.recipient, owed.facts) == (7, {"name": "Aroha"})


def test_no_two_messages_have_one_name() -> None:
    with pytest.raises(ValueError, match=r"^Two messages are called greeting\.$"):
        mail.kind("greeting")(lambda: EmailMultiAlternatives())


def test_what_makes_no_declared_message_cannot_be_owed() -> None:
    with pytest.raises(KeyError):
        mail.owe(lambda: EmailMultiAlternatives(), to="aroha@example.org")


def test_what_is_no_longer_wanted_is_not_sent(mailoutbox: list[EmailMultiAlternatives]) -> None:
    OutgoingMailFactory(state=State.CANCELLED)
    assert (mail.deliver_due(), mailoutbox) == (0, [])


def test_what_turns_out_to_be_needless_is_cancelled(mailoutbox: list[EmailMultiAlternatives]) -> None:
    owed = OutgoingMailFactory(message="needless", facts={}, last_error="down")
    assert [mail.deliver_due(), mail.deliver_due(), mailoutbox] == [1, 0, []]
    owed.refresh_from_db()
    assert (owed.state, owed.sent_at, owed.last_error) == (State.CANCELLED, None, "")


@pytest.mark.parametrize("answer", ["accepted", "refused"])
def test_what_is_cancelled_or_erased_while_it_is_sent_stays_so(settings: Settings, answer: str) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST_USER = f"{__name__}.Slow", answer
    OutgoingMailFactory()
    assert [mail.deliver_due(), mail.deliver_due()] == [1, 0]
    row = OutgoingMail.objects.values("state", "to", "facts", "subject", "sent_at", "last_error").get()
    assert row == {
        "state": State.CANCELLED,
        "to": "",
        "facts": {},
        "subject": "",
        "sent_at": None,
        "last_error": "",
    }


def test_an_act_that_fails_owes_nothing() -> None:
    @transaction.atomic
    def act() -> None:
        mail.owe(greeting, to="aroha@example.org", name="Aroha")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert OutgoingMail.objects.count() == 0


def test_what_is_due_is_sent_once(
    mailoutbox: list[EmailMultiAlternatives], clock: time_machine.Traveller
) -> None:
    owed = mail.owe(greeting, to="aroha@example.org", name="Aroha")
    assert [mail.deliver_due(), mail.deliver_due()] == [1, 0]
    assert [(m.subject, m.to, m.extra_headers) for m in mailoutbox] == [
        ("Tēnā koe Aroha", ["aroha@example.org"], {"Message-ID": f"<{owed.uuid}@example.org>"})
    ]
    owed.refresh_from_db()
    assert (owed.state, owed.sent_at, owed.attempts, owed.subject) == (
        State.SENT,
        NOON,
        1,
        "Tēnā koe Aroha",
    )


def test_the_oldest_goes_first_and_no_more_than_asked(mailoutbox: list[EmailMultiAlternatives]) -> None:
    for minutes, name in [(1, "third"), (3, "first"), (2, "second")]:
        past = timezone.now() - dt.timedelta(minutes=minutes)
        OutgoingMailFactory(facts={"name": name}, not_before_at=past)
    assert mail.deliver_due(limit=2) == 2
    assert [m.subject for m in mailoutbox] == ["Tēnā koe first", "Tēnā koe second"]


def test_mail_that_must_wait_waits(clock: time_machine.Traveller) -> None:
    OutgoingMailFactory(not_before_at=NOON + dt.timedelta(seconds=1))
    assert mail.deliver_due() == 0
    clock.shift(1)
    assert mail.deliver_due() == 1


def test_a_refused_message_is_tried_again_for_two_days_and_then_shown(
    refused: Settings, clock: time_machine.Traveller
) -> None:
    owed = OutgoingMailFactory()
    waits = []
    for _ in range(8):
        assert mail.deliver_due() == 1
        owed.refresh_from_db()
        waits.append((owed.not_before_at - timezone.now()).total_seconds() // 60)
        if owed.state == State.QUEUED:
            clock.move_to(owed.not_before_at)
    assert waits[:7] == [1, 5, 15, 60, 240, 720, 1440]
    assert (owed.state, owed.attempts, owed.sent_at) == (State.FAILED, 8, None)
    assert owed.last_error == "ConnectionRefusedError: the mail server is down"
    assert list(OutgoingMail.objects.failed()) == [owed]
    clock.shift(dt.timedelta(days=30))
    assert mail.deliver_due() == 0


def test_one_message_that_cannot_be_made_stops_no_other(mailoutbox: list[EmailMultiAlternatives]) -> None:
    OutgoingMailFactory(message="none_such")
    OutgoingMailFactory()
    assert mail.deliver_due() == 2
    assert [m.subject for m in mailoutbox] == ["Tēnā koe Aroha"]


def test_an_error_is_forgotten_once_the_message_is_sent(
    refused: Settings, clock: time_machine.Traveller, settings: Settings
) -> None:
    owed = OutgoingMailFactory()
    mail.deliver_due()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    clock.shift(60)
    mail.deliver_due()
    owed.refresh_from_db()
    assert (owed.state, owed.attempts, owed.last_error) == (State.SENT, 2, "")


def test_a_message_another_worker_has_is_left_alone() -> None:
    OutgoingMailFactory(state=State.SENDING, claimed_at=timezone.now())
    assert mail.deliver_due() == 0


def test_what_a_dead_worker_had_is_tried_again(
    clock: time_machine.Traveller, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    owed = OutgoingMailFactory(state=State.SENDING, claimed_at=NOON, attempts=1)
    clock.shift(OutgoingMail.CLAIM_LASTS)
    assert mail.deliver_due() == 0
    clock.shift(1)
    assert mail.deliver_due() == 1
    assert [m.extra_headers["Message-ID"] for m in mailoutbox] == [mail.message_id(owed.uuid)]


def test_two_workers_send_one_message_once(mailoutbox: list[EmailMultiAlternatives]) -> None:
    owed = OutgoingMailFactory()
    assert [mail._deliver(owed.pk), mail._deliver(owed.pk)] == [True, False]
    assert len(mailoutbox) == 1


def test_staff_can_try_failed_messages_again(mailoutbox: list[EmailMultiAlternatives]) -> None:
    failed = OutgoingMailFactory(state=State.FAILED, attempts=8, last_error="down")
    OutgoingMailFactory(state=State.SENT, sent_at=timezone.now())
    assert mail.try_again(OutgoingMail.objects.all()) == 1
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == (State.QUEUED, 0)
    assert mail.deliver_due() == 1
    assert len(mailoutbox) == 1


def test_a_message_id_is_the_same_each_time() -> None:
    assert mail.message_id("a-uuid") == mail.message_id("a-uuid") == "<a-uuid@example.org>"


@pytest.mark.parametrize("changes", [{"state": State.SENT}, {"sent_at": NOON}])
def test_sent_and_the_instant_go_together(changes: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match="outgoing_mail_sent_when"):
        OutgoingMailFactory(**changes)


IN_A_DOMAIN = [
    *"aA9-ßẞςσΣıİiūŪĀäńñéœøđłħ",
    *"\u0130\u017f\u212a\u2126\u1e9e\ufb01\uff41\uff21\u3002\uff0e\uff61\u2024",  # and full stops
    *"\u00ad\u200b\u200c\u200d\u200e\u202e\u2060\ufe0f\ufeff\u034f\u3164\u115f\u2800\U000e0061",
    *"\u0304\u0327\u0338\u05b0\u0661\u06f1\u0967\u0e33\u1100\u1161\uac00\u30fb\u00b7\u0375\u05f3",
    *"毛例アｱ한אبনकกაԱԱЖж\u04c0\u10a0\u13a0\uab70\U00010400\U0001d504\U0001f468\U0001f1f3❤☕™①½…",
    *"@!#$%&'*+/=?^_`{|}~.,;:<>()[]\\\" \t\x00\x7f\x85\u00a0\u2028\u3000",
    "xn--",
    "u\u0304",
    "ū\u0327",
    "👩\u200d🌾",
    "क\u094d\u200dष",
    "م\u200cخ",
]


@pytest.mark.parametrize("letter", IN_A_DOMAIN)
def test_every_place_that_names_a_domain_names_the_same_one(letter: str) -> None:
    """The mailbox merged by, the envelope, the header, what a provider's library reads; or it is refused."""
    for address in (f"ana@a{letter}b.example", f"ana@{letter}.example", f"ana@x.{letter}y.example"):
        try:
            validate_address(address)
        except ValidationError:
            continue
        message = mail.addressed(address, sender="a@example.org", subject="-", text="-", html="-", headers={})
        (envelope,) = message.recipients()
        header = parseaddr(str(message.message()["To"]))[1]
        assert {envelope, header, anymail(envelope).addr_spec} == {mailbox(address)}


def test_no_template_of_mail_reads_a_record() -> None:
    digests = {"issue.html", "issue.txt"}  # what staff published, and its own reader's name
    for folder in sorted((ROOT / "templates" / "emails").glob("*/*")):
        if folder.name not in digests:
            for record in ("eoi.", "contact.", "recommendation.", "champion."):
                assert f"{{{{ {record}" not in folder.read_text(), folder
