"""A question about a story: confirmed from its writer's mailbox, read by staff, then passed on."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core import mail as django_mail
from django.test import Client
from pytest_django import Settings

from accord_portal.foundation import mail
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from champions.links import relay_url
from champions.models import PracticeStory, Relay
from champions.stories import personal_data, relaying
from responses.models import Contact
from responses.people import suppressions
from tests.clock import NOON
from tests.factories import ContactFactory, PracticeStoryFactory, UserFactory
from tests.html import read
from tests.register import RelayFactory
from tests.staff.pages import act_url, page_of, refusals, said

pytestmark = pytest.mark.django_db
PAGE = "/good-practice/talk/ask/"
TYPED = {"words": "How long did it take?", "name": "Wiremu", "email": "wiremu@example.org"}


@pytest.fixture(autouse=True)
def story(clock: time_machine.Traveller) -> PracticeStory:
    contact = ContactFactory(name="Aroha", email="aroha@example.org", confirmed=True)
    made: PracticeStory = PracticeStoryFactory(title="Talk", slug="talk", contact=contact)
    return made


def letters() -> list[Any]:
    mail.deliver_due()
    return django_mail.outbox


def passed_on(story: PracticeStory, relay: Relay, by: User) -> None:
    relaying.read_relay(story=story, by=by, relay=relay, state="passed_on")


def test_nothing_typed_is_mailed_before_its_writer_confirms_and_staff_read_it(
    client: Client, story: PracticeStory, mere: User
) -> None:
    for _ in range(2):
        assert client.post(PAGE, TYPED).headers["Location"] == f"{PAGE}?sent=1"
    assert read(client.get(f"{PAGE}?sent=1")).one("h1").text == "Look in your mailbox"
    (asked,) = letters()
    relay = Relay.objects.get()
    assert (asked.to, relay_url(relay) in asked.body) == (["wiremu@example.org"], True)
    assert [words in asked.body for words in ("How long", "Wiremu", "Talk")] == [False] * 3
    with pytest.raises(NotPossible, match="It does not wait to be read: not confirmed yet"):
        passed_on(story, relay, mere)
    page = read(client.get(relay_url(relay))).one("main").text
    assert ("How long did it take?" in page, Relay.objects.get().state) == (True, "unconfirmed")
    for _ in range(2):
        assert read(client.post(relay_url(relay))).one("h1").text == "Thank you for your question"
    assert (Relay.objects.get().state, Relay.objects.get().confirmed_at) == ("waiting", NOON)
    assert len(letters()) == 1
    passed_on(story, relay, mere)
    (_, told) = letters()
    assert (told.to, told.reply_to) == (["aroha@example.org"], asked.reply_to)
    assert [words in told.body for words in ("How long did it take?", "wiremu@example.org", "Talk")] == [
        True
    ] * 3
    with pytest.raises(NotPossible, match="passed on"):
        passed_on(story, relay, mere)


def test_staff_stop_it(client: Client, story: PracticeStory) -> None:
    relay = RelayFactory(story=story, confirmed=True)
    client.force_login(UserFactory(is_approver=True))
    page = read(client.get(page_of("champions/practicestory", story.pk)))
    typed = {"shown": page.all("input", name="shown")[0]["value"], "relay": relay.pk, "state": "stopped"}
    answer = client.post(act_url("champions/practicestory", story.pk, "relay"), typed, follow=True)
    assert (said(answer), Relay.objects.get().state, letters()) == (["Saved."], "stopped", [])


def test_the_address_of_who_is_asked_stands_on_no_page(client: Client, story: PracticeStory) -> None:
    pages = [client.get(path).text for path in ("/good-practice/talk/", PAGE, f"{PAGE}?sent=1")]
    assert [("aroha@example.org" in page, "Aroha" in page) for page in pages] == [(False, False)] * 3
    assert "Ask them" in pages[0]


@pytest.mark.parametrize(
    "changes",
    [{"email_confirmed_at": None}, {"restricted_at": NOON, "restricted_because": "asked"}],
    ids=["not confirmed", "left alone"],
)
def test_who_may_not_be_mailed_is_not_asked(
    client: Client, story: PracticeStory, mere: User, changes: dict[str, Any]
) -> None:
    relay = RelayFactory(story=story, confirmed=True)
    Contact.objects.update(**changes)
    assert ("Ask them" in client.get("/good-practice/talk/").text, client.get(PAGE).status_code) == (
        False,
        404,
    )
    with pytest.raises(NotPossible, match="Nobody may be asked"):
        passed_on(PracticeStory.objects.get(), relay, mere)


def test_who_takes_it_down_after_it_was_passed_on_is_mailed_nothing(story: PracticeStory, mere: User) -> None:
    relay = RelayFactory(story=story, confirmed=True)
    passed_on(story, relay, mere)
    personal_data.take_down([story.contact_id or 0])
    assert (letters(), OutgoingMail.objects.get().state) == ([], "cancelled")


def test_who_asked_never_to_be_written_to_gets_no_link(client: Client) -> None:
    suppressions.never_again(mailbox="wiremu@example.org")
    assert client.post(PAGE, TYPED).status_code == 303
    assert letters() == []


def test_bounds_on_what_strangers_cause(
    client: Client, story: PracticeStory, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        client.post(PAGE, {**TYPED, "words": f"Question {number}"})
    assert (len(letters()), OutgoingMail.objects.filter(state="held").count()) == (3, 2)
    monkeypatch.setattr(relaying, "MAX_UNREAD_RELAYS", 5)
    assert client.post(PAGE, {**TYPED, "words": "Those that nobody confirms"}).status_code == 303
    for relay in Relay.objects.order_by("pk")[:5]:
        relaying.confirm_relay(relay=relay)
    page = read(client.post(PAGE, {**TYPED, "words": "One more"}))
    assert refusals(page) == ["Many have asked about this story just now. Try again when we have read them."]
    settings.FORM_POSTS_PER_HOUR = 1
    answer = [client.post(PAGE, TYPED) for _ in range(2)][-1]
    assert (answer.status_code, "How long did it take?" in answer.text) == (429, True)


def test_what_nobody_confirmed_is_erased_after_a_week(story: PracticeStory) -> None:
    week = dt.timedelta(days=7)
    RelayFactory(story=story, written_at=NOON - week - dt.timedelta(seconds=1))
    kept = [RelayFactory(story=story, written_at=NOON - week), RelayFactory(story=story, confirmed=True)]
    assert (relaying.forget_unconfirmed(NOON), list(Relay.objects.order_by("pk"))) == (1, kept)


def test_what_somebody_asked_is_held_and_blanked_with_them(client: Client, story: PracticeStory) -> None:
    relay = RelayFactory(story=story, confirmed=True, email="Wiremu@example.org")
    person = ContactFactory(email="wiremu@example.org")
    (row,) = personal_data.held([person.pk])["What you asked about stories"]
    assert (row["Story"], row["What you asked"], row["State"]) == ("Talk", relay.words, "Not read yet")
    link = relay_url(relay)
    personal_data.erase([person.pk])
    assert list(Relay.objects.values_list("words", "name", "email", "mailbox")) == [("", "", "", "")]
    assert (client.get(link).status_code, Relay.objects.to_read().exists()) == (404, False)
