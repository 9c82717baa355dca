"""What an audience was told is asked of rows: each thing is told once to each audience, and none is lost."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from accord_portal.digests import compose, content, sections
from accord_portal.digests.models import Audience, DigestIssue, NewsItem, Update
from accord_portal.foundation.acts import NotPossible
from champions import enrolment
from champions.models import Champion
from responses.answers import telling, triage
from tests.clock import NOON
from tests.digests.desk import Desk, told
from tests.factories import ChampionFactory, InitiativeFactory, UpdateFactory, UserFactory, received
from tests.html import read

pytestmark = pytest.mark.django_db

INFORMED, COMMUNITY = Audience.KEEP_INFORMED, Audience.COMMUNITY_OF_INTEREST


def test_what_was_published_beside_a_draft_and_taken_down_before_the_next_issue(desk: Desk) -> None:
    desk.write("first")
    draft = desk.compose()
    update = desk.write("beside the draft")
    assert desk.approve(draft) == ["first"]
    desk.take_down(update)
    desk.write("second")
    assert desk.send() == ["second"]
    desk.publish(update)
    assert [desk.send(), desk.send()] == [["beside the draft"], []]


@pytest.mark.parametrize("other", Audience)
def test_an_issue_for_one_audience_tells_the_other_nothing(desk: Desk, other: str) -> None:
    update = desk.write("in detail", COMMUNITY)
    desk.take_down(update)
    desk.write("for all")
    desk.send(other)
    desk.publish(update)
    desk.send(INFORMED)
    assert "in detail" in desk.send(COMMUNITY)


@pytest.mark.parametrize("first", [INFORMED, COMMUNITY])
def test_what_one_audience_was_told_the_other_still_is(desk: Desk, first: str) -> None:
    (second,) = set(Audience) - {first}
    update = desk.write("for all")
    assert desk.send(first) == ["for all"]
    desk.take_down(update)
    desk.publish(update)
    assert [desk.send(first), desk.send(second), desk.send(second)] == [[], ["for all"], []]


def test_whoever_is_added_to_an_audience_hears_of_it_and_nobody_hears_twice(desk: Desk) -> None:
    update = desk.write("at first for some", COMMUNITY)
    assert [desk.send(INFORMED), desk.send(COMMUNITY)] == [[], ["at first for some"]]
    Update.objects.filter(pk=update.pk).update(audience=INFORMED)
    assert [desk.send(INFORMED), desk.send(COMMUNITY), desk.send(INFORMED)] == [
        ["at first for some"],
        [],
        [],
    ]


def test_whoever_is_taken_out_of_an_audience_before_approval_does_not_hear(desk: Desk) -> None:
    desk.write("for all")
    update = desk.write("for some, after all")
    draft = desk.compose()
    Update.objects.filter(pk=update.pk).update(audience=COMMUNITY)
    assert desk.approve(draft) == ["for all"]
    assert desk.send(COMMUNITY) == ["for some, after all", "for all"]


@pytest.mark.parametrize("days", [-400, -1, 1, 400])
def test_a_clock_that_was_wrong_when_the_issue_was_composed(desk: Desk, days: int) -> None:
    desk.write("before")
    desk.clock.move_to(NOON + dt.timedelta(days=days))
    draft = desk.compose()
    desk.clock.move_to(NOON + dt.timedelta(hours=1))
    desk.write("meanwhile")
    assert desk.approve(draft) == ["before"]
    assert [desk.send(), desk.send()] == [["meanwhile"], []]


@pytest.mark.parametrize("days", [-400, -1, 1, 400])
def test_a_clock_that_was_wrong_when_the_news_was_published(desk: Desk, days: int) -> None:
    desk.write("before")
    desk.send()
    desk.clock.move_to(NOON + dt.timedelta(days=days))
    desk.write("by the wrong clock")
    desk.clock.move_to(NOON + dt.timedelta(hours=1))
    assert [desk.send(), desk.send()] == [["by the wrong clock"], []]


def test_what_a_dropped_draft_gathered_goes_into_the_next(desk: Desk) -> None:
    desk.write("gathered")
    compose.cancel(issue=desk.compose())
    assert NewsItem.objects.count() == 0
    desk.write("later")
    assert desk.send() == ["later", "gathered"]


def test_a_draft_that_lost_everything_can_be_dropped_and_told_later(desk: Desk) -> None:
    update = desk.write("taken down")
    draft = desk.compose()
    desk.take_down(update)
    with pytest.raises(NotPossible, match="has been taken down since it was composed"):
        desk.approve(draft)
    compose.cancel(issue=draft)
    desk.publish(update)
    assert desk.send() == ["taken down"]


def test_a_draft_keeps_what_was_taken_down_and_put_up_again_and_tells_it_in_the_words_of_now(
    desk: Desk,
) -> None:
    update = desk.write("old words")
    draft = desk.compose()
    desk.take_down(update)
    desk.publish(update)
    Update.objects.filter(pk=update.pk).update(title="new words")
    assert desk.approve(draft) == ["new words"]
    assert NewsItem.objects.get().title == "new words"


def champion(desk: Desk) -> Champion:
    made = ChampionFactory(name="Hapori Trust", ticked=True)
    InitiativeFactory(champion=made, title="Open the hall", ticked=True)
    enrolment.publish(champion=made, by=desk.by)
    return made


BOTH = ["Hapori Trust", "Open the hall"]


def test_a_champion_taken_down_untold_is_told_later_and_once(desk: Desk) -> None:
    made = champion(desk)
    draft = desk.compose()
    enrolment.withdraw(champion=made, by=desk.by)
    with pytest.raises(NotPossible):
        desk.approve(draft)
    compose.cancel(issue=draft)
    desk.write("other")
    assert desk.send() == ["other"]
    enrolment.publish(champion=made, by=desk.by)
    assert [desk.send(), desk.send(), desk.send(COMMUNITY)] == [BOTH, [], ["other", *BOTH]]


def test_a_champion_that_was_told_is_not_told_again(desk: Desk) -> None:
    made = champion(desk)
    assert desk.send() == BOTH
    enrolment.withdraw(champion=made, by=desk.by)
    enrolment.publish(champion=made, by=desk.by)
    InitiativeFactory(champion=made, title="Close the gap", ticked=True)
    enrolment.publish(champion=made, by=desk.by)
    assert desk.send() == ["Close the gap"]


def test_an_initiative_whose_tick_is_taken_away_leaves_the_draft(desk: Desk) -> None:
    made = champion(desk)
    draft = desk.compose()
    enrolment.agree(champion=made, name=True, summary=False, initiatives=[], how="She rang")
    assert desk.approve(draft) == ["Hapori Trust"]
    assert NewsItem.objects.get().summary == ""
    enrolment.agree(
        champion=made, name=True, summary=False, initiatives=[made.initiatives.get().pk], how="She rang"
    )
    enrolment.publish(champion=made, by=desk.by)
    assert desk.send() == ["Open the hall"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["update", "champion", "decision"])
def test_what_is_being_taken_down_while_the_issue_is_approved_is_not_told(kind: str) -> None:
    """Whoever approves waits for whoever is taking it down."""
    officer, approver = UserFactory(), UserFactory()
    kept = UpdateFactory(published=True, title="kept")
    if kind == "update":
        thing: Any = UpdateFactory(published=True, title="gone")
    elif kind == "decision":
        eoi = received(initiatives="gone")
        triage.decide(eoi=eoi, seen=1, by=officer, number=1, outcome="partly")
        thing = eoi.decisions.get()
        telling.let_others_hear(contact=eoi.contact, decision=thing, yes=True)
    else:
        thing = ChampionFactory(published=True, name="gone")
    issue = compose.compose_issue(audience=INFORMED, by=officer)
    taken_down, go_on = Event(), Event()

    def take_down() -> None:
        try:
            with transaction.atomic():
                if kind == "update":
                    compose.withdraw_update(update=thing, by=officer)
                elif kind == "decision":
                    telling.let_others_hear(contact=thing.eoi.contact, decision=thing, yes=False)
                else:
                    enrolment.withdraw(champion=thing, by=officer)
                taken_down.set()
                go_on.wait(0.5)  # the other one has begun by now
        finally:
            connection.close()

    def approve() -> None:
        try:
            taken_down.wait(5)
            compose.approve(issue=issue, by=approver)
        finally:
            go_on.set()
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(take_down), pool.submit(approve)]:
            done.result()
    assert told(issue) == [kept.title]
    assert [item.title for item in issue.items.all()] == [kept.title]


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ([], "Published. It goes out with the next digest."),
        ([INFORMED], "Published. It goes out with the next digest."),
        ([INFORMED, COMMUNITY], "Published. Its readers have had it in a digest."),
    ],
)
def test_publishing_says_whether_a_digest_will_tell_it(
    client: Client, desk: Desk, before: list[str], said: str
) -> None:
    client.force_login(UserFactory(is_superuser=True))
    update = desk.write("news")
    for audience in before:
        desk.send(audience)
    desk.take_down(update)
    form = {"title": "news", "summary": "s", "body": "b", "audience": INFORMED, "_publish": ""}
    page = client.post(f"/staff/digests/update/{update.pk}/change/", form, follow=True)
    assert [str(message) for message in page.context["messages"]][:1] == [said]


def test_what_the_next_issue_tells_is_counted_without_reading_it(
    desk: Desk, django_assert_num_queries: Any
) -> None:
    for number in range(3):
        desk.write(f"news {number}")
    champion(desk)
    with django_assert_num_queries(4):
        assert content.number_untold(INFORMED) == 5


def test_composing_and_approving_cost_the_same_for_much_as_for_little(
    desk: Desk, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        desk.write(f"news {number}")
        InitiativeFactory(published=True)
    with django_assert_max_num_queries(45):
        assert len(desk.send()) == 3 * (sections.MAX_OF_A_KIND + 1)  # and where the rest is
    assert NewsItem.objects.count() == 90


def test_of_much_news_of_a_kind_the_newest_is_told_and_the_rest_is_a_link_away(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sections, "MAX_OF_A_KIND", 2)
    for number in range(5):
        desk.write(f"news {number}")
    champion(desk)
    told_of = desk.send()
    assert told_of[:3] == ["news 4", "news 3", "3 more, all of them on our website:"]
    assert len(told_of) == 5  # and the champion with its initiative
    issue = DigestIssue.objects.get()
    (more,) = [part for part in read(issue.html).all("p") if part.text.startswith("3 more")]
    assert more.one("a")["href"] == "http://testserver/updates/"
    assert desk.send() == []


def test_where_an_editor_put_the_news_in_order_the_first_is_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sections, "MAX_OF_A_KIND", 2)
    for number in range(3):
        desk.write(f"news {number}")
    issue = desk.compose()
    for place, item in enumerate(issue.items.order_by("title"), 1):
        NewsItem.objects.filter(pk=item.pk).update(place=place)
    assert desk.approve(issue) == ["news 0", "news 1", "1 more, all of them on our website:"]
