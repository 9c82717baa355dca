"""Staff pages: read-only records with acts as buttons, and who may press what."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client

from accord_portal.digests.models import Delivery, DigestIssue
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from champions.models import Champion
from responses.answers import triage
from responses.models import Activity
from tests.clock import NOON
from tests.factories import (
    ChampionFactory,
    DeliveryFactory,
    DigestIssueFactory,
    OutgoingMailFactory,
    UserFactory,
)
from tests.html import Element, read
from tests.powers import give
from tests.staff.pages import (
    STALE,
    acknowledged,
    act_url,
    closed,
    draft,
    eoi,
    filled_in,
    form_to,
    looked_at,
    page_of,
    pressed_on,
    proposed,
    refusals,
    replied,
    said,
    sign_in,
)

pytestmark = pytest.mark.django_db

EOIS, CHAMPIONS = "responses/expressionofinterest", "champions/champion"

ISSUES, UPDATES, MAIL = "digests/digestissue", "digests/update", "foundation/outgoingmail"


def stopped() -> DigestIssue:
    return DigestIssueFactory(approved=True, state="needs_attention", trouble="535 not you")


def doubtful() -> DigestIssue:
    issue = DeliveryFactory(state="held", batch__state="done").issue
    DigestIssue.objects.filter(pk=issue.pk).update(in_doubt=1, recipients=1, state="sent")
    return issue


def refused_one() -> DigestIssue:
    issue = DeliveryFactory(state="failed", settled_at=NOON, batch__state="done").issue
    DigestIssue.objects.filter(pk=issue.pk).update(failed=1, recipients=1, state="sent")
    return issue


ABOUT_ALL = {"whom": "all", "sentence": "The server’s log has them."}


class Case(NamedTuple):
    record: str
    act: str
    make: Callable[[], Model]
    typed: dict[str, str]
    done: str


CASES = [
    Case(EOIS, "acknowledge", eoi, {"text": "We will ring you.", "is_full": "yes"}, "Acknowledged."),
    Case(EOIS, "reply", acknowledged, {"text": "All of it."}, "Replied in full."),
    Case(EOIS, "decide", proposed, {"number": "1", "outcome": "partly", "text": "Half."}, "Decided."),
    Case(EOIS, "assign", eoi, {"to": "me"}, "Assigned."),
    Case(EOIS, "note", eoi, {"text": "Rang; busy."}, "Note added."),
    Case(EOIS, "close", replied, {"outcome": "nothing_asked", "text": "Nothing to do."}, "Closed."),
    Case(EOIS, "spam", eoi, {}, "Marked as spam."),
    Case(EOIS, "reopen", closed, {"text": "They rang again."}, "Taken up again."),
    Case(CHAMPIONS, "agreed", ChampionFactory, {"name": "on", "how": "By letter"}, "Written down."),
    Case(CHAMPIONS, "publish", lambda: ChampionFactory(ticked=True), {}, "Published."),
    Case(CHAMPIONS, "withdraw", lambda: ChampionFactory(published=True), {}, "Taken down."),
    Case(CHAMPIONS, "end", ChampionFactory, {"ended_on": "2026-11-01"}, "Written down."),
    Case(
        CHAMPIONS,
        "reword",
        ChampionFactory,
        {"kind": "group", "name": "Ngā Ringa", "summary": "We weave."},
        "Corrected.",
    ),
    Case(ISSUES, "introduce", draft, {"text": "Tēnā koutou, dear readers"}, "Saved."),
    Case(ISSUES, "test", draft, {}, "A test is on its way to you."),
    Case(ISSUES, "approve", draft, {}, "Approved."),
    Case(ISSUES, "cancel", draft, {}, "Cancelled. Its news goes into the next issue."),
    Case(ISSUES, "resume", stopped, {}, "It goes on."),
    Case(ISSUES, "send_again", doubtful, ABOUT_ALL, "They are sent it again."),
    Case(ISSUES, "try_failed_again", refused_one, {}, "Those that failed are tried again."),
    Case(ISSUES, "treat_as_sent", doubtful, ABOUT_ALL, "They are counted as having it."),
    Case(
        MAIL,
        "try_again",
        lambda: OutgoingMailFactory(state="failed"),
        {},
        "Queued: it is sent within seconds.",
    ),
    Case(
        MAIL,
        "came_back",
        lambda: OutgoingMailFactory(state="sent", sent_at=NOON),
        {},
        "It counts as failed, and what it had kept is owed again.",
    ),
]

each_act = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.record}-{case.act}")


def everything(record: Model) -> list[object]:
    """The record's own columns, the timelines, who is sent an issue, and how much mail is owed."""
    own = type(record).objects.filter(pk=record.pk).values().get()
    sent = list(Delivery.objects.order_by("pk").values_list("state", flat=True))
    return [own, sent, Activity.objects.count(), OutgoingMail.objects.count()]


def typed(case: Case, user: User) -> dict[str, str]:
    return {name: str(user.pk) if text == "me" else text for name, text in case.typed.items()}


@each_act
def test_pressing_the_button_does_it_and_says_so(client: Client, superuser: User, case: Case) -> None:
    record = case.make()
    before = everything(record)
    page, url = page_of(case.record, record.pk), act_url(case.record, record.pk, case.act)
    at = pressed_on(case.record, record.pk, case.act)
    sent = {**filled_in(read(client.get(at)), url), **typed(case, superuser)}
    response = looked_at(client, url, sent, follow=True)
    assert (response.redirect_chain, said(response)) == ([(page, 302)], [case.done])
    assert everything(record) != before


@each_act
def test_what_the_act_needs_is_all_it_takes(client: Client, case: Case) -> None:
    record = case.make()
    page: Any = admin.site.get_model_admin(type(record))
    hone = sign_in(client, f"view_{record._meta.model_name}")
    give(hone, *page.needed(case.act))
    page, url = page_of(case.record, record.pk), act_url(case.record, record.pk, case.act)
    at = pressed_on(case.record, record.pk, case.act)
    sent = {**filled_in(read(client.get(at)), url), **typed(case, hone)}
    assert said(looked_at(client, url, sent, follow=True)) == [case.done]


@each_act
@pytest.mark.parametrize(("powers", "seen"), [([], 403), (["view"], 200)], ids=["none", "view only"])
def test_nobody_else_may_press_it(client: Client, case: Case, powers: list[str], seen: int) -> None:
    hone = sign_in(client, *(f"{power}_{case.record.partition('/')[2]}" for power in powers))
    record = case.make()
    before = everything(record)
    page, url = client.get(page_of(case.record, record.pk)), act_url(case.record, record.pk, case.act)
    assert page.status_code == seen
    if seen == 200:
        assert read(page).all("form", class_="act") == []
    shown = {"shown": record.fingerprint} if isinstance(record, Champion) else {"seen": "1"}
    assert client.post(url, {**shown, **typed(case, hone)}).status_code == 403
    assert client.get(url).status_code == 403
    assert everything(record) == before


@each_act
def test_the_address_of_an_act_leads_back_to_the_page(client: Client, superuser: User, case: Case) -> None:
    record = case.make()
    before = everything(record)
    response = client.get(act_url(case.record, record.pk, case.act))
    assert (response.status_code, response["Location"]) == (302, page_of(case.record, record.pk))
    assert everything(record) == before


@pytest.mark.parametrize("record", [EOIS, CHAMPIONS, ISSUES])
def test_an_act_there_is_not_and_a_record_there_is_not(client: Client, superuser: User, record: str) -> None:
    made = {EOIS: eoi, CHAMPIONS: ChampionFactory, ISSUES: draft}[record]()
    assert client.post(act_url(record, made.pk, "erase")).status_code == 404
    assert client.post(act_url(record, 0, "note")).status_code == 404


LOOK_AGAIN = "Something here has changed since you opened it: look again, then save"  # the ticks' own words

CHANGES: dict[str, Callable[[Any], object]] = {
    EOIS: lambda record: triage.assign(
        eoi=record, seen=record.version, by=UserFactory(name="Hōne Staff"), to=UserFactory(name="Ana Staff")
    ),
    CHAMPIONS: lambda record: Champion.objects.update(kind="individual"),
    ISSUES: lambda record: DigestIssue.objects.update(introduction="Other", text="Other"),
}


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.act not in ("note", "publish") and case.record != MAIL],
    ids=lambda case: f"{case.record}-{case.act}",
)
def test_an_act_on_what_has_changed_is_refused_and_what_was_typed_stands(
    client: Client, superuser: User, case: Case
) -> None:
    record = case.make()
    url = act_url(case.record, record.pk, case.act)
    old = filled_in(read(client.get(pressed_on(case.record, record.pk, case.act))), url)
    CHANGES[case.record](record)
    before = everything(record)
    response = client.post(url, {**old, **typed(case, superuser)})
    page = read(response)
    assert (response.status_code, everything(record)) == (200, before)
    assert page.one("title").text.startswith("Error: ")
    (refusal,) = refusals(page)
    if case.record == EOIS:
        assert re.fullmatch(r"Hōne Staff changed this meanwhile: Assigned, .+\.", refusal)
    else:
        assert refusal == (LOOK_AGAIN if case.act == "agreed" else STALE)
    form = form_to(page, url)
    for name, text in typed(case, superuser).items():
        boxes = form.all("input", "textarea", "select", name=name)
        assert text in [value(box) for box in boxes], name
    assert looked_at(client, url, {**filled_in(page, url), **typed(case, superuser)}).status_code == 302


def value(box: Element) -> str | None:
    """What stands in a box, is chosen in a list, or is ticked."""
    if box.tag == "textarea":
        return box.text
    if box.tag == "select":
        return next((option["value"] for option in box.all("option") if "selected" in option.attrs), None)
    if box["type"] in ("checkbox", "radio"):
        return (box["value"] or "on") if "checked" in box.attrs else None
    return box["value"]


def test_notes_are_never_refused(client: Client, superuser: User) -> None:
    record = eoi()
    url = act_url(EOIS, record.pk, "note")
    triage.mark_as_spam(eoi=record, seen=1, by=UserFactory())
    assert said(client.post(url, {"text": "Rang."}, follow=True)) == ["Note added."]


def test_who_comes_second_to_acknowledge_sees_who_was_first_and_what_they_typed(
    client: Client, superuser: User
) -> None:
    record = eoi()
    url = act_url(EOIS, record.pk, "acknowledge")
    old = filled_in(read(client.get(page_of(EOIS, record.pk))), url)
    triage.acknowledge(eoi=record, seen=1, by=UserFactory(name="Hōne Staff"), text="Kia ora", is_full=True)
    response = client.post(url, {**old, "text": "Tēnā koe, we will ring you.", "is_full": "yes"})
    page = read(response)
    (refusal,) = refusals(page)
    assert refusal.startswith("Hōne Staff changed this meanwhile: Acknowledged, ")
    assert "Not carried out" in [h2.text for h2 in page.all("h2")]
    assert page.one("textarea", id="id_acknowledge_text").text == "Tēnā koe, we will ring you."
    assert OutgoingMail.objects.filter(message="reply").count() == 1


def test_an_introduction_typed_while_another_approves_is_not_lost(client: Client, superuser: User) -> None:
    issue = draft()
    url = act_url(ISSUES, issue.pk, "introduce")
    old = filled_in(read(client.get(page_of(ISSUES, issue.pk))), url)
    approve = act_url(ISSUES, issue.pk, "approve")
    client.post(approve, filled_in(read(client.get(pressed_on(ISSUES, issue.pk, "approve"))), approve))
    page = read(client.post(url, {**old, "text": "Tēnā koutou"}))
    assert (refusals(page), page.one("textarea", id="id_introduce_text").text) == ([STALE], "Tēnā koutou")


def test_what_is_wrong_in_a_form_is_said_beside_it(client: Client, superuser: User) -> None:
    record = eoi()
    typed = {"seen": "1", "text": " ", "is_full": "yes"}
    response = client.post(act_url(EOIS, record.pk, "acknowledge"), typed)
    page, wrong = read(response), "Write what you tell the person, or how you told them"
    assert refusals(page) == [wrong]
    assert page.one(class_="error-summary").one("a")["href"] == "#id_acknowledge_text"
    box, error = page.one("textarea", id="id_acknowledge_text"), page.one(class_="error")
    assert (error.text, error["id"]) == (f"Error: {wrong}", "id_acknowledge_text_error")
    assert (box["aria-invalid"], box["aria-describedby"]) == (
        "true",
        "id_acknowledge_text_helptext id_acknowledge_text_error",
    )
