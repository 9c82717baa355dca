"""How far a long job is: true figures, in a frame that renews itself and can be told to stop."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from tests.factories import ContactImportFactory, DigestIssueFactory, ImportRowFactory, UserFactory
from tests.html import Element, read

pytestmark = pytest.mark.django_db


def figures(page: Element) -> dict[str, str]:
    return {each.one("dt").text: each.one("dd").text for each in page.one("dl").all("div")}


def test_a_list_that_is_brought_in_says_how_far_it_is(client: Client) -> None:
    client.force_login(UserFactory(is_superuser=True))
    listed = ContactImportFactory(state="carrying_out", fates={"new": 3}, done_up_to=3)
    for number in (2, 3, 4):
        ImportRowFactory(contact_import=listed, number=number)
    page = read(client.get(f"/staff/responses/contactimport/{listed.pk}/change/"))
    (frame,) = page.all("iframe")
    assert (frame["title"], page.all("meta", http_equiv="refresh")) == ("How far it is", [])
    answer = client.get(frame["src"] or "")
    assert answer["Refresh"] == "5"
    assert figures(read(answer)) == {"Rows in the list": "3", "Brought in": "2"}
    stopped = client.get(f"{frame['src']}?stop")
    assert (stopped.has_header("Refresh"), "Renew them again" in read(stopped).text) == (False, True)
    type(listed).objects.update(state="done")
    over = client.get(frame["src"] or "")
    assert (over.has_header("Refresh"), read(over).one("a")["target"]) == (False, "_top")
    assert read(client.get(f"/staff/responses/contactimport/{listed.pk}/change/")).all("iframe") == []


def test_a_digest_on_its_way_says_how_far_it_is(client: Client) -> None:
    client.force_login(UserFactory(is_superuser=True))
    issue = DigestIssueFactory(approved=True, state="sending", recipients=10, accepted=6, skipped=1, failed=1)
    answer = client.get(f"/staff/digests/digestissue/{issue.pk}/progress/")
    assert (answer["Refresh"], figures(read(answer))) == (
        "5",
        {
            "People": "10",
            "Accepted for delivery": "6",
            "Skipped: not wanted, or had already": "1",
            "Failed": "1",
            "In doubt": "0",
            "Still to do": "2",
        },
    )


def test_our_own_pages_may_frame_it_and_nobody_else_and_it_keeps_no_session_alive(client: Client) -> None:
    client.force_login(UserFactory(is_superuser=True))
    listed = ContactImportFactory(state="checking")
    until = Session.objects.get().expire_date
    answer = client.get(f"/staff/responses/contactimport/{listed.pk}/progress/")
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert (answer.cookies, Session.objects.get().expire_date) == ({}, until)
    page = client.get(f"/staff/responses/contactimport/{listed.pk}/change/")
    assert page["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


def test_it_is_for_those_who_may_see_the_job(client: Client) -> None:
    client.force_login(UserFactory())
    listed = ContactImportFactory(state="checking")
    assert client.get(f"/staff/responses/contactimport/{listed.pk}/progress/").status_code == 403


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("approved", []),
        ("freezing", ["People so far 7"]),
        ("sending", ["People 7", "Accepted for delivery 0"]),
    ],
)
def test_an_issue_says_no_number_before_it_is_known(client: Client, state: str, said: list[str]) -> None:
    client.force_login(UserFactory(is_superuser=True))
    issue = DigestIssueFactory(approved=True, state=state, recipients=7)
    page = read(client.get(f"/staff/digests/digestissue/{issue.pk}/progress/"))
    assert [row.text for row in page.one("dl").all("div")][:2] == said
