"""What an approver is told of a draft before it is fixed, and the page that tells it."""

import pytest
from django.test import Client
from pytest_django import Settings

from accord_portal.digests import compose, content, faults
from accord_portal.digests.models import DigestIssue
from accord_portal.staff.models import User
from tests.factories import InvolvementFactory, UpdateFactory, UserFactory, subscriber
from tests.html import read
from tests.staff.pages import act_url, filled_in, page_of, refusals, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ISSUES = "digests/digestissue"


@pytest.fixture
def issue(mere: User) -> DigestIssue:
    UpdateFactory(title="Gardens", slug="gardens", published=True)
    UpdateFactory(title="Away", slug="away")
    return compose.compose_issue(audience="keep_informed", by=mere)


def of(issue: DigestIssue, introduction: str = "Kia ora.") -> list[str]:
    issue.introduction = introduction
    return faults.of(issue)


@pytest.mark.parametrize(
    "link",
    [
        "/updates/gardens/",
        "/updates/?page=2#end",
        "http://testserver/updates/gardens/",
        "https://www.govt.nz/anything",
        "mailto:office@example.org",
        "tel:+6444950444",
    ],
)
def test_links_that_may_well_answer_are_not_named(issue: DigestIssue, link: str) -> None:
    assert of(issue, f"See [this]({link}).") == []


NO_HOST = "leads nowhere: no such host can be reached"


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("/updates/away/", "leads to something that is not public"),
        ("http://testserver/champions/nobody/", "leads to something that is not public"),
        ("/no/such/page/", "leads to no page of ours"),
        ("/staff/", "leads to a page for staff only"),
        ("www.govt.nz", "leads to no page of ours"),
        ("ftp://files.govt.nz/x", "is not shown as a link: begin it with https://"),
        ("http://localhost:8000/x", NO_HOST),
        ("https://our.invalid/", NO_HOST),
        ("https://intranet/", NO_HOST),
        ("//127.0.0.1/x", "is not shown as a link: begin it with https://"),
    ],
)
def test_links_that_lead_nowhere_are_named_with_why(issue: DigestIssue, link: str, why: str) -> None:
    assert of(issue, f"See [this]({link}), and [this again]({link}).") == [f"The link to {link} {why}."]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "It has no introduction."),
        ("![](a.png)", "A picture is not shown, and has no words that could stand for it."),
        ("![A hall](a.png)", "A picture is not shown. Instead of it stand its words: “A hall”."),
        ("<b>New</b>", "In the introduction this is shown as it is typed: <b>, </b>"),
        ("It is **open", "In the introduction this is shown as it is typed: **"),
        ("##Heading", "In the introduction this is shown as it is typed: ##H"),
    ],
)
def test_what_does_not_show_is_named(issue: DigestIssue, typed: str, said: str) -> None:
    assert of(issue, typed) == [said]


def test_what_does_show_is_not_named(issue: DigestIssue) -> None:
    assert (
        of(issue, "# Kia ora\n\n**Bold**, *slanted*, 2 * 3 < 7\n\n- one\n\n| a | b |\n|---|---|\n| 1 | 2 |")
        == []
    )


def test_missing_text_marks_in_plain_text_and_length_are_named(mere: User, issue: DigestIssue) -> None:
    compose.cancel(issue=issue)
    UpdateFactory(title="Bare", summary="", audience="community_of_interest", published=True)
    UpdateFactory(title="Marked", summary="So **bold**", audience="community_of_interest", published=True)
    issue = compose.compose_issue(audience="community_of_interest", by=mere)
    issue.introduction = "word " * 18_000
    size = len(content.render(issue).html.encode()) // 1000
    assert faults.of(issue) == [
        "It asks nothing: only an issue with a question keeps our promise to ask for feedback.",
        "There is no text below “Bare”, only its title.",
        "In “Marked” this is shown as it is typed: **",
        f"It is {size} kB long: above 90 kB mail programs cut a message off.",
    ]


def test_the_page_says_to_how_many_and_what_may_be_wrong(client: Client, issue: DigestIssue) -> None:
    subscriber()
    InvolvementFactory()
    sign_in(client, "view_digestissue", "approve_digestissue")
    url = f"/staff/{ISSUES}/{issue.pk}/approval/"
    page = read(client.get(url))
    assert page.one("h1").text == f"Approve: {issue}"
    told = [line.text for line in page.one("dl", class_="answers").all("dd")]
    assert told[0].startswith("1 person who said Yes to this and confirmed it.")
    assert told[1].startswith("1 person who said Yes and did not confirm it")
    assert [line.text for line in page.one(class_="told").all("li")] == ["It has no introduction."]
    assert page.one("form", action=act_url(ISSUES, issue.pk, "approve"))


def test_whoever_may_not_approve_does_not_see_the_page(client: Client, issue: DigestIssue) -> None:
    sign_in(client, "view_digestissue", "change_digestissue")
    assert client.get(f"/staff/{ISSUES}/{issue.pk}/approval/").status_code == 403


def test_what_was_changed_meanwhile_is_refused_on_the_page_itself(
    client: Client, issue: DigestIssue, mere: User
) -> None:
    sign_in(client, "view_digestissue", "approve_digestissue")
    url, approve = f"/staff/{ISSUES}/{issue.pk}/approval/", act_url(ISSUES, issue.pk, "approve")
    old = filled_in(read(client.get(url)), approve)
    compose.introduce(issue=issue, by=mere, text="Tēnā koutou")
    again = read(client.post(approve, old))
    assert (len(refusals(again)), again.one("h1").text) == (1, f"Approve: {issue}")
    compose.approve(issue=issue, by=UserFactory())
    assert client.get(url)["Location"] == page_of(ISSUES, issue.pk)


def test_nothing_leaves_the_machine(issue: DigestIssue, settings: Settings) -> None:
    settings.BASE_URL = "https://accord.govt.nz"
    assert of(issue, "[a](http://169.254.169.254/) [c](https://user:pw@10.0.0.1/)") == []
