"""The staff pages of stories: a form to write them, a look at the page before a second person publishes."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from champions.models import PracticeStory
from tests.clock import NOON
from tests.factories import (
    ChampionFactory,
    ContactFactory,
    InitiativeFactory,
    PracticeStoryFactory,
    UserFactory,
)
from tests.html import fields, read
from tests.staff.pages import STALE, act_url, page_of, refusals, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ADD = "/staff/champions/practicestory/add/"
KIND = "champions/practicestory"


def as_role(client: Client, *roles: str) -> Any:
    user = UserFactory(**{f"is_{role}": True for role in roles})
    client.force_login(user)
    return user


def in_review(**about: Any) -> PracticeStory:
    submitted = {"submitted_at": NOON, "submitted_by": UserFactory()}
    return PracticeStoryFactory(published_at=None, state="in_review", **submitted, **about)


def edited(client: Client, story: PracticeStory, **changes: Any) -> Any:
    """What comes of the story's form with these changes."""
    url = reverse("admin:champions_practicestory_edit", args=[story.pk])
    typed = fields(read(client.get(url)).one("form", class_="sheet"))
    return client.post(url, {**typed, "licence": story.licence, **changes})


def act(client: Client, story: PracticeStory, name: str, **typed: Any) -> Any:
    page = read(client.get(page_of(KIND, story.pk)))
    (shown, *_) = [box["value"] for box in page.all("input", name="shown")]
    return client.post(act_url(KIND, story.pk, name), {"shown": shown, **typed}, follow=True)


def test_a_story_is_written_with_whose_it_is(client: Client) -> None:
    editor = as_role(client, "editor")
    champion, contact = ChampionFactory(name="River Trust"), ContactFactory(name="Aroha Ngata")
    initiative = InitiativeFactory(title="Open the hall")
    names = {"of_champion": "river trust", "of_contact": "Aroha Ngata", "of_initiative": "Open the hall"}
    answer = client.post(ADD, {"title": "Kōrero first", "summary": "Talk.", "licence": "cc_by", **names})
    story = PracticeStory.objects.get()
    assert answer.headers["Location"] == page_of(KIND, story.pk)
    assert (story.slug, story.state, list(story.writers.all())) == ("korero-first", "draft", [editor])
    assert (story.champion, story.contact, story.initiative) == (champion, contact, initiative)
    assert edited(client, story, of_contact="").status_code == 302
    story.refresh_from_db()
    assert (story.champion, story.contact) == (champion, None)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"of_champion": "Nobody"}, "No champion is registered under this name"),
        ({"of_initiative": "Nothing"}, "No initiative is registered under this title"),
        ({"of_contact": "Nobody"}, "Nobody on the contact list has this name"),
        ({"licence": "owner"}, "Write in the owner’s words how it may be used"),
        ({"licence": "cc_by", "licence_words": "Ask"}, "Choose “As its owner says” for words of their own"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    client: Client, typed: dict[str, str], wrong: str
) -> None:
    as_role(client, "editor")
    answer = client.post(ADD, {"title": "Kōrero first", "summary": "Talk.", **typed})
    text = answer.content.decode()
    assert (answer.status_code, wrong in text, "Kōrero first" in text) == (200, True, True)


def test_a_second_person_looks_at_the_page_and_publishes_it(client: Client) -> None:
    as_role(client, "editor")
    client.post(ADD, {"title": "Talk", "summary": "First.", "body": "We met.", "licence": "cc_by"})
    story = PracticeStory.objects.get()
    assert said(act(client, story, "submit")) == ["It waits for a second person to review it."]
    as_role(client, "approver")
    preview = read(client.get(reverse("admin:champions_practicestory_preview", args=[story.pk, "publish"])))
    assert preview.one("h1").text == "Talk"
    (shown,) = [box["value"] for box in preview.all("input", name="shown")]
    answer = client.post(act_url(KIND, story.pk, "publish"), {"shown": shown}, follow=True)
    assert said(answer) == ["Published."]
    assert client.get("/good-practice/talk/").status_code == 200


def test_whoever_wrote_it_is_told_that_somebody_else_publishes(client: Client) -> None:
    story = in_review()
    story.writers.set([as_role(client, "editor", "approver")])
    page = read(client.get(page_of(KIND, story.pk)))
    assert "You wrote this: somebody else must publish it." in page.text
    assert [link.text for link in page.all("a") if "preview" in str(link["href"])] == []


def test_what_was_looked_at_is_what_is_published(client: Client) -> None:
    story = in_review()
    as_role(client, "approver")
    preview = read(client.get(reverse("admin:champions_practicestory_preview", args=[story.pk, "publish"])))
    (shown,) = [box["value"] for box in preview.all("input", name="shown")]
    PracticeStory.objects.update(summary="Changed meanwhile")
    answer = client.post(act_url(KIND, story.pk, "publish"), {"shown": shown})
    assert (refusals(read(answer)), PracticeStory.objects.get().state) == ([STALE], "in_review")


def test_a_change_of_what_is_public_shows_the_difference_to_the_second_person(client: Client) -> None:
    as_role(client, "editor")
    story = PracticeStoryFactory(title="Talk", slug="talk", summary="Old words")
    answer = edited(client, story, summary="New words")
    assert "It is not public until a second person publishes it again." in said(client.get(answer.url))
    assert client.get("/good-practice/talk/").status_code == 404
    page = read(client.get(page_of(KIND, story.pk)))
    assert [(page.one("del").text, page.one("ins").text)] == [("Old words", "New words")]


def test_it_is_sent_back_and_the_writer_reads_why(client: Client) -> None:
    story = in_review()
    as_role(client, "approver")
    act(client, story, "send_back", text="Say how you know.")
    as_role(client, "editor")
    page = read(client.get(page_of(KIND, story.pk)))
    assert page.one(class_="notice").text == "Sent back: Say how you know."
