"""Each quarter both sides are asked by mail, once, and by nobody's press."""

import datetime as dt
from typing import Any

import pytest
import time_machine

from accord_portal.foundation import mail
from accord_portal.foundation.models import OutgoingMail
from champions import emails
from champions.initiatives import asking, editing
from champions.models import Champion, Initiative
from responses.models import Contact, Undertaking
from responses.undertakings import audit, owing
from tests.factories import ChampionFactory, ContactFactory, InitiativeFactory, InvolvementFactory
from tests.register import PartnerFactory, ProgressReportFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
BEFORE = dt.datetime(2026, 9, 30, 10, 0, tzinfo=dt.UTC)  # 30 September in New Zealand
MORNING = dt.datetime(2026, 11, 15, 20, 0, tzinfo=dt.UTC)  # Monday 16 November, nine o'clock


def person(**contact: Any) -> Contact:
    """Somebody with a confirmed Yes to championing, since before the quarter."""
    who = ContactFactory(**{"confirmed": True, "name": "Aroha", **contact})
    InvolvementFactory(contact=who, purpose="champion_accord", since_at=BEFORE, confirmed_at=BEFORE)
    owing.settle(who)
    return who


def hall(**about: Any) -> Initiative:
    champion = ChampionFactory(published=True, contact=about.pop("contact", None) or person())
    return InitiativeFactory(published=True, champion=champion, registered_at=BEFORE, **about)


def joined(one: Initiative) -> Champion:
    """An agency that takes part since before the quarter."""
    champion = ChampionFactory(published=True, kind="agency", contact=person(name="Hēmi"))
    PartnerFactory(initiative=one, champion=champion, agreed=True, agreed_at=BEFORE, added_at=BEFORE)
    return champion


def asked(now: dt.datetime = MORNING) -> int:
    asking.owe_the_quarter(now)
    return asking.ask_the_quarter(now)


def mailed() -> list[str]:
    return list(OutgoingMail.objects.order_by("pk").values_list("to", flat=True))


def test_both_sides_are_asked_once_a_quarter(clock: time_machine.Traveller) -> None:
    one = hall()
    agency = joined(one)
    assert [asked(), asked()] == [2, 0]
    assert mailed() == [one.champion.contact.email, agency.contact.email]
    rows = Undertaking.objects.filter(kind="ask").order_by("pk")
    assert [(row.contact, row.about, row.kept_by, row.evidence_text) for row in rows] == [
        (one.champion.contact, one.pk, None, "Asked by email"),
        (agency.contact, one.pk, None, "Asked by email"),
    ]
    assert [line.text for line in agency.contact.activities.filter(kind="asked_after")] == ["As a partner"]
    assert list(audit.differences()) == []
    january = dt.datetime(2027, 1, 5, 20, 0, tzinfo=dt.UTC)
    clock.move_to(january)
    assert [asked(january), asked(january), len(mailed())] == [2, 0, 4]


@pytest.mark.parametrize(
    "now",
    [MORNING - dt.timedelta(seconds=1), dt.datetime(2026, 11, 14, 0, 0, tzinfo=dt.UTC)],
    ids=["before nine", "a Saturday"],
)
def test_nobody_is_asked_out_of_hours(clock: time_machine.Traveller, now: dt.datetime) -> None:
    hall()
    clock.move_to(now)
    assert asked(now) == 0
    assert Undertaking.objects.open().filter(kind="ask").count() == 1


def test_who_cannot_be_mailed_is_left_to_staff() -> None:
    one = hall()
    Contact.objects.update(email="", mailbox=None, email_confirmed_at=None)
    assert asked() == 0
    assert list(asking.promises_about(one).filter(kept_at=None)) != []


def test_what_came_back_is_owed_again_and_not_mailed_again_by_itself() -> None:
    one = hall()
    asked()
    mail.deliver_due()
    mail.came_back(OutgoingMail.objects.all())
    assert asking.promises_about(one).get().kept_at is None
    assert (asking.ask_the_quarter(MORNING), len(mailed())) == (0, 1)


def test_a_partner_who_left_or_came_later_is_not_asked(mere: Any) -> None:
    one = hall()
    agency = joined(one)
    PartnerFactory(
        initiative=one, champion=ChampionFactory(contact=person()), added_at=BEFORE + dt.timedelta(days=2)
    )
    asking.owe_the_quarter(MORNING)
    editing.end_partner(initiative=one, by=mere, partner=one.partners.get(champion=agency))
    assert asking.ask_the_quarter(MORNING) == 1
    assert mailed() == [one.champion.contact.email]
    assert {row.ended_because for row in asking.promises_about(one)} == {"", "taken_down"}


def test_an_asking_of_a_partner_that_was_not_written_down_is_found() -> None:
    agency = joined(hall())
    missing = [difference for difference in audit.differences() if difference.contact == agency.contact_id]
    assert [difference.what for difference in missing if "initiative" in difference.what] != []


def test_one_contact_of_two_champions_is_asked_once() -> None:
    one = hall()
    other = ChampionFactory(published=True, kind="agency", contact=one.champion.contact)
    PartnerFactory(initiative=one, champion=other, added_at=BEFORE)
    assert (asked(), len(mailed())) == (1, 1)


def test_staff_ask_everybody_who_takes_part(mere: Any) -> None:
    one = hall()
    agency = joined(one)
    asking.owe_the_quarter(MORNING)
    asking.ask(initiative=one, seen=0, by=mere)
    assert sorted(mailed()) == sorted([one.champion.contact.email, agency.contact.email])
    assert {row.kept_by for row in asking.promises_about(one)} == {mere}
    assert asking.ask_the_quarter(MORNING) == 0


# --- the message ---------------------------------------------------------------------------------


def body(one: Initiative, champion: Champion | None = None) -> str:
    return str(emails.how_is_it_going(one.pk, (champion or one.champion).pk).body)


def test_the_message_says_what_was_said_last_and_has_four_links() -> None:
    one = hall(title="Open the hall")
    ProgressReportFactory(initiative=one, state="stalled", why="The roof leaks.", said_on=dt.date(2026, 8, 3))
    text = body(one)
    assert "Your side told us last, on 3 August 2026: it is stalled.\n\nThe roof leaks.\n" in text
    links = [line.rstrip("/").rsplit("/", 1)[1] for line in text.splitlines() if "/progress/" in line]
    assert links == ["still-true", "changed", "finished", "help"]
    assert "The links work for 90 days." in text


def test_before_anything_was_said_nothing_is_still_true() -> None:
    text = body(hall())
    assert ("still-true" in text, "You have not told us yet how it stands." in text) == (False, True)


def test_a_partner_gets_the_words_of_its_side_once_they_are_public() -> None:
    one = hall(title="Open the hall")
    agency = joined(one)
    other = PartnerFactory(initiative=one, champion=ChampionFactory(kind="agency")).champion
    ProgressReportFactory(initiative=one, why="The roof leaks.")
    ProgressReportFactory(initiative=one, champion=other, state="done", why="All is paid.")
    text = body(one, agency)
    assert "it is done" in text
    assert ("All is paid." in text, "The roof leaks." in text, "Open the hall" in text) == (
        False,
        False,
        True,
    )
    Initiative.objects.update(state="draft")
    assert "Open the hall" not in body(one, agency)


def test_messages_that_were_owed_before_partners_are_made_still() -> None:
    one = hall(title="Open the hall")
    assert "Open the hall" in str(emails.how_is_it_going(one.pk).body)
