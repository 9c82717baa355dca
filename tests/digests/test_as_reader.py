"""An issue is looked at as one reader gets it: in both parts, leading nowhere, and logged."""

import pytest
from django.test import Client
from django.utils import timezone

from accord_portal.digests.as_reader import read_by
from accord_portal.digests.models import Batch, Delivery, DigestIssue, Variant
from accord_portal.digests.sending import deliver, freezing
from accord_portal.foundation import mail
from accord_portal.foundation.dates import day_in_words
from accord_portal.staff.models import LogLine, User
from responses.models import Contact
from tests.digests.desk import COMMUNITY, Desk
from tests.factories import ContactFactory, InvolvementFactory, received, subscriber
from tests.html import Element, read
from tests.staff.pages import page_of, sign_in

pytestmark = pytest.mark.django_db

ISSUES = "digests/digestissue"


def url_of(issue: DigestIssue, query: str = "") -> str:
    return f"/staff/{ISSUES}/{issue.pk}/as-reader/{query}"


def reader_of_both(name: str = "Mere") -> Contact:
    person = subscriber(name=name, email="mere@example.org")
    InvolvementFactory(contact=person, purpose=COMMUNITY, confirmed=True)
    return person


def send(issue: DigestIssue) -> None:
    freezing.freeze(issue.pk)
    for batch in Batch.objects.filter(issue=issue):
        deliver.send_batch(batch.pk)


def test_a_reader_is_found_and_the_issue_shown_as_they_get_it(
    client: Client, superuser: User, desk: Desk
) -> None:
    desk.write("Gardens open")
    person = subscriber(name="Mere Tūtahi", email="mere@example.org")
    issue = desk.compose()
    (link,) = [a for a in read(client.get(url_of(issue, "?q=tutahi"))).all("a") if a.text == "Mere Tūtahi"]
    assert LogLine.objects.count() == 0
    response = client.get(url_of(issue, link["href"] or ""))
    page = read(response)
    text = page.one("pre").text
    since_on = timezone.localdate(person.involvements.get().since_at)
    assert "Tēnā koe Mere Tūtahi" in text
    assert f"You said Yes on {day_in_words(since_on)} to: " in text
    assert "https://unsubscribe.invalid/" in text
    frame = page.one("iframe")
    assert "sandbox" in frame.attrs
    inside = read(frame["srcdoc"] or "")
    assert [a.text for a in inside.all("a") if a["href"]] == []
    assert "Gardens open" in [a.text for a in inside.all("a")]
    line = LogLine.objects.get()
    assert (line.act, line.kind, line.key, line.done_by, line.detail) == (
        *("viewed", "responses.contact", person.pk, superuser),
        f"Digest issue {issue.pk} as they get it",
    )


def without_links(text: str) -> list[str]:
    own = (".invalid/", "/unsubscribe/", "/preferences/")
    return [line for line in text.splitlines() if not any(part in line for part in own)]


def test_it_is_what_was_sent_but_for_its_links(
    client: Client, superuser: User, desk: Desk, mailoutbox: list[mail.Message]
) -> None:
    desk.write("For all")
    desk.write("In detail", COMMUNITY)
    person = reader_of_both()
    first, second = desk.compose(), desk.compose(COMMUNITY)
    desk.approve(first)
    send(first)
    expected = read_by(second, person)
    assert (expected.has_both, Variant.objects.count()) == (True, 0)
    desk.approve(second)
    send(second)
    sent = mailoutbox[-1]
    for issue, message in ((first, mailoutbox[0]), (second, sent)):
        seen = read_by(DigestIssue.objects.get(pk=issue.pk), person)
        assert seen.message is not None
        assert seen.became == "Accepted for delivery"
        assert without_links(seen.message.text) == without_links(str(message.body))
        assert seen.message.subject == message.subject
    assert expected.message is not None
    assert ("For all" in expected.message.text, "In detail" in expected.message.text) == (False, True)


def test_whoever_has_all_of_it_gets_none(client: Client, superuser: User, desk: Desk) -> None:
    desk.write("For all")
    person = reader_of_both()
    first = desk.compose()
    desk.approve(first)
    send(first)
    second = desk.compose(COMMUNITY)
    page = read(client.get(url_of(second, f"?contact={person.pk}")))
    assert "They do not get it. They have all of its news already, by the other digest." in page.text
    assert page.all("iframe") == []


def test_whoever_said_no_yes_gets_none(client: Client, superuser: User, desk: Desk) -> None:
    desk.write("For all")
    issue, person = desk.compose(), ContactFactory(name="Ana", confirmed=True)
    page = read(client.get(url_of(issue, f"?contact={person.pk}")))
    assert "There is no confirmed Yes to this" in page.text
    assert page.all("iframe", "pre") == []


def test_looking_writes_nothing_but_the_log(client: Client, superuser: User, desk: Desk) -> None:
    desk.write("For all")
    person, issue = subscriber(name="Mere"), desk.compose()
    desk.approve(issue)
    client.get(url_of(issue, f"?contact={person.pk}"))
    assert (Delivery.objects.count(), Variant.objects.count(), LogLine.objects.count()) == (0, 0, 1)


def test_a_reference_finds_who_sent_the_form(client: Client, superuser: User, desk: Desk) -> None:
    desk.write("For all")
    issue, eoi = desk.compose(), received("keep_informed", name="Mere")
    page = read(client.get(url_of(issue, f"?q={eoi.reference.lower()}")))
    assert links(page) == [f"?contact={eoi.contact_id}"]
    assert "Nobody is called that" in read(client.get(url_of(issue, "?q=nobody"))).text


def links(page: Element) -> list[str]:
    return [link["href"] or "" for link in page.all("a") if (link["href"] or "").startswith("?contact")]


def test_addresses_find_nobody_for_whoever_may_not_see_them(client: Client, desk: Desk) -> None:
    desk.write("For all")
    issue = desk.compose()
    subscriber(name="Mere", email="secret@example.org")
    sign_in(client, "view_digestissue", "view_contact")
    assert links(read(client.get(url_of(issue, "?q=secret")))) == []
    assert len(links(read(client.get(url_of(issue, "?q=mere"))))) == 1


def test_it_is_offered_to_whoever_may_see_contacts(client: Client, desk: Desk) -> None:
    desk.write("For all")
    issue = desk.compose()
    for powers, seen in ((["view_digestissue"], 403), (["view_digestissue", "view_contact"], 200)):
        sign_in(client, *powers)
        assert client.get(url_of(issue)).status_code == seen
        offered = [a["href"] for a in read(client.get(page_of(ISSUES, issue.pk))).all("a")]
        assert (url_of(issue) in offered) is (seen == 200)
    sign_in(client, "view_contact")
    assert client.get(url_of(issue)).status_code == 403


def test_nobody_there_and_no_issue_there(client: Client, superuser: User, desk: Desk) -> None:
    desk.write("For all")
    issue = desk.compose()
    for key, status in (("0", 200), ("x", 200), ("987654", 404)):
        assert client.get(url_of(issue, f"?contact={key}")).status_code == status
    assert client.get("/staff/digests/digestissue/0/as-reader/").status_code == 404
