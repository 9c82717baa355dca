"""What a form is owed, on its page, with the acts that keep it."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from accord_portal.foundation import mail
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import triage
from responses.models import Activity, ExpressionOfInterest, Undertaking
from responses.undertakings import moving
from tests.factories import closed_unanswered, received
from tests.html import Element, read
from tests.staff.pages import act_url, filled_in, looked_at, page_of, refusals, said, sign_in

pytestmark = pytest.mark.django_db

EOIS = "responses/expressionofinterest"
WISHES = "- Open the hall on Sundays\n- Lend out the van"


@pytest.fixture
def eoi(clock: time_machine.Traveller) -> ExpressionOfInterest:
    """A form of Monday, with two initiatives: owed an acknowledgement by Thursday 19 November."""
    return received("champion_accord", initiatives=WISHES)


def page(client: Client, eoi: ExpressionOfInterest) -> Element:
    return read(client.get(eoi.get_absolute_url()))


def press(client: Client, eoi: ExpressionOfInterest, act: str, **typed: str) -> Element:
    """The page after a press, with what a browser sends from it."""
    url = act_url(EOIS, eoi.pk, act)
    return read(looked_at(client, url, {**filled_in(page(client, eoi), url), **typed}, follow=True))


def owed(shown: Element) -> list[str]:
    return [row.text for row in shown.one("section", aria_labelledby="owed").all("li")]


def buttons(shown: Element) -> list[str]:
    return [button.text for form in shown.all("form", class_="act") for button in form.all("button")]


def errors(shown: Element) -> list[str]:
    return [error.text.removeprefix("Error: ") for error in shown.all(class_="error")]


def test_what_is_owed_stands_there_with_the_day_and_whose_it_is(
    client: Client, ana: User, eoi: ExpressionOfInterest
) -> None:
    triage.assign(eoi=eoi, seen=1, by=ana, to=ana)
    later = "by Monday 14 December 2026. Mere Staff has it."
    assert owed(page(client, eoi)) == [
        "Acknowledge the answers : by Thursday 19 November 2026. Mere Staff has it.",
        f"Reply in full : {later}",
        f"Decide about an initiative : {later} Open the hall on Sundays",
        f"Decide about an initiative : {later} Lend out the van",
    ]


def test_late_is_said_plainly_whatever_day_was_named_since(
    client: Client, ana: User, eoi: ExpressionOfInterest, clock: time_machine.Traveller
) -> None:
    row = eoi.undertakings.get(kind="acknowledge")
    clock.shift(dt.timedelta(days=4))
    client.force_login(ana)
    late = "Acknowledge the answers : late: it was promised for Thursday 19 November 2026. Nobody has it yet."
    assert owed(page(client, eoi))[0] == late
    moving.move(undertaking=row, seen=row.due_on, to=dt.date(2026, 11, 25), because="Flooded.", by=ana)
    assert owed(page(client, eoi))[0] == (
        "Acknowledge the answers : late: it was promised first for Thursday 19 November 2026,"
        " then for Wednesday 25 November 2026. Nobody has it yet."
    )


def test_the_first_answer_is_the_full_one(client: Client, ana: User, eoi: ExpressionOfInterest) -> None:
    shown = press(client, eoi, "acknowledge", text="Yes, gladly.", is_full="yes", reply_on="nonsense")
    kept = [row.kind for row in eoi.undertakings.kept().order_by("pk")]
    assert kept == ["acknowledge", "reply"]
    assert [name for name in buttons(shown) if name in ("Acknowledge", "Reply in full")] == []
    message = OutgoingMail.objects.get(message="reply")
    links = shown.all("a", href=page_of("foundation/outgoingmail", message.pk))
    assert [link.text for link in links] == ["Acknowledged by email"] * 2
    assert owed(shown)[0].startswith(
        "Acknowledge the answers : kept 16 November 2026, 12:00pm by Mere Staff."
    )


def test_the_day_of_the_full_answer_is_asked_promised_and_kept_by_the_reply(
    client: Client, ana: User, eoi: ExpressionOfInterest
) -> None:
    asked = page(client, eoi).one("form", action=act_url(EOIS, eoi.pk, "acknowledge"))
    assert asked.one("input", name="reply_on")["value"] == "2026-12-14"
    shown = press(client, eoi, "acknowledge", text="Thank you.", is_full="no", reply_on="2026-11-30")
    assert "Reply in full : by Monday 30 November 2026. Nobody has it yet." in owed(shown)
    assert "by Monday 30 November 2026" in mail.made(OutgoingMail.objects.get(message="reply")).body
    url = act_url(EOIS, eoi.pk, "reply")
    reply = looked_at(client, url, {"seen": "2", "text": "All of it."}, follow=True)
    assert said(reply) == ["Replied in full."]
    assert eoi.undertakings.get(kind="reply").evidence_text == "Replied in full by email"
    assert "Reply in full" not in buttons(page(client, eoi))


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({}, "Choose Yes or No"),
        ({"is_full": "no"}, "Enter the day by which the full answer will come"),
        ({"is_full": "no", "reply_on": "soon"}, "Enter the day like 31/12/2026"),
        ({"is_full": "no", "reply_on": "2026-11-15"}, "Choose a day from today to a year ahead."),
        ({"is_full": "no", "reply_on": "2027-11-30"}, "Choose a day from today to a year ahead."),
        (
            {"is_full": "no", "reply_on": "2026-12-25"},
            "The office is closed on 25 December 2026: choose a working day.",
        ),
    ],
)
def test_a_mistake_about_the_day_is_said_in_words_and_nothing_is_lost(
    client: Client, ana: User, eoi: ExpressionOfInterest, typed: dict[str, str], error: str
) -> None:
    shown = press(client, eoi, "acknowledge", text="Kia ora", **typed)
    assert errors(shown) == [error]
    assert shown.one("textarea", id="id_acknowledge_text").text == "Kia ora"
    eoi.refresh_from_db()
    assert (eoi.version, eoi.acknowledged_at) == (1, None)


def test_each_initiative_is_decided_about_with_the_reason(
    client: Client, ana: User, eoi: ExpressionOfInterest
) -> None:
    form = page(client, eoi).one("form", action=act_url(EOIS, eoi.pk, "decide"))
    choices = [label.text for label in form.all("label")]
    assert choices[:2] == ["Open the hall on Sundays", "Lend out the van"]
    assert errors(press(client, eoi, "decide", outcome="taken_up", text="Yes")) == ["Choose which initiative"]
    shown = press(client, eoi, "decide", number="2", outcome="partly", text="On weekdays only.")
    assert "Decided: Taken up in part, 16 November 2026. On weekdays only." in owed(shown)[-1]
    left = shown.one("form", action=act_url(EOIS, eoi.pk, "decide"))
    (only,) = left.all("input", name="number")
    assert (only["value"], "checked" in only.attrs) == ("1", True)
    shown = press(client, eoi, "decide", number="1", outcome="not_taken_up", text="No staff on Sundays.")
    assert "Decide" not in buttons(shown)
    assert list(eoi.decisions.values_list("number", "outcome", "reason")) == [
        (1, "not_taken_up", "No staff on Sundays."),
        (2, "partly", "On weekdays only."),
    ]


def test_two_officers_who_decide_at_once_are_told(
    client: Client, ana: User, eoi: ExpressionOfInterest
) -> None:
    url = act_url(EOIS, eoi.pk, "decide")
    old = filled_in(page(client, eoi), url)
    triage.decide(eoi=eoi, seen=1, by=ana, number=1, outcome="taken_up", text="Yes")
    shown = read(client.post(url, {**old, "number": "1", "outcome": "partly", "text": "Some"}))
    assert shown.one("title").text.startswith("Error: ")
    assert eoi.decisions.get().outcome == "taken_up"


def test_a_message_that_comes_back_is_said_and_answered_again(
    client: Client, ana: User, eoi: ExpressionOfInterest
) -> None:
    press(client, eoi, "acknowledge", text="Yes, gladly.", is_full="yes")
    sent = OutgoingMail.objects.filter(message="reply")
    sent.update(state="sent", sent_at=eoi.received_at)
    mail.came_back(sent)
    shown = page(client, eoi)
    assert owed(shown)[0] == (
        "Acknowledge the answers : by Thursday 19 November 2026. Nobody has it yet."
        " As far as we know our message did not arrive, so it is owed again: Acknowledged by email"
    )
    assert "Our mail did not arrive:" in shown.one(class_="warning").text
    assert "A message did not arrive" in shown.one("section", aria_labelledby="timeline").text
    shown = press(client, eoi, "acknowledge", text="Told her by telephone.", is_full="yes")
    assert "our message did not arrive" not in shown.text
    assert Undertaking.objects.open().filter(kind__in=["acknowledge", "reply"]).count() == 0


def test_of_a_decision_that_did_not_arrive_they_are_told_another_way(
    client: Client, ana: User, eoi: ExpressionOfInterest
) -> None:
    triage.decide(eoi=eoi, seen=1, by=ana, number=1, outcome="taken_up", text="Yes")
    sent = OutgoingMail.objects.filter(message="decision")
    sent.update(state="sent", sent_at=eoi.received_at)
    mail.came_back(sent)
    shown = page(client, eoi)
    assert "Send that message again, or tell them another way" in owed(shown)[2]
    (only,) = shown.one("form", action=act_url(EOIS, eoi.pk, "decide")).all("input", name="number")
    assert only["value"] == "2"
    row = eoi.undertakings.get(kind="decide", about=1)
    assert list(Undertaking.objects.kept_by_talking()) == [row]


def test_what_is_over_says_why(client: Client, ana: User, eoi: ExpressionOfInterest) -> None:
    triage.mark_as_spam(eoi=eoi, seen=1, by=ana)
    assert owed(page(client, eoi))[0] == "Acknowledge the answers : ended 16 November 2026: The form was spam"
    assert buttons(page(client, eoi)) == ["Assign", "Add the note", "Take up again"]


def test_who_was_closed_without_an_answer_is_answered_still(
    client: Client, ana: User, eoi: ExpressionOfInterest
) -> None:
    closed_unanswered(eoi, by=ana)
    press(client, eoi, "acknowledge", text="Sorry for the silence.", is_full="yes")
    eoi.refresh_from_db()
    assert (eoi.state, eoi.acknowledged_at is not None) == ("closed", True)
    assert Activity.objects.filter(eoi=eoi, kind="acknowledged").count() == 2


def test_a_reply_before_the_acknowledgement_is_refused(
    client: Client, ana: User, eoi: ExpressionOfInterest
) -> None:
    shown = read(client.post(act_url(EOIS, eoi.pk, "reply"), {"seen": "1", "text": "All of it."}))
    assert "Not carried out" in [h2.text for h2 in shown.all("h2")]
    assert "Acknowledge this first: you can say that it is the full answer." in refusals(shown)


def test_who_may_not_open_mail_reads_the_evidence_without_a_link(
    client: Client, ana: User, eoi: ExpressionOfInterest
) -> None:
    triage.acknowledge(eoi=eoi, seen=1, by=ana, text="Yes.", is_full=True)
    sign_in(client, "view_expressionofinterest")
    shown = page(client, eoi)
    assert shown.one("section", aria_labelledby="owed").all("a") == []
    assert owed(shown)[0].endswith("Acknowledged by email")
    sign_in(client, "view_expressionofinterest", "view_undertaking", "view_outgoingmail")
    links = page(client, eoi).one("section", aria_labelledby="owed").all("li")[0].all("a")
    assert [link.text for link in links] == ["Acknowledge the answers", "Acknowledged by email"]


def test_the_page_says_what_must_come_first_and_then_offers_it(
    client: Client, ana: User, eoi: ExpressionOfInterest
) -> None:
    why = "We open the hall on Sundays from March."
    url = act_url(EOIS, eoi.pk, "close")
    shown = page(client, eoi)
    assert (shown.all("form", action=url), triage.ANSWER_FIRST in shown.text) == ([], True)
    typed = {"seen": "1", "outcome": "partly", "text": why}
    refused = read(client.post(url, typed))
    assert refusals(refused) == [triage.ANSWER_FIRST]
    assert why in [box.text for box in refused.all("textarea")]
    triage.acknowledge(eoi=eoi, seen=1, by=ana, text="Kia ora", is_full=True)
    shown = page(client, eoi)
    assert triage.ANSWER_FIRST not in shown.text
    empty = read(client.post(url, filled_in(shown, url)))
    assert refusals(empty) == ["Choose what came of it", "Say why"]
    looked_at(client, url, {**filled_in(shown, url), "outcome": "partly", "text": why})
    assert "Closed: Taken up in part" in page(client, eoi).one(class_="state").text
