"""What the portal holds about one person, put together from every room."""

import datetime as dt

import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from accord_portal.foundation import personal_data
from accord_portal.foundation.personal_data import Sent, Shown
from champions.models import Champion
from tests.factories import (
    BatchFactory,
    ChampionFactory,
    ContactFactory,
    DeliveryFactory,
    DigestIssueFactory,
    InitiativeFactory,
    NewsItemFactory,
    OutgoingMailFactory,
    subscriber,
)

pytestmark = pytest.mark.django_db
MAY = dt.datetime(2026, 5, 3, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize("room", settings.ROOMS_WITH_PERSONAL_DATA)
def test_every_room_answers_every_question(room: str) -> None:
    for act in ("held", "sent", "public", "take_down", "erase"):
        assert callable(import_string(f"{room}.personal_data.{act}"))


def test_nothing_is_held_of_nobody() -> None:
    assert (personal_data.held([0]), personal_data.sent([0]), personal_data.public([0])) == ({}, [], [])
    personal_data.take_down([0])


def test_headings_with_nothing_under_them_are_left_out() -> None:
    contact = ContactFactory()
    assert list(personal_data.held([contact.pk])) == ["Who you are"]


def test_messages_and_digests_are_one_list_the_latest_first() -> None:
    contact, other = subscriber(), subscriber()
    batch = BatchFactory(submitted_at=MAY + 2 * DAY)
    DeliveryFactory(batch=batch, contact=contact, state="held")
    DeliveryFactory(contact=contact, state="accepted", settled_at=MAY)
    for state in ("pending", "skipped"):
        DeliveryFactory(contact=contact, state=state)
    DeliveryFactory(batch=batch, contact=other, state="accepted", settled_at=MAY)
    OutgoingMailFactory(recipient=contact.pk, subject="Kia ora", state="sent", sent_at=MAY + DAY)
    OutgoingMailFactory(recipient=contact.pk, subject="", state="failed")
    assert personal_data.sent([contact.pk]) == [
        Sent(MAY + 2 * DAY, "Kia Tūtahi Accord: news", "In doubt: may or may not have arrived"),
        Sent(MAY + DAY, "Kia ora", "Sent"),
        Sent(MAY, "Kia Tūtahi Accord: news", "Accepted for delivery"),
    ]


def test_a_person_is_all_of_their_records() -> None:
    kept = subscriber()
    merged = ContactFactory(merged_into=kept)
    for contact in (kept, merged):
        OutgoingMailFactory(recipient=contact.pk, state="sent", sent_at=MAY)
        ChampionFactory(contact=contact, published=True)
    held = personal_data.held(kept.keys)
    numbers = {
        heading: len(rows) for heading, rows in held.items() if heading != "Each time you said Yes or No"
    }
    assert numbers == {"Who you are": 2, "What you said Yes to": 1, "Champions": 2, "Messages": 2}
    assert (len(personal_data.sent(kept.keys)), len(personal_data.public(kept.keys))) == (2, 2)


def test_the_public_sees_what_is_published_and_nothing_else() -> None:
    contact = subscriber()
    champion = ChampionFactory(name="Hapori Trust", published=True, contact=contact)
    ChampionFactory(contact=contact, ticked=True)
    InitiativeFactory(title="Open the hall", published=True, champion=champion)
    InitiativeFactory(champion=champion)
    assert personal_data.public([contact.pk]) == [
        Shown("Champion: Hapori Trust", "/champions/hapori-trust/"),
        Shown("Initiative: Open the hall", "/initiatives/open-the-hall/"),
    ]


def test_taking_down_takes_the_ticks_away_and_leaves_others_alone() -> None:
    contact, other = subscriber(), subscriber()
    for person in (contact, other):
        ChampionFactory(contact=person, published=True)
    ChampionFactory(contact=contact, ticked=True)
    personal_data.take_down([contact.pk])
    assert personal_data.public([contact.pk]) == []
    assert len(personal_data.public([other.pk])) == 1
    assert Champion.objects.filter(name_agreed=True).get().contact == other


def test_what_a_digest_told_of_the_person_is_held() -> None:
    champion = ChampionFactory(name="Hapori Trust")
    initiative, other = InitiativeFactory(champion=champion), InitiativeFactory()
    at = timezone.now()
    issue = DigestIssueFactory(approved=True, approved_at=at)
    for kind, thing in (("champion", champion), ("initiative", initiative), ("initiative", other)):
        NewsItemFactory(issue=issue, kind=kind, key=thing.pk, title=str(thing), summary="As told")
    NewsItemFactory(issue=issue, kind="update", key=champion.pk)
    assert personal_data.held([champion.contact_id])["What digests told of you"] == [
        {
            "Digest for those who said Yes to": "Kept informed",
            "Approved": at,
            "Title": title,
            "Text": "As told",
        }
        for title in ("Hapori Trust", initiative.title)
    ]


def test_a_digest_is_held_with_its_fate() -> None:
    contact = subscriber()
    at = timezone.now()
    DeliveryFactory(contact=contact, state="failed", reason="550 no such user", settled_at=at)
    (row,) = personal_data.held([contact.pk])["Digests"]
    assert row == {
        "Subject": "Kia Tūtahi Accord: news",
        "For those who said Yes to": "Kept informed",
        "Address": contact.email,
        "What became of it": "Failed",
        "Why": "550 no such user",
        "When": at,
    }
