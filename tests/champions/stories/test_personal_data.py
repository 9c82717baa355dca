"""What stories hold of a person: their own as a champion, and those that they may be asked about."""

import pytest

from accord_portal.foundation.personal_data import Shown
from accord_portal.staff.models import Revision, User
from champions.models import PracticeStory
from champions.stories import personal_data, writing
from tests.factories import ChampionFactory, ContactFactory, PracticeStoryFactory

pytestmark = pytest.mark.django_db


def test_what_is_held_and_public() -> None:
    champion, asked = ChampionFactory(published=True), ContactFactory()
    PracticeStoryFactory(title="Talk", slug="talk", champion=champion, contact=asked)
    PracticeStoryFactory(title="Draft", champion=champion, published_at=None)
    theirs = personal_data.held([champion.contact_id])
    assert [row["Title"] for row in theirs["Practice stories"]] == ["Talk", "Draft"]
    assert personal_data.held([asked.pk])["Practice stories you may be asked about"] == [{"Title": "Talk"}]
    assert personal_data.public([champion.contact_id]) == [Shown("Story: Talk", "/good-practice/talk/")]
    assert personal_data.public([asked.pk]) == [Shown("Story: Talk", "/good-practice/talk/")]


def test_erasing_blanks_their_stories_and_takes_them_out_of_others(mere: User) -> None:
    champion, asked = ChampionFactory(published=True), ContactFactory()
    story = PracticeStoryFactory(champion=champion, licence="owner", licence_words="Ask Aroha")
    other = PracticeStoryFactory(contact=asked)
    with writing.revisions.kept(story, by=mere):
        story.problem = "Aroha was late"
        story.save()
    personal_data.erase([champion.contact_id, asked.pk])
    story.refresh_from_db()
    other.refresh_from_db()
    assert (story.title, story.text.strip(), story.licence_words) == ("Erased", "Erased", "")
    assert story.search_folded == "erased"
    assert {str(line.before) for line in Revision.objects.about([story])} == {"{}"}
    assert (other.contact, list(PracticeStory.objects.published())) == (None, [other])
