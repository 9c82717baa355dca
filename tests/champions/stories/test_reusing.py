"""Somebody used a story and tells us; staff read it before it counts or is shown."""

import pytest

from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.personal_data import Shown
from accord_portal.staff.models import User
from champions.models import Reuse
from champions.stories import personal_data, publishing, reusing
from tests.clock import NOON
from tests.factories import ChampionFactory, ContactFactory, PracticeStoryFactory
from tests.register import ReuseFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
SAID = {"words": "We met first.", "used_by": "Hapori Trust", "email": "aroha@example.org"}


def test_the_same_again_is_the_same_and_waits_to_be_read() -> None:
    story = PracticeStoryFactory()
    told = [reusing.tell_reuse(story=story, **SAID, words_agreed=True) for _ in range(2)]
    assert (told[0], told[0].state, told[0].told_at) == (told[1], "waiting", NOON)
    assert (list(Reuse.objects.to_read()), Reuse.objects.counted().count()) == ([told[0]], 0)


def test_of_one_story_twenty_wait_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reusing, "MAX_UNREAD", 2)
    story = PracticeStoryFactory()
    ReuseFactory.create_batch(2, story=story)
    with pytest.raises(NotPossible, match="Many have told us"):
        reusing.tell_reuse(story=story, **SAID)
    assert reusing.tell_reuse(story=PracticeStoryFactory(), **SAID).state == "waiting"


def test_nobody_tells_of_what_is_taken_down() -> None:
    story = PracticeStoryFactory()
    publishing.withdraw(story=story)
    with pytest.raises(NotPossible, match="not on our website any more"):
        reusing.tell_reuse(story=story, **SAID)


def test_only_what_they_ticked_is_shown(mere: User) -> None:
    reuse = ReuseFactory(words_agreed=False)
    with pytest.raises(NotPossible, match="They did not tick"):
        reusing.read_reuse(story=reuse.story, by=mere, reuse=reuse, state="shown")
    reusing.read_reuse(story=reuse.story, by=mere, reuse=reuse, state="counted")
    reuse.refresh_from_db()
    assert (reuse.state, reuse.read_by, reuse.read_at) == ("counted", mere, NOON)
    assert (Reuse.objects.counted().count(), Reuse.objects.shown().count()) == (1, 0)


@pytest.mark.parametrize(("is_ticked", "name"), [(True, "Hapori Trust"), (False, "")])
def test_the_name_is_public_where_it_was_ticked(is_ticked: bool, name: str) -> None:
    assert ReuseFactory(shown=True, name_agreed=is_ticked).public_name == name


def test_what_is_turned_down_counts_no_more(mere: User) -> None:
    reuse = ReuseFactory(shown=True)
    reusing.read_reuse(story=reuse.story, by=mere, reuse=reuse, state="turned_down")
    assert (Reuse.objects.counted().count(), Reuse.objects.shown().count()) == (0, 0)


# --- about one person ----------------------------------------------------------------------------


def test_what_was_told_with_their_address_is_held_and_public() -> None:
    contact = ContactFactory(email="aroha@example.org")
    story = PracticeStoryFactory(title="Talk", slug="talk")
    ReuseFactory(story=story, shown=True, email="Aroha@Example.org", words="We met first.")
    ReuseFactory(story=story, shown=True, email="somebody@example.org")
    ReuseFactory(story=story)
    (row,) = personal_data.held([contact.pk])["Stories you told us you used"]
    assert (row["Story"], row["How you used it"], row["State"]) == (
        "Talk",
        "We met first.",
        "Counted, and shown to the public",
    )
    assert personal_data.public([contact.pk]) == [Shown("You used: Talk", "/good-practice/talk/")]


def test_taking_down_hides_theirs_and_counts_it_still() -> None:
    contact = ContactFactory(email="aroha@example.org")
    theirs, other = ReuseFactory(shown=True, email="aroha@example.org"), ReuseFactory(shown=True)
    personal_data.take_down([contact.pk])
    assert (list(Reuse.objects.shown()), Reuse.objects.counted().count()) == ([other], 2)
    theirs.refresh_from_db()
    assert (theirs.words_agreed, theirs.name_agreed, personal_data.public([contact.pk])) == (False, False, [])


def test_erasing_blanks_theirs_and_what_others_said_of_their_stories() -> None:
    contact = ContactFactory(email="aroha@example.org")
    ReuseFactory(shown=True, email="aroha@example.org")
    ReuseFactory(shown=True, story=PracticeStoryFactory(champion=ChampionFactory(contact=contact)))
    ReuseFactory(email="aroha@example.org")
    other = ReuseFactory(shown=True, email="somebody@example.org")
    personal_data.erase([contact.pk])
    rows = Reuse.objects.exclude(pk=other.pk).values_list("words", "used_by", "email", "mailbox").distinct()
    assert list(rows.order_by()) == [("", "", "", "")]
    assert (Reuse.objects.counted().count(), list(Reuse.objects.shown())) == (3, [other])
    assert list(Reuse.objects.to_read()) == []
