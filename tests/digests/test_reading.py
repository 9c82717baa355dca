"""What a reader has of an issue beside its news: a page of it, a way to answer to each item, plain text."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accord_portal.digests import compose, decisions
from accord_portal.digests.models import DigestIssue, Update
from responses.models import Letter
from tests.digests.desk import Desk
from tests.factories import ChampionFactory, NewsItemFactory
from tests.html import read

pytestmark = pytest.mark.django_db
ABOUT = "/updates/the-hall-is-open/"


def sent(desk: Desk, **changed: str) -> DigestIssue:
    desk.write("The hall is open")
    desk.write("Second")
    issue = desk.compose()
    if changed:
        compose.introduce(issue=issue, by=desk.by, text=changed["text"], question=changed["question"])
    desk.approve(issue)
    DigestIssue.objects.update(state="sent")
    issue.refresh_from_db()
    return issue


def test_each_item_leads_to_its_page_and_to_the_form_that_names_it(client: Client, desk: Desk) -> None:
    issue = sent(desk)
    links = [
        link["href"] for link in read(issue.html).all("a") if link["href"].startswith("http://testserver")
    ]
    assert links == [
        f"http://testserver/updates/digests/{issue.pk}/",
        "http://testserver/updates/second/",
        "http://testserver/contact/?about=/updates/second/",
        f"http://testserver{ABOUT}",
        f"http://testserver/contact/?about={ABOUT}",
    ]
    assert f"\nTell us what you think:\nhttp://testserver/contact/?about={ABOUT}\n" in issue.text
    page = read(client.get(f"/contact/?about={ABOUT}"))
    assert page.one("textarea").text.strip() == f"About http://testserver{ABOUT}"


@pytest.mark.parametrize(
    "about", ["", "https://evil.example/", "//evil.example/", "/updates/<b>/", "/a b/", f"/{'x' * 101}/", "/"]
)
def test_the_form_names_nothing_but_a_page_of_ours(client: Client, about: str) -> None:
    page = read(client.get("/contact/", {"about": about}))
    assert page.one("textarea").text.strip() == ""
    assert Letter.objects.count() == 0


def test_an_issue_has_a_page_for_everybody_with_nothing_personal(client: Client, desk: Desk) -> None:
    issue = sent(desk, text="Spring in **Ōtaki**.", question="Which day suits you?")
    page = read(client.get(issue.get_absolute_url()))
    assert page.one("h1").text == issue.subject
    assert [h.text for h in page.all("h2")][:2] == ["We ask you", "Updates"]
    assert [h.text for h in page.all("h3")][:2] == ["Second", "The hall is open"]
    text = page.one("main").text
    assert ("Ōtaki" in text, "Which day suits you?" in text) == (True, True)
    assert [mark in text for mark in ("[[", "Tēnā koe", "Unsubscribe")] == [False, False, False]


@pytest.mark.parametrize("state", ["draft", "approved", "cancelled"])
def test_what_nobody_was_sent_or_was_called_back_has_no_page(client: Client, desk: Desk, state: str) -> None:
    if state == "draft":
        desk.write("The hall is open")
        issue = desk.compose()
    else:
        issue = sent(desk)
        DigestIssue.objects.update(state="approved")
    if state == "cancelled":
        DigestIssue.objects.update(state="sending")
        decisions.cancel_sending(issue=issue, by=desk.by, why="Wrong.")
    assert client.get(issue.get_absolute_url()).status_code == 404


def test_what_was_taken_down_since_is_left_out_with_what_may_speak_of_it(client: Client, desk: Desk) -> None:
    issue = sent(desk, text="Look at *Second*.", question="What of Second?")
    whole = read(client.get(issue.get_absolute_url())).one("main").text
    desk.take_down(Update.objects.get(slug="second"))
    response = client.get(issue.get_absolute_url())
    page = read(response)
    assert (page.one("h1").text, [h.text for h in page.all("h3")]) == (
        "News of the Accord",
        ["The hall is open"],
    )
    said = "Something that it told was taken down since, and is left out here, with what stood above"
    assert said in page.one("main").text
    assert "second" not in response.content.decode().lower().replace("seconds", "")
    desk.publish(Update.objects.get(slug="second"))
    again = read(client.get(issue.get_absolute_url())).one("main").text
    assert again == whole


def test_several_things_taken_down_are_counted_and_a_page_with_nothing_left_is_gone(
    client: Client, desk: Desk
) -> None:
    issue = sent(desk)
    champion = ChampionFactory(published=True)
    NewsItemFactory(issue=issue, kind="champion", key=champion.pk, slug=champion.slug)
    issue.items.filter(kind="champion").update(key=champion.pk + 1)
    desk.take_down(Update.objects.get(slug="second"))
    page = read(client.get(issue.get_absolute_url()))
    assert "2 things that it told were taken down since" in page.one("main").text
    assert [h.text for h in page.all("h3")] == ["The hall is open"]
    desk.take_down(Update.objects.get(slug="the-hall-is-open"))
    assert client.get(issue.get_absolute_url()).status_code == 404


def test_an_issue_with_a_decision_has_no_page_and_leads_to_none(client: Client, desk: Desk) -> None:
    issue = sent(desk)
    NewsItemFactory(issue=issue, kind="decision", key=1, slug="")
    assert client.get(issue.get_absolute_url()).status_code == 404


def test_the_page_costs_the_same_for_one_item_as_for_three(client: Client, desk: Desk) -> None:

    counts = []
    for titles in (["a"], ["b", "c", "d"]):
        for title in titles:
            desk.write(title)
        issue = desk.compose()
        desk.approve(issue)
        DigestIssue.objects.update(state="sent")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(issue.get_absolute_url()).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_summaries_have_no_marks_of_markdown_in_the_text(desk: Desk) -> None:
    update = desk.write("The hall is open")
    Update.objects.filter(pk=update.pk).update(summary="We are **very** glad; see [the hall](/champions/).")
    issue = desk.compose()
    desk.approve(issue)
    issue.refresh_from_db()
    assert "We are very glad; see the hall (http://testserver/champions/)." in issue.text
