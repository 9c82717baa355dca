"""Staff compose issues and publish updates."""

import pytest
from django.test import Client

from accord_portal.digests.models import DigestIssue, Update
from accord_portal.staff.models import User
from tests.factories import UpdateFactory, UserFactory
from tests.html import read
from tests.staff.pages import act_url, draft, page_of, pressed_on, refusals, said, sign_in

pytestmark = pytest.mark.django_db

ISSUES, UPDATES, MAIL = "digests/digestissue", "digests/update", "foundation/outgoingmail"

COMPOSE = "/staff/digests/digestissue/compose/"


def test_an_issue_is_composed_with_one_press(client: Client, superuser: User) -> None:
    UpdateFactory(published=True)
    page = read(client.get("/staff/digests/digestissue/"))
    values = [button["value"] for button in page.one("form", action=COMPOSE).all("button")]
    assert values == ["keep_informed", "community_of_interest"]
    response = client.post(COMPOSE, {"audience": "keep_informed"})
    issue = DigestIssue.objects.get()
    assert response["Location"] == page_of(ISSUES, issue.pk)
    assert (issue.audience, issue.state, issue.composed_by) == ("keep_informed", "draft", superuser)
    again = client.post(COMPOSE, {"audience": "keep_informed"}, follow=True)
    assert said(again) == ["There is already a draft for this audience: approve or cancel it first."]
    assert DigestIssue.objects.count() == 1


def test_whoever_composed_a_draft_is_told_that_somebody_else_approves_it(
    client: Client, superuser: User
) -> None:
    UpdateFactory(published=True)
    client.post(COMPOSE, {"audience": "keep_informed"})
    issue = DigestIssue.objects.get()
    approve = act_url(ISSUES, issue.pk, "approve")
    page = read(client.get(page_of(ISSUES, issue.pk)))
    why = "You composed or changed this: somebody else must approve it."
    assert (why in page.text, page.all("form", action=approve)) == (True, [])
    shown = page.one("form", action=act_url(ISSUES, issue.pk, "test")).one("input", name="shown")["value"]
    refused = read(client.post(approve, {"shown": shown}))
    assert (refusals(refused), refused.all("form", action=approve)) == ([why], [])
    client.force_login(UserFactory(is_approver=True))
    assert read(client.get(pressed_on(ISSUES, issue.pk, "approve"))).one("form", action=approve)


def test_where_there_is_no_news_nothing_is_composed(client: Client, superuser: User) -> None:
    response = client.post(COMPOSE, {"audience": "keep_informed"}, follow=True)
    assert said(response) == ["Nothing has been published for this audience since its last issue."]
    for wrong in ({}, {"audience": "everybody"}):
        assert client.post(COMPOSE, wrong)["Location"] == "/staff/digests/digestissue/"
    assert client.get(COMPOSE)["Location"] == "/staff/digests/digestissue/"
    assert DigestIssue.objects.count() == 0


@pytest.mark.parametrize(("powers", "seen"), [([], 403), (["view_digestissue"], 200)])
def test_composing_takes_the_permission_to_change(client: Client, powers: list[str], seen: int) -> None:
    UpdateFactory(published=True)
    sign_in(client, *powers)
    issues = client.get("/staff/digests/digestissue/")
    assert issues.status_code == seen
    assert COMPOSE not in issues.content.decode()
    assert client.post(COMPOSE, {"audience": "keep_informed"}).status_code == 403
    assert DigestIssue.objects.count() == 0


def test_the_preview_stands_in_a_frame_of_our_own_and_runs_nothing(client: Client, superuser: User) -> None:
    issue = draft()
    response = client.get(f"/staff/digests/digestissue/{issue.pk}/preview/")
    page = read(response)
    (nonce,) = {style["nonce"] for style in page.all("style") if style["nonce"]}
    policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
    assert (policy["default-src"], policy["style-src"]) == ("'none'", f"'nonce-{nonce}'")
    assert (policy["frame-ancestors"], policy["base-uri"]) == ("'self'", "'none'")
    assert "unsafe" not in response["Content-Security-Policy"]
    assert len(nonce or "") == 22
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert [element.tag for element in page.all() if element["style"]] == []
    assert page.all("script") == []
    assert "(the reader’s name)" in page.one("body").text
    again = client.get(f"/staff/digests/digestissue/{issue.pk}/preview/")
    assert again["Content-Security-Policy"] != response["Content-Security-Policy"]
    frame = read(client.get(page_of(ISSUES, issue.pk))).one("iframe")
    assert frame["src"] == f"/staff/digests/digestissue/{issue.pk}/preview/"


def test_the_preview_takes_the_permission_to_view(client: Client) -> None:
    url = f"/staff/digests/digestissue/{draft().pk}/preview/"
    sign_in(client)
    assert client.get(url).status_code == 403
    sign_in(client, "view_digestissue")
    assert client.get(url).status_code == 200


NEWS = {"title": "Kia Tūtahi", "summary": "News", "body": "News", "audience": "keep_informed"}


def test_an_update_is_saved_and_published_and_taken_off(client: Client, superuser: User) -> None:
    add = f"/staff/{UPDATES}/add/"
    names = [box["name"] for box in read(client.get(add)).one("main").all("button", type="submit")]
    assert names == ["_save", "_continue", "_publish"]
    client.post(add, NEWS)
    update = Update.objects.get()
    assert (update.slug, update.is_published) == ("kia-tutahi", False)
    change = page_of(UPDATES, update.pk)
    done = client.post(change, {**NEWS, "title": "Other", "_publish": "x"}, follow=True)
    assert "Published. It goes out with the next digest." in said(done)
    update.refresh_from_db()
    assert (update.title, update.slug, update.published_by) == ("Other", "kia-tutahi", superuser)
    assert client.get(update.get_absolute_url()).status_code == 200
    names = [box["name"] for box in read(client.get(change)).one("main").all("button", type="submit")]
    assert names == ["_save", "_continue", "_withdraw"]
    done = client.post(change, {**NEWS, "_withdraw": "x"}, follow=True)
    assert "Taken off the public pages." in said(done)
    assert client.get(update.get_absolute_url()).status_code == 404


def test_an_update_can_be_published_as_it_is_added(client: Client, superuser: User) -> None:
    client.post(f"/staff/{UPDATES}/add/", {**NEWS, "_publish": "x"})
    assert Update.objects.get().is_published is True


@pytest.mark.parametrize(
    ("powers", "published"), [(["add_update"], False), (["add_update", "change_update"], True)]
)
def test_whoever_may_only_add_does_not_publish(client: Client, powers: list[str], published: bool) -> None:
    sign_in(client, *powers)
    client.post(f"/staff/{UPDATES}/add/", {**NEWS, "_publish": "x"})
    assert [update.is_published for update in Update.objects.all()] == [published]


def test_whoever_may_only_look_at_an_update_does_not_publish(client: Client) -> None:
    update = UpdateFactory()
    sign_in(client, "view_update")
    assert client.post(page_of(UPDATES, update.pk), {**NEWS, "_publish": "x"}).status_code == 403
    update.refresh_from_db()
    assert update.is_published is False
