"""What an editor decides of a draft: subject, order, and what waits for the next issue."""

import pytest
from django.test import Client

from accord_portal.digests import arranging, compose, content
from accord_portal.digests.models import DigestIssue
from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import User
from tests.factories import ChampionFactory, UpdateFactory, UserFactory
from tests.html import read
from tests.staff.pages import act_url, filled_in, page_of, refusals, said, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ISSUES = "digests/digestissue"


@pytest.fixture
def issue(mere: User) -> DigestIssue:
    """A draft with two updates and a champion."""
    for title in ("Second", "First"):
        UpdateFactory(title=title, published=True)
    ChampionFactory(published=True)
    return compose.compose_issue(audience="keep_informed", by=mere)


def keys(issue: DigestIssue) -> list[int]:
    return [item.pk for item in content.of(issue)]


def titles(issue: DigestIssue) -> list[str]:
    return [item.title for item in content.of(DigestIssue.objects.get(pk=issue.pk)) if item.kind == "update"]


def test_items_stand_in_the_order_given_each_kind_together(issue: DigestIssue, ana: User) -> None:
    first, second, champion = keys(issue)
    arranging.arrange(issue=issue, by=ana, subject="", order=[second, champion, first])
    assert keys(issue) == [second, first, champion]
    arranging.arrange(issue=issue, by=ana, subject="", order=[champion, second, first])
    assert keys(issue) == [champion, second, first]


def test_what_is_left_out_waits_for_the_next_issue_or_is_taken_in_again(
    issue: DigestIssue, mere: User, ana: User
) -> None:
    second = keys(issue)[1]
    arranging.arrange(issue=issue, by=mere, subject="", order=[second])
    assert (titles(issue), len(content.left_for_the_next(issue))) == (["Second"], 2)
    (update,) = [item for item in content.left_for_the_next(issue) if item.kind == "update"]
    arranging.arrange(issue=issue, by=mere, subject="", order=[second], added=[f"update.{update.key}"])
    assert titles(issue) == ["Second", "First"]
    arranging.arrange(issue=issue, by=mere, subject="", order=[second])
    compose.approve(issue=issue, by=ana)
    assert titles(compose.compose_issue(audience="keep_informed", by=mere)) == ["First"]


def test_the_subject_is_the_editors_or_made_from_the_first_item(issue: DigestIssue, ana: User) -> None:
    for typed, subject in (("Spring in Ōtaki", "Spring in Ōtaki"), ("", "Kia Tūtahi Accord: First")):
        arranging.arrange(issue=issue, by=ana, subject=typed, order=keys(issue))
        shown = content.render(DigestIssue.objects.get()).subject
        assert shown.translate({0x2068: None, 0x2069: None}) == subject


def test_whoever_arranges_a_draft_does_not_approve_it(issue: DigestIssue, ana: User) -> None:
    arranging.arrange(issue=issue, by=ana, subject="Ours", order=keys(issue))
    with pytest.raises(NotPossible, match=r"^You composed or changed this"):
        compose.approve(issue=issue, by=ana)
    compose.approve(issue=issue, by=UserFactory())
    issue.refresh_from_db()
    assert issue.subject == "Ours"


def test_an_issue_keeps_one_item_and_what_is_fixed_stays(issue: DigestIssue, mere: User, ana: User) -> None:
    before = keys(issue)
    with pytest.raises(NotPossible, match=r"^Nothing would be left in this issue"):
        arranging.arrange(issue=issue, by=mere, subject="", order=[])
    assert keys(issue) == before
    compose.approve(issue=issue, by=ana)
    with pytest.raises(NotPossible, match=r"^This issue is fixed"):
        arranging.arrange(issue=issue, by=mere, subject="", order=before[:1])
    assert keys(issue) == before


def test_the_page_moves_drops_and_says_so(client: Client, issue: DigestIssue) -> None:
    sign_in(client, "view_digestissue", "change_digestissue")
    first, second, champion = keys(issue)
    url = act_url(ISSUES, issue.pk, "arrange")
    page = read(client.get(page_of(ISSUES, issue.pk)))
    boxes = {box["name"]: box["value"] for box in page.one("form", action=url).all("input", type="number")}
    assert boxes == {f"place_{first}": "1", f"place_{second}": "2", f"place_{champion}": "3"}
    typed = {
        **filled_in(page, url),
        **boxes,
        f"place_{second}": "1",
        f"drop_{champion}": "on",
        "subject": "Ours",
    }
    assert said(client.post(url, typed, follow=True)) == ["Saved."]
    assert keys(issue) == [second, first]
    assert DigestIssue.objects.get().own_subject == "Ours"
    page = read(client.get(page_of(ISSUES, issue.pk)))
    drop_all = {**filled_in(page, url), f"place_{first}": "1", f"place_{second}": "2"}
    drop_all |= {f"drop_{first}": "on", f"drop_{second}": "on"}
    refused = read(client.post(url, drop_all))
    assert refusals(refused) == ["Nothing would be left in this issue: keep one item, or cancel the draft."]
    assert keys(issue) == [second, first]
