"""What became of the message that went with a line of the timeline."""

import pytest
from django.test import Client

from accord_portal.foundation import mail
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import letters, triage
from tests.clock import NOON
from tests.factories import UserFactory, received
from tests.html import Element, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def officer(client: Client) -> User:
    """A triage officer, signed in."""
    user = UserFactory(is_triage_officer=True, name="Mere Staff")
    client.force_login(user)
    return user


def fates(page: Element) -> list[str]:
    return [fate.text for fate in page.all("p") if "fate" in (fate["class"] or "")]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("queued", "By email: Waiting to be sent"),
        ("cancelled", "By email: Not sent: no longer wanted"),
        ("failed", "By email: Failed. Look at the message"),
        ("in_doubt", "By email: In doubt: may or may not have arrived. Look at the message"),
    ],
)
def test_each_line_says_what_became_of_its_message(
    client: Client, officer: User, state: str, said: str
) -> None:
    eoi = received()
    triage.acknowledge(eoi=eoi, seen=1, by=officer, text="Kia ora", is_full=True)
    OutgoingMail.objects.filter(message="reply").update(state=state)
    for page in (eoi.get_absolute_url(), eoi.contact.get_absolute_url()):
        assert fates(read(client.get(page)))[0] == said


def test_what_was_sent_says_when_and_what_comes_back_says_so(client: Client, officer: User) -> None:
    eoi = received()
    triage.acknowledge(eoi=eoi, seen=1, by=officer, text="Kia ora", is_full=True)
    mail.deliver_due()
    assert OutgoingMail.objects.get(message="reply").sent_at == NOON
    page = eoi.get_absolute_url()
    sent = "By email: Sent on 16 November 2026, 12:00pm"
    assert fates(read(client.get(page))) == [sent, sent]  # and that of the first acknowledgement
    mail.came_back(OutgoingMail.objects.filter(message="reply"))
    assert fates(read(client.get(page))) == ["By email: Failed. Look at the message", sent]


def test_a_message_that_is_gone_takes_no_line_with_it(client: Client, officer: User) -> None:
    eoi = received()
    triage.acknowledge(eoi=eoi, seen=1, by=officer, text="Kia ora", is_full=True)
    OutgoingMail.objects.all().delete()
    page = read(client.get(eoi.get_absolute_url()))
    assert (fates(page), "Acknowledged" in page.text) == ([], True)


def test_so_do_the_lines_of_a_letter(client: Client, officer: User) -> None:
    letter = letters.receive(name="Hēmi", email="hemi@example.org", telephone="", message="Kia ora")
    letters.answer(letter=letter, seen=0, by=officer, text="Yes")
    assert fates(read(client.get(letter.get_absolute_url()))) == ["By email: Waiting to be sent"]
