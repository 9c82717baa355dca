"""Used this? Tell us: a form with one sentence, and what the page of the story says of it."""

from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accord_portal.foundation.models import OutgoingMail
from champions.models import PracticeStory, Reuse
from tests.factories import PracticeStoryFactory, UserFactory
from tests.html import read
from tests.register import ReuseFactory
from tests.staff.pages import act_url, page_of, refusals, said

pytestmark = pytest.mark.django_db
PAGE = "/good-practice/talk/used/"
TYPED = {"words": "We met first.", "used_by": "Hapori Trust", "words_agreed": "on", "name_agreed": "on"}
KIND = "champions/practicestory"


@pytest.fixture(autouse=True)
def story(clock: time_machine.Traveller) -> PracticeStory:
    made: PracticeStory = PracticeStoryFactory(title="Talk", slug="talk")
    return made


def test_what_is_told_waits_for_staff_and_causes_no_mail(client: Client) -> None:
    answer = client.post(PAGE, {**TYPED, "email": "aroha@example.org"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PAGE}?thanks=1")
    assert read(client.get(answer.headers["Location"])).one("h1").text == "Thank you for telling us"
    reuse = Reuse.objects.get()
    assert (reuse.words, reuse.used_by, reuse.email, reuse.state) == (
        "We met first.",
        "Hapori Trust",
        "aroha@example.org",
        "waiting",
    )
    assert (OutgoingMail.objects.count(), "We met first" in client.get("/good-practice/talk/").text) == (
        0,
        False,
    )


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"words": ""}, "Say in a sentence how you used it"),
        ({"words": "x" * 301}, "Use 300 characters or fewer, not 301"),
        ({"used_by": ""}, "Say who you are, or take the tick away"),
        ({"words_agreed": ""}, "Who you are stands beside your sentence: tick both, or neither"),
        ({"website": "x"}, "Leave this box empty: it is there to catch robots"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    client: Client, typed: dict[str, str], wrong: str
) -> None:
    page = read(client.post(PAGE, {**TYPED, "email": "aroha@example.org", **typed}))
    assert (refusals(page), Reuse.objects.count()) == ([wrong], 0)
    assert page.one("input", name="email")["value"] == "aroha@example.org"


def test_who_is_quicker_than_a_person_is_asked_to_look_again(client: Client, settings: Settings) -> None:
    settings.FORM_MIN_SECONDS = 3
    started = read(client.get(PAGE)).one("input", name="started")["value"]
    page = read(client.post(PAGE, {**TYPED, "started": started}))
    assert refusals(page) == ["Check your answers, then press the button again: that was very quick"]


def test_who_sends_too_much_waits_and_loses_nothing(client: Client, settings: Settings) -> None:
    settings.FORM_POSTS_PER_HOUR = 1
    client.post(PAGE, TYPED)
    answer = client.post(PAGE, {**TYPED, "words": "Once more."})
    assert (answer.status_code, Reuse.objects.count()) == (429, 1)
    assert "Once more." in read(answer).one("main").text


def test_of_what_is_not_public_nobody_tells(client: Client) -> None:
    PracticeStory.objects.update(state="withdrawn")
    assert [client.get(PAGE).status_code, client.post(PAGE, TYPED).status_code] == [404, 404]


def told(client: Client) -> str:
    """What the page of the story says of its uses."""
    page = read(client.get("/good-practice/talk/"))
    return page.one("section", aria_labelledby="used").text


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "Nobody has told us yet that they used it."),
        (1, "Used once that we know of."),
        (2, "Used twice that we know of."),
        (3, "Used 3 times that we know of."),
    ],
)
def test_the_page_says_how_often_it_was_used(
    client: Client, story: PracticeStory, number: int, words: str
) -> None:
    ReuseFactory(story=story)
    ReuseFactory.create_batch(number, story=story, read=True)
    assert told(client) == f"Who has used it {words} Used this? Tell us"


def test_the_page_shows_what_may_be_shown_and_costs_the_same_for_many(
    client: Client, story: PracticeStory
) -> None:
    ReuseFactory(story=story, shown=True, words="<b>Kia ora</b>", used_by="Hapori Trust")
    ReuseFactory(story=story, read=True, words="Not this")
    with CaptureQueriesContext(connection) as one:
        text = told(client)
    assert ("<b>Kia ora</b>" in text, "Used by Hapori Trust" in text, "Not this" in text) == (
        True,
        True,
        False,
    )
    ReuseFactory.create_batch(2, story=story, shown=True, name_agreed=False, used_by="Nobody named")
    with CaptureQueriesContext(connection) as three:
        text = told(client)
    assert ("Nobody named" in text, len(one) == len(three)) == (False, True)


def reading(client: Client, story: PracticeStory, **typed: Any) -> Any:
    page = read(client.get(page_of(KIND, story.pk)))
    shown = page.all("input", name="shown")[0]["value"]
    return client.post(act_url(KIND, story.pk, "reuse"), {"shown": shown, **typed}, follow=True)


def test_staff_read_each_and_show_it(client: Client, story: PracticeStory) -> None:
    reuse = ReuseFactory(story=story, words="Ring 021 555 0199", words_agreed=True, name_agreed=True)
    client.force_login(UserFactory(is_approver=True))
    assert said(reading(client, story, reuse=reuse.pk, state="shown")) == ["Saved."]
    assert "Used once that we know of." in told(client)
    client.force_login(UserFactory(is_reader=True))
    page = client.get(page_of(KIND, story.pk)).text
    assert ("021 555 0199" in page, "Counted, and shown to the public." in page) == (False, True)


def test_what_they_did_not_tick_is_refused(client: Client, story: PracticeStory) -> None:
    reuse = ReuseFactory(story=story)
    client.force_login(UserFactory(is_approver=True))
    page = read(reading(client, story, reuse=reuse.pk, state="shown"))
    assert refusals(page) == ["They did not tick that the sentence may be public. It can be counted."]
