"""What each permission allows, and what the first page shows to whom."""

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import ChampionFactory, OutgoingMailFactory, received
from tests.html import read
from tests.staff.pages import sign_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("powers", "state"),
    [(["view_outgoingmail"], "failed"), (["view_outgoingmail", "change_outgoingmail"], "queued")],
)
def test_trying_mail_again_takes_the_permission_to_change(
    client: Client, powers: list[str], state: str
) -> None:
    mail = OutgoingMailFactory(state="failed")
    sign_in(client, *powers)
    client.post(
        "/staff/foundation/outgoingmail/",
        {"action": "try_these_again", "_selected_action": str(mail.pk), "index": "0"},
    )
    mail.refresh_from_db()
    assert mail.state == state


SEEN = {
    "view_expressionofinterest": {"Aroha Private"},
    "view_undertaking": {"Aroha Private"},
    "view_champion": {"Hapori Private"},
    "view_outgoingmail": {"Private letter"},  # the address is for those who see addresses
}


@pytest.mark.parametrize("power", [None, *SEEN])
def test_the_desk_shows_what_each_may_see(client: Client, power: str | None) -> None:
    received(name="Aroha Private", at=timezone.now() - timezone.timedelta(days=30))
    ChampionFactory(ticked=True, name="Hapori Private")
    OutgoingMailFactory(state="failed", to="private@example.org", subject="Private letter")
    sign_in(client, *([power] if power else []))
    page = read(client.get("/staff/?whose=all"))
    private = {"Aroha Private", "Hapori Private", "Private letter", "private@example.org"}
    assert {words for words in private if words in page.text} == SEEN.get(power or "", set())
