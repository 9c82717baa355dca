"""The page of those who may or may not have an issue: who, since when, why, and what was decided."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from accord_portal.digests import personal_data
from accord_portal.digests.admin.doubts import why
from accord_portal.digests.models import Delivery, DigestIssue, Doubt
from accord_portal.staff.models import LogLine, User
from tests.clock import NOON
from tests.factories import BatchFactory, DeliveryFactory, subscriber
from tests.html import Element, read
from tests.staff.pages import STALE, act_url, form_to, refusals, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ISSUES = "digests/digestissue"
SENTENCE = "Their server’s log has them."


def doubtful(*names: str) -> DigestIssue:
    """A sent issue of which these are in doubt, a minute after one another."""
    batch = BatchFactory(state="done")
    for number, name in enumerate(names):
        person = subscriber(name=name, email=f"{name.lower()}@example.org")
        row = DeliveryFactory(batch=batch, contact=person, state="held", reason="TimeoutError: read")
        Doubt.objects.filter(delivery=row).update(since_at=NOON + dt.timedelta(minutes=number))
    people = {"in_doubt": len(names), "recipients": len(names)}
    DigestIssue.objects.filter(pk=batch.issue_id).update(state="sent", sent_at=NOON, **people)
    return DigestIssue.objects.get(pk=batch.issue_id)


def url_of(issue: DigestIssue) -> str:
    return f"/staff/{ISSUES}/{issue.pk}/doubt/"


def shown(page: Element) -> list[list[str]]:
    """Who stands on the page, since when and why."""
    rows = page.one("tbody").all("tr")
    return [[cell.text for cell in row.all("th", "td") if cell["class"] != "pick"] for row in rows]


def press(client: Client, issue: DigestIssue, act: str, page: Element, **typed: object) -> Element:
    form = form_to(page, act_url(ISSUES, issue.pk, act))
    hidden: dict[str, list[str]] = {}
    for box in form.all("input", type="hidden"):
        hidden.setdefault(str(box["name"]), []).append(box["value"] or "")
    return read(client.post(act_url(ISSUES, issue.pk, act), {**hidden, **typed}, follow=True))


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_the_page_says_who_since_when_and_why(client: Client, superuser: User) -> None:
    issue = doubtful("Mere", "Ana")
    page = read(client.get(url_of(issue)))
    assert "2 people may or may not have it." in page.text
    reason = "No answer came in time after it was handed over. What was said TimeoutError: read"
    assert shown(page) == [
        ["Mere mere@example.org", "16 November 2026, 12:00pm", reason],
        ["Ana ana@example.org", "16 November 2026, 12:01pm", reason],
    ]
    assert page.one("h1").text == f"In doubt: {issue}"
    change = read(client.get(f"/staff/{ISSUES}/{issue.pk}/change/"))
    assert {link["href"] for link in change.all("a") if "/doubt/" in (link["href"] or "")} == {url_of(issue)}


def test_addresses_are_for_those_who_may_see_them(client: Client) -> None:
    issue = doubtful("Mere")
    Delivery.objects.update(reason="Timeout for mere@example.org")
    sign_in(client, "view_digestissue", "view_contact")
    page = read(client.get(url_of(issue)))
    assert ("Mere" in page.text, "mere@example.org" in page.text) == (True, False)
    assert "Addresses and telephone numbers are not shown to you." in page.text
    assert page.one("main").all("button", type="submit") == []
    sign_in(client)
    assert client.get(url_of(issue)).status_code == 403


@pytest.mark.parametrize(
    ("act", "state", "ending"),
    [("send_again", "pending", "Sent again"), ("treat_as_sent", "accepted", "Treated as sent")],
)
def test_one_is_decided_and_then_the_others(
    client: Client, superuser: User, act: str, state: str, ending: str
) -> None:
    issue = doubtful("Mere", "Ana", "Bo")
    first = Doubt.objects.earliest("pk")
    page = press(
        client, issue, act, read(client.get(url_of(issue))), ticked=first.pk, whom="ticked", sentence=SENTENCE
    )
    assert (page.one("h1").text, states()) == (f"In doubt: {issue}", [state, "held", "held"])
    assert [row[0].partition(" ")[0] for row in shown(page)] == ["Ana", "Bo"]
    decided = f"16 November 2026, 12:00pm: {superuser}, about 1 person. {ending}: {SENTENCE}"
    assert decided in [item.text for item in page.one("main").all("li")]
    page = press(client, issue, act, page, whom="listed", sentence="So are these.")
    assert states() == [state] * 3
    issue.refresh_from_db()
    assert (issue.in_doubt, page.one("h1").text) == (0, str(issue))
    did = {"send_again": "sent it again to", "treat_as_sent": "counted as sent"}[act]
    assert issue.decisions.splitlines() == [
        f"16 November 2026, 12:00pm: {superuser} {did} 1 in doubt: Their server’s log has them.",
        f"16 November 2026, 12:00pm: {superuser} {did} 2 in doubt: So are these.",
    ]
    assert "in doubt: So are these." in page.text
    assert list(LogLine.objects.order_by("pk").values_list("act", "key", "done_by", "detail")) == [
        ("doubt_decided", issue.pk, superuser.pk, f"{ending}: 1. {SENTENCE}"),
        ("doubt_decided", issue.pk, superuser.pk, f"{ending}: 2. So are these."),
    ]
    log = read(client.get("/staff/staff/logline/"))
    assert f"{superuser} decided who in doubt has the digest issue {issue}" in log.text


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ({"whom": "ticked", "sentence": SENTENCE}, "Tick somebody, or say that you mean all of them"),
        ({"whom": "", "sentence": SENTENCE}, "Say about whom: “About whom”"),
        ({"whom": "all", "sentence": " "}, "Say why, in a sentence"),
    ],
)
def test_what_was_typed_and_ticked_stands_after_a_refusal(
    client: Client, superuser: User, typed: dict[str, str], refusal: str
) -> None:
    issue = doubtful("Mere", "Ana")
    ticked = [] if typed["whom"] == "ticked" else [Doubt.objects.latest("pk").pk]
    page = press(client, issue, "treat_as_sent", read(client.get(url_of(issue))), **typed, ticked=ticked)
    assert [text.removesuffix(": “About whom”") for text in refusals(page)] == [
        refusal.removesuffix(": “About whom”")
    ]
    assert page.one("textarea").text == typed["sentence"].strip()
    boxes = page.all("input", name="ticked")
    assert [int(box["value"] or 0) for box in boxes if "checked" in box.attrs] == ticked
    assert (states(), LogLine.objects.count()) == (["held", "held"], 0)


def test_whoever_comes_second_is_told_so(client: Client, superuser: User) -> None:
    issue = doubtful("Mere")
    page = read(client.get(url_of(issue)))
    press(client, issue, "treat_as_sent", page, whom="all", sentence=SENTENCE)
    late = press(client, issue, "send_again", page, whom="listed", sentence="They have not got it.")
    assert refusals(late) == ["Nobody of these is in doubt any more: look at how it stands now."]
    assert (states(), Doubt.objects.get().sentence) == (["accepted"], SENTENCE)
    assert "Nobody on this page is in doubt any more." in late.text


def test_an_issue_that_changed_meanwhile_is_looked_at_again(client: Client, superuser: User) -> None:
    issue = doubtful("Mere")
    page = read(client.get(url_of(issue)))
    DigestIssue.objects.update(state="sending", sent_at=None)
    late = press(client, issue, "send_again", page, whom="all", sentence=SENTENCE)
    assert (refusals(late), late.one("textarea").text, states()) == ([STALE], SENTENCE, ["held"])


def test_a_long_list_goes_on_at_a_mark_and_everybody_may_be_meant(
    client: Client, superuser: User, django_assert_num_queries: object
) -> None:
    issue = doubtful(*[f"N{number:02}" for number in range(51)])
    page = read(client.get(url_of(issue)))
    assert len(shown(page)) == 50
    (further,) = page.all("a", rel="next")
    second = read(client.get(f"{url_of(issue)}{further['href'].partition('/doubt/')[2]}"))  # type: ignore[union-attr]
    assert [row[0] for row in shown(second)] == ["N50 n50@example.org"]
    done = press(client, issue, "treat_as_sent", second, whom="all", sentence=SENTENCE)
    assert (done.one("h1").text, set(states())) == (str(issue), {"accepted"})


def test_nobody_in_doubt_is_said(client: Client, superuser: User) -> None:
    issue = doubtful()
    page = read(client.get(url_of(issue)))
    assert ("Nobody is in doubt" in page.text, "Nothing yet." in page.text) == (True, True)
    assert page.all("table") == []
    assert client.get("/staff/digests/digestissue/0/doubt/").status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_more_people_are_no_more_queries(
    client: Client, superuser: User, number: int, django_assert_num_queries: object
) -> None:
    issue = doubtful(*[f"N{one}" for one in range(number)])
    client.get(url_of(issue))
    with django_assert_num_queries(QUERIES):  # type: ignore[operator]
        client.get(url_of(issue))


QUERIES = 6


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("The worker stopped while handing this over.", "The worker stopped while handing this over."),
        ("TimeoutError: timed out, at the end", "No answer came in time after it was handed over."),
        ("ReadTimeout: 30 s", "No answer came in time after it was handed over."),
        (
            "SMTPServerDisconnected: Connection unexpectedly closed",
            "The connection broke after it was handed over, before an answer came.",
        ),
        (
            "ConnectionResetError: [Errno 104]",
            "The connection broke after it was handed over, before an answer came.",
        ),
        ("503, and an answer that cannot be read", "The mail provider’s answer could not be read."),
        ("502 Bad Gateway", "What was answered does not say whether it was taken."),
        ("", "What was answered does not say whether it was taken."),
    ],
)
def test_why_is_said_in_words(reason: str, words: str) -> None:
    assert why(reason) == words


def test_a_sentence_about_one_person_goes_with_them(
    client: Client, superuser: User, clock: time_machine.Traveller
) -> None:
    issue = doubtful("Mere", "Ana", "Bo")
    one, two, _ = Doubt.objects.order_by("pk")
    page = read(client.get(url_of(issue)))
    page = press(
        client, issue, "treat_as_sent", page, whom="ticked", ticked=one.pk, sentence="Mere rang: it came."
    )
    clock.shift(60)
    press(client, issue, "treat_as_sent", page, whom="listed", sentence="These too.")
    held = personal_data.held([one.delivery.contact_id])["Digests in doubt"]
    assert [(row["How that ended"], row["Why"]) for row in held] == [
        ("Treated as sent", "Mere rang: it came.")
    ]
    personal_data.erase([one.delivery.contact_id, two.delivery.contact_id])
    issue.refresh_from_db()
    assert ("Mere rang" in issue.decisions, "These too" in issue.decisions) == (False, True)
    sentences = list(Doubt.objects.order_by("pk").values_list("sentence", flat=True))
    assert sentences == ["[erased]", "These too.", "These too."]
