"""Mail that did not arrive, as staff see it and decide about it."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accord_portal.foundation.models import OutgoingMail
from responses.models import Call
from tests.clock import NOON
from tests.factories import ContactFactory, OutgoingMailFactory, UserFactory, received
from tests.foundation.outbox import stands
from tests.html import read

pytestmark = pytest.mark.django_db

State = OutgoingMail.State


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.FAILED, "Our mail did not arrive"),
        (State.IN_DOUBT, "Our mail may not have arrived"),
        (State.SENT, ""),
        (State.QUEUED, ""),
    ],
)
def test_who_was_not_reached_is_shown_on_their_pages(
    client: Client, call: Call, state: str, said: str
) -> None:
    eoi = received()
    sent_at = NOON if state == State.SENT else None
    OutgoingMail.objects.filter(recipient=eoi.contact_id).update(state=state, sent_at=sent_at)
    client.force_login(UserFactory(is_superuser=True))
    for address in (eoi.get_absolute_url(), eoi.contact.get_absolute_url()):
        page = client.get(address).content.decode()
        assert ("Our mail" in page, said in page) == (bool(said), True)


def test_a_later_message_that_arrives_ends_the_warning() -> None:
    for hours, state in ((1, State.FAILED), (2, State.QUEUED)):
        OutgoingMailFactory(recipient=7, state=state, queued_at=NOON + dt.timedelta(hours=hours))
    assert OutgoingMail.objects.not_arrived([7]).count() == 1
    late = NOON + dt.timedelta(hours=3)
    OutgoingMailFactory(recipient=7, state=State.SENT, sent_at=late, queued_at=late)
    assert OutgoingMail.objects.not_arrived([7]).count() == 0
    assert OutgoingMail.objects.not_arrived([8]).count() == 0


@pytest.mark.parametrize(("button", "state"), [("try_again", State.QUEUED), ("treat_as_sent", State.SENT)])
def test_staff_decide_on_the_page_of_a_message_in_doubt(client: Client, button: str, state: str) -> None:
    message = OutgoingMailFactory(state=State.IN_DOUBT, doubts=2, claimed_at=NOON, subject="Kia ora")
    client.force_login(UserFactory(is_superuser=True))
    address = f"/staff/foundation/outgoingmail/{message.pk}"
    page = client.get(f"{address}/change/").content.decode()
    assert "2 times, after we handed it over: it may have arrived twice." in " ".join(page.split())
    assert "Send it again" in page
    assert "Treat it as sent" in page
    assert "Kia ora" in client.get("/staff/?whose=all").content.decode()
    client.post(f"{address}/act/{button}/")
    message.refresh_from_db()
    assert (message.state, message.sent_at) == (state, NOON if state == State.SENT else None)


def test_a_message_that_came_back_is_said_to_be_lost_where_it_was_sent(client: Client) -> None:
    message = OutgoingMailFactory(state=State.SENT, sent_at=NOON)
    client.force_login(UserFactory(is_superuser=True))
    address = f"/staff/foundation/outgoingmail/{message.pk}"
    page = " ".join(client.get(f"{address}/change/").content.decode().split())
    assert "It counts as failed, and what it had kept (an acknowledgement, say) is owed again" in page
    client.post(f"{address}/act/came_back/")
    message.refresh_from_db()
    assert (message.state, message.sent_at, message.last_error) == (State.FAILED, None, "It came back to us.")
    page = client.get(f"{address}/change/").content.decode()
    assert ("Try again" in page, "It came back</button>" in page) == (True, False)


def test_many_at_once_never_repeats_what_is_in_doubt(client: Client) -> None:
    doubtful, failed = (
        OutgoingMailFactory(state=State.IN_DOUBT, doubts=2),
        OutgoingMailFactory(state=State.FAILED),
    )
    client.force_login(UserFactory(is_superuser=True))
    chosen = {"action": "try_these_again", "_selected_action": [doubtful.pk, failed.pk]}
    client.post("/staff/foundation/outgoingmail/", chosen)
    assert (stands(doubtful)[0], stands(failed)[0]) == (State.IN_DOUBT, State.QUEUED)


def test_the_desk_counts_mail_that_waits_after_trouble(client: Client) -> None:
    OutgoingMailFactory(), OutgoingMailFactory(last_error="535 who are you?")
    client.force_login(UserFactory(is_superuser=True))
    page = client.get("/staff/")
    assert (page.context["waiting_mail"], "Waiting after a refusal" in page.content.decode()) == ("1", True)


def test_whom_a_message_is_for_is_named_with_a_link_in_one_query(client: Client, call: Call) -> None:
    client.force_login(UserFactory(is_superuser=True))

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/staff/foundation/outgoingmail/")
        return len(asked)

    for number in range(3):
        contact = ContactFactory(name=f"Ana {number} <b>")
        message = OutgoingMailFactory(recipient=contact.pk)
        if not number:
            client.get("/staff/foundation/outgoingmail/")
            with_one = queries()
    assert queries() == with_one
    for address in ("", f"{message.pk}/change/"):
        page = read(client.get(f"/staff/foundation/outgoingmail/{address}"))
        (link,) = [a for a in page.all("a") if a["href"] == contact.get_absolute_url()]
        assert link.text.replace("\u2068", "").replace("\u2069", "") == "Ana 2 <b>’s record"
    OutgoingMailFactory(recipient=None)
    OutgoingMailFactory(recipient=999_999)
    assert client.get("/staff/foundation/outgoingmail/").status_code == 200
