"""A champion offers a story behind a link; it is a draft, and they are told when it is published."""

from typing import Any

import pytest
from django.core import mail as django_mail
from django.test import Client

from accord_portal.foundation import mail
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from champions.links import offer_url
from champions.models import Champion, PracticeStory
from champions.stories import offering, publishing
from tests.clock import NOON
from tests.factories import ChampionFactory, ContactFactory, InitiativeFactory, UserFactory
from tests.html import read
from tests.staff.pages import refusals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
WORDS = {
    "title": "Kōrero first",
    "summary": "We talked first.",
    "problem": "We were late.",
    "done": "We met.",
    "changed": "We are in time.",
    "known_by": "",
    "differently": "",
    "licence": "cc_by",
    "licence_words": "",
}


def champion(**about: Any) -> Champion:
    contact = ContactFactory(name="Aroha", email="aroha@example.org", confirmed=True)
    made: Champion = ChampionFactory(name="River Trust", published=True, contact=contact, **about)
    return made


def test_what_is_offered_is_a_draft_of_theirs(client: Client) -> None:
    one = champion()
    initiative = InitiativeFactory(champion=one)
    typed = {**WORDS, "may_be_asked": "on", "initiative": initiative.pk}
    for _ in range(2):
        answer = client.post(offer_url(one.pk, one.contact), typed)
        assert read(answer).one("h1").text == "Thank you for the story"
    story = PracticeStory.objects.get()
    assert (story.state, story.champion, story.contact, story.initiative, story.offered_at) == (
        "draft",
        one,
        one.contact,
        initiative,
        NOON,
    )
    assert client.get(story.get_absolute_url()).status_code == 404
    assert one.contact.activities.get().text == "Offered a practice story: Kōrero first"


def test_what_is_missing_is_said_and_nothing_typed_is_lost(client: Client) -> None:
    one = champion()
    typed = {**WORDS, "changed": "", "licence": "owner"}
    page = read(client.post(offer_url(one.pk, one.contact), typed))
    assert refusals(page) == ["Say what changed", "Write in the owner’s words how it may be used"]
    assert page.one("textarea", name="problem").text == "We were late."
    assert not PracticeStory.objects.exists()


def test_the_link_is_of_the_address_it_was_mailed_to_and_of_a_champion_still(client: Client) -> None:
    one = champion()
    link = offer_url(one.pk, one.contact)
    Champion.objects.update(state="withdrawn")
    assert client.get(link).status_code == 404
    Champion.objects.update(state="published")
    one.contact.email = "new@example.org"
    one.contact.save()
    assert client.post(link, WORDS).status_code == 404
    assert not PracticeStory.objects.exists()


def test_another_champions_initiative_cannot_be_chosen(client: Client) -> None:
    one, other = champion(), InitiativeFactory()
    client.post(offer_url(one.pk, one.contact), {**WORDS, "initiative": other.pk})
    assert not PracticeStory.objects.exists()


def test_five_stories_wait_and_no_more() -> None:
    one = champion()
    for number in range(offering.MAX_OFFERED):
        offering.offer(champion=one, words={**WORDS, "title": f"Story {number}"})
    with pytest.raises(NotPossible, match="5 of your stories wait for us already"):
        offering.offer(champion=one, words=WORDS)


def test_the_champion_is_told_once_when_it_is_published(mere: User) -> None:
    one, other = champion(), UserFactory()
    story = offering.offer(champion=one, words=WORDS)
    for _ in range(2):
        publishing.submit(story=story, by=mere)
        publishing.publish(story=story, by=other)
        publishing.withdraw(story=story, by=other)
    owed = OutgoingMail.objects.get()
    assert (owed.message, owed.to) == ("story_published", "aroha@example.org")
    with pytest.raises(mail.NoLongerWanted):
        mail.made(owed)
    publishing.submit(story=story, by=mere)
    publishing.publish(story=story, by=other)
    body = str(mail.made(owed).body)
    assert "Tēnā koe Aroha" in body
    assert "/good-practice/korero-first/" in body
    assert django_mail.outbox == []


def test_who_offered_it_and_wants_to_be_left_alone_is_not_mailed(mere: User) -> None:
    one = champion()
    story = offering.offer(champion=one, words=WORDS)
    one.contact.restricted_because, one.contact.restricted_at = "asked", NOON
    one.contact.save()
    publishing.submit(story=story, by=mere)
    publishing.publish(story=story, by=UserFactory())
    assert not OutgoingMail.objects.exists()
