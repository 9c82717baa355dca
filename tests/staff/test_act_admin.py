"""Staff pages: read-only records with acts as buttons, the lists that lead there, and who may press what."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accord_portal.digests import compose
from accord_portal.digests.models import DigestIssue, Update
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from champions import enrolment
from champions.models import Champion
from responses.answers import triage
from responses.models import Call, ExpressionOfInterest
from tests.factories import (
    ChampionFactory,
    ContactFactory,
    DeliveryFactory,
    DigestIssueFactory,
    InitiativeFactory,
    OutgoingMailFactory,
    UpdateFactory,
    UserFactory,
    form_data,
    received,
)
from tests.html import Element, read

pytestmark = pytest.mark.django_db
EOIS, CHAMPIONS = "responses/expressionofinterest", "champions/champion"
ISSUES, UPDATES, MAIL = "digests/digestissue", "digests/update", "foundation/outgoingmail"


@pytest.fixture
def mere(client: Client) -> User:
    """Somebody who may do everything, signed in."""
    return sign_in(client, is_superuser=True)


def sign_in(client: Client, *powers: str, **fields: Any) -> User:
    """A member of staff with these permissions only ("view_champion"), signed in."""
    user = UserFactory(**fields)
    user.user_permissions.set(Permission.objects.filter(codename__in=powers))
    client.force_login(user)
    return user


def page_of(record: str, key: int) -> str:
    return f"/staff/{record}/{key}/change/"


def act_url(record: str, key: int, act: str) -> str:
    return f"/staff/{record}/{key}/act/{act}/"


def filled_in(page: Element, url: str) -> dict[str, str]:
    """What a browser would post from the form that leads to this address, before anything is typed."""
    form = page.one("form", action=url)
    return {box["name"]: box["value"] or "" for box in form.all("input", type="hidden")}


def said(response: HttpResponse) -> list[str]:
    """What the page after an act says was done, or was not."""
    return [item.text for item in read(response).one("ul", class_="messagelist").all("li")]


def refusals(page: Element) -> set[str]:
    return {alert.text for alert in page.all(class_="refused")}


def eoi() -> ExpressionOfInterest:
    return received("keep_informed")


def closed() -> ExpressionOfInterest:
    record = eoi()
    triage.close(eoi=record, seen=1, by=UserFactory(), outcome="noted")
    return record


def draft() -> DigestIssue:
    UpdateFactory(published=True)
    return compose.compose_issue(audience="keep_informed", by=UserFactory())


def stopped() -> DigestIssue:
    return DigestIssueFactory(approved=True, state="needs_attention", trouble="535 not you")


def doubtful() -> DigestIssue:
    issue = DeliveryFactory(state="held", batch__state="done").issue
    DigestIssue.objects.filter(pk=issue.pk).update(in_doubt=1, recipients=1, state="sent")
    return issue


def failed() -> OutgoingMail:
    return OutgoingMailFactory(state="failed")


class Case(NamedTuple):
    record: str
    act: str
    make: Callable[[], Model]
    typed: dict[str, str]
    done: str


CASES = [
    Case(EOIS, "acknowledge", eoi, {"text": "We will ring you."}, "Acknowledged."),
    Case(EOIS, "assign", eoi, {"to": "me"}, "Assigned."),
    Case(EOIS, "note", eoi, {"text": "Rang; busy."}, "Note added."),
    Case(EOIS, "close", eoi, {"outcome": "noted", "text": "Nothing to do."}, "Closed."),
    Case(EOIS, "spam", eoi, {}, "Marked as spam."),
    Case(EOIS, "reopen", closed, {"text": "They rang again."}, "Taken up again."),
    Case(CHAMPIONS, "agreed", ChampionFactory, {"name": "on", "how": "By letter"}, "Written down."),
    Case(CHAMPIONS, "publish", lambda: ChampionFactory(ticked=True), {}, "Published."),
    Case(CHAMPIONS, "withdraw", lambda: ChampionFactory(published=True), {}, "Taken down."),
    Case(
        CHAMPIONS,
        "reword",
        ChampionFactory,
        {"kind": "group", "name": "Ngā Ringa", "summary": "We weave."},
        "Corrected.",
    ),
    Case(ISSUES, "introduce", draft, {"text": "Tēnā koutou, dear readers"}, "Saved."),
    Case(ISSUES, "test", draft, {}, "A test is on its way to you."),
    Case(ISSUES, "approve", draft, {}, "Approved. It is being sent."),
    Case(ISSUES, "cancel", draft, {}, "Cancelled. Its news goes into the next issue."),
    Case(ISSUES, "resume", stopped, {}, "It goes on."),
    Case(ISSUES, "send_again", doubtful, {}, "Those in doubt are sent the issue again."),
    Case(ISSUES, "treat_as_sent", doubtful, {}, "Those in doubt are counted as sent."),
    Case(
        MAIL,
        "try_again",
        lambda: OutgoingMailFactory(state="failed"),
        {},
        "Queued: it is sent within seconds.",
    ),
]
CHECKED = [case for case in CASES if case.act not in ("note", "try_again")]  # these hurt nobody twice
each_act = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.record}-{case.act}")


def everything(record: Model) -> list[object]:
    """The record's own columns, and how much mail is owed."""
    return [type(record).objects.filter(pk=record.pk).values().get(), OutgoingMail.objects.count()]


def typed(case: Case, user: User) -> dict[str, str]:
    return {name: str(user.pk) if text == "me" else text for name, text in case.typed.items()}


# --- each act --------------------------------------------------------------------------------


@each_act
def test_pressing_the_button_does_it_and_says_so(client: Client, mere: User, case: Case) -> None:
    record = case.make()
    before = everything(record)
    page, url = page_of(case.record, record.pk), act_url(case.record, record.pk, case.act)
    sent = {**filled_in(read(client.get(page)), url), **typed(case, mere)}
    response = client.post(url, sent, follow=True)
    assert (response.redirect_chain, said(response)) == ([(page, 302)], [case.done])
    assert case.act in ("note", "send_again") or everything(record) != before


@each_act
def test_the_permission_to_change_is_all_it_takes(client: Client, case: Case) -> None:
    model = case.record.partition("/")[2]
    hone = sign_in(client, f"view_{model}", f"change_{model}")
    record = case.make()
    page, url = page_of(case.record, record.pk), act_url(case.record, record.pk, case.act)
    sent = {**filled_in(read(client.get(page)), url), **typed(case, hone)}
    assert said(client.post(url, sent, follow=True)) == [case.done]


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
def test_the_address_of_an_act_leads_back_to_the_page(client: Client, mere: User, case: Case) -> None:
    record = case.make()
    before = everything(record)
    response = client.get(act_url(case.record, record.pk, case.act))
    assert (response.status_code, response["Location"]) == (302, page_of(case.record, record.pk))
    assert everything(record) == before


@pytest.mark.parametrize("record", [EOIS, CHAMPIONS, ISSUES])
def test_an_act_there_is_not_and_a_record_there_is_not(client: Client, mere: User, record: str) -> None:
    made = {EOIS: eoi, CHAMPIONS: ChampionFactory, ISSUES: draft}[record]()
    assert client.post(act_url(record, made.pk, "erase")).status_code == 404
    assert client.post(act_url(record, 0, "note")).status_code == 404


# --- two members of staff --------------------------------------------------------------------

STALE = "This was changed since you opened the page. Look at it as it is now, then press again."
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
    [case for case in CASES if case.act not in ("note", "try_again")],
    ids=lambda case: f"{case.record}-{case.act}",
)
def test_an_act_on_what_has_changed_is_refused_and_what_was_typed_stands(
    client: Client, mere: User, case: Case
) -> None:
    record = case.make()
    url = act_url(case.record, record.pk, case.act)
    old = filled_in(read(client.get(page_of(case.record, record.pk))), url)
    CHANGES[case.record](record)
    before = everything(record)
    response = client.post(url, {**old, **typed(case, mere)})
    page = read(response)
    assert (response.status_code, everything(record)) == (200, before)
    assert page.one("title").text.startswith("Error: ")
    (refusal,) = {text for text in refusals(page) if not text.startswith("Stopped:")}
    if case.record == EOIS:
        assert re.fullmatch(r"Hōne Staff changed this meanwhile: Assigned, .+\.", refusal)
    else:
        assert refusal == (LOOK_AGAIN if case.act == "agreed" else STALE)
    form = page.one("form", action=url)
    for name, text in typed(case, mere).items():
        boxes = form.all("input", "textarea", "select", name=name)
        assert text in [value(box) for box in boxes], name
    assert client.post(url, {**filled_in(page, url), **typed(case, mere)}).status_code == 302


def value(box: Element) -> str | None:
    """What stands in a box, is chosen in a list, or is ticked."""
    if box.tag == "textarea":
        return box.text
    if box.tag == "select":
        return next((option["value"] for option in box.all("option") if "selected" in option.attrs), None)
    if box["type"] in ("checkbox", "radio"):
        return (box["value"] or "on") if "checked" in box.attrs else None
    return box["value"]


def test_notes_are_never_refused(client: Client, mere: User) -> None:
    record = eoi()
    url = act_url(EOIS, record.pk, "note")
    triage.mark_as_spam(eoi=record, seen=1, by=UserFactory())
    assert said(client.post(url, {"text": "Rang."}, follow=True)) == ["Note added."]


def test_who_comes_second_to_acknowledge_sees_who_was_first_and_what_they_typed(
    client: Client, mere: User
) -> None:
    record = eoi()
    url = act_url(EOIS, record.pk, "acknowledge")
    old = filled_in(read(client.get(page_of(EOIS, record.pk))), url)
    triage.acknowledge(eoi=record, seen=1, by=UserFactory(name="Hōne Staff"), text="Kia ora")
    response = client.post(url, {**old, "text": "Tēnā koe, we will ring you."})
    page = read(response)
    (refusal,) = refusals(page)
    assert refusal.startswith("Hōne Staff changed this meanwhile: Acknowledged, ")
    assert "Not carried out" in [h2.text for h2 in page.all("h2")]
    assert page.one("textarea", id="id_acknowledge_text").text == "Tēnā koe, we will ring you."
    assert OutgoingMail.objects.filter(message="reply").count() == 1


def test_an_introduction_typed_while_another_approves_is_not_lost(client: Client, mere: User) -> None:
    issue = draft()
    url = act_url(ISSUES, issue.pk, "introduce")
    old = filled_in(read(client.get(page_of(ISSUES, issue.pk))), url)
    approve = act_url(ISSUES, issue.pk, "approve")
    client.post(approve, filled_in(read(client.get(page_of(ISSUES, issue.pk))), approve))
    page = read(client.post(url, {**old, "text": "Tēnā koutou"}))
    assert (refusals(page), page.one("textarea").text) == ({STALE}, "Tēnā koutou")


def test_what_is_wrong_in_a_form_is_said_beside_it(client: Client, mere: User) -> None:
    record = eoi()
    response = client.post(act_url(EOIS, record.pk, "acknowledge"), {"seen": "1", "text": " "})
    assert [p.text for p in read(response).all("p", class_="error")] == [
        "Write what you tell the person, or how you told them"
    ]


# --- lists -----------------------------------------------------------------------------------

LISTS: dict[str, Callable[[int], object]] = {
    EOIS: lambda n: triage.assign(
        eoi=received(name=f"Hēmi {n}", email=f"{n}@example.org"), seen=1, by=UserFactory(), to=UserFactory()
    ),
    "responses/contact": lambda n: ContactFactory(),
    CHAMPIONS: lambda n: ChampionFactory(published=True),
    "champions/initiative": lambda n: InitiativeFactory(published=True),
    ISSUES: lambda n: DigestIssueFactory(approved=True),
    UPDATES: lambda n: UpdateFactory(published=True),
    MAIL: lambda n: OutgoingMailFactory(to=f"{n}@example.org"),
}


@pytest.mark.parametrize("record", LISTS)
def test_a_list_costs_the_same_however_long_it_is(client: Client, mere: User, record: str) -> None:
    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            listed = client.get(f"/staff/{record}/").context["cl"].result_list
        return len(listed), len(queries)

    LISTS[record](0)
    client.get(f"/staff/{record}/")
    rows, once = cost()
    LISTS[record](1)
    LISTS[record](2)
    assert (rows, cost()[1]) == (1, once)
    assert OutgoingMail.objects.count() == 3 if record.endswith("mail") else cost()[0] == 3


def listed(client: Client, record: str, **query: str) -> list[Any]:
    return list(client.get(f"/staff/{record}/", query).context["cl"].result_list)


def test_the_queues_show_what_they_say(client: Client, mere: User) -> None:
    now = timezone.now()
    fresh = received(at=now)
    late = received(name="Late", email="late@example.org", at=now - timezone.timedelta(days=30))
    mine = received("champion_accord", name="Mine", email="mine@example.org", initiatives="a hall", at=now)
    triage.acknowledge(eoi=mine, seen=1, by=mere, text="Kia ora")
    triage.assign(eoi=mine, seen=2, by=mere, to=mere)
    spam = received("champion_accord", name="Spam", email="spam@example.org", initiatives="buy", at=now)
    triage.mark_as_spam(eoi=spam, seen=1, by=mere)
    closed = received(name="Closed", email="closed@example.org", at=now - timezone.timedelta(days=30))
    triage.assign(eoi=closed, seen=1, by=mere, to=mere)
    triage.close(eoi=closed, seen=2, by=mere, outcome="noted")
    assert listed(client, EOIS, queue="awaiting") == [late, fresh]
    assert listed(client, EOIS, queue="late") == [late]
    assert listed(client, EOIS, queue="mine") == [mine]
    assert listed(client, EOIS, queue="champions") == [mine]
    assert listed(client, EOIS, queue="unanswered") == [closed]
    assert len(listed(client, EOIS)) == 5


@pytest.mark.parametrize("words", ["ngati tumai", "NGĀTI", "tumai", "Tūmai"])
def test_search_in_the_lists_minds_no_macrons(client: Client, mere: User, words: str) -> None:
    found = received(name="Tūmai Walker", organisation="Ngāti Tūmai", email="t@example.org")
    champion = ChampionFactory(contact=found.contact, name="Ngāti Tūmai", search_folded="ngati tumai")
    initiative = InitiativeFactory(champion=champion)
    received(name="Hēmi", email="h@example.org")
    ChampionFactory()
    InitiativeFactory()
    assert listed(client, EOIS, q=words) == [found]
    assert listed(client, "responses/contact", q=words) == [found.contact]
    assert listed(client, CHAMPIONS, q=words) == [champion]
    assert listed(client, "champions/initiative", q=words) == [initiative]


# --- registering a champion ------------------------------------------------------------------


def asking() -> tuple[ExpressionOfInterest, str]:
    record = received("champion_accord", organisation="Hapori Trust", initiatives="- a hall\n- a garden")
    return record, f"/staff/champions/champion/enrol/{record.pk}/"


def test_the_form_begins_with_what_the_person_wrote(client: Client, mere: User) -> None:
    _, url = asking()
    page = read(client.get(url))
    assert page.one("input", name="name")["value"] == "Hapori Trust"
    assert page.one("textarea", name="initiatives").text == "a hall a garden"
    assert [box["value"] for box in page.all("input", name="kind") if "checked" in box.attrs] == [
        "organisation"
    ]
    assert Champion.objects.count() == 0


def test_a_champion_is_registered_once(client: Client, mere: User) -> None:
    record, url = asking()
    sent = {"kind": "organisation", "name": "Hapori Trust", "initiatives": "a hall\n\na garden\nwith bees"}
    response = client.post(url, sent)
    champion = Champion.objects.get()
    assert response["Location"] == page_of(CHAMPIONS, champion.pk)
    assert (champion.eoi, champion.contact, champion.registered_by) == (record, record.contact, mere)
    assert (champion.state, champion.name_agreed) == ("draft", False)
    assert sorted(champion.initiatives.values_list("title", "description")) == [
        ("a garden", "with bees"),
        ("a hall", ""),
    ]
    assert OutgoingMail.objects.filter(message="asked_what_may_be_public").count() == 1
    again = client.post(url, {**sent, "summary": "We garden."})
    page = read(again)
    assert refusals(page) == {"A champion has been registered from this already."}
    assert page.one("textarea", name="summary").text == "We garden."
    assert Champion.objects.count() == 1


def test_somebody_who_rang_is_registered_from_their_contact(client: Client, mere: User) -> None:
    contact = ContactFactory(name="Hēmi Walker")
    url = f"/staff/champions/champion/enrol/contact/{contact.pk}/"
    assert read(client.get(url)).one("input", name="name")["value"] == "Hēmi Walker"
    client.post(url, {"kind": "individual", "name": "Hēmi Walker"})
    assert (Champion.objects.get().contact, Champion.objects.get().eoi) == (contact, None)
    again = client.post(url, {"kind": "individual", "name": "Hēmi Walker"})
    assert refusals(read(again)) == {"This contact is registered as a champion of this name already."}


@pytest.mark.parametrize(
    ("powers", "status"),
    [
        ([], 403),
        (["view_champion", "view_expressionofinterest"], 403),
        (["change_champion"], 403),
        (["change_champion", "view_contact"], 403),
        (["change_champion", "view_expressionofinterest"], 200),
    ],
)
def test_registering_takes_both_permissions(client: Client, powers: list[str], status: int) -> None:
    _, url = asking()
    sign_in(client, *powers)
    assert client.get(url).status_code == status
    posted = client.post(url, {"kind": "organisation", "name": "Hapori Trust"})
    assert (posted.status_code, Champion.objects.count()) == ((302, 1) if status == 200 else (403, 0))


def test_what_the_person_took_away_is_seen_before_anything_is_published(client: Client, mere: User) -> None:
    champion = ChampionFactory(published=True)
    url = act_url(CHAMPIONS, champion.pk, "publish")
    old = filled_in(read(client.get(page_of(CHAMPIONS, champion.pk))), url)
    enrolment.withdraw(champion=champion)
    page = read(client.post(url, old))
    assert refusals(page) == {STALE}
    page = read(client.post(url, filled_in(page, url)))
    assert refusals(page) == {"The person has not ticked that the name may be public."}
    assert Champion.objects.published().count() == 0


# --- an answer that came another way ----------------------------------------------------------

RECORD = f"/staff/{EOIS}/add/"


def test_an_answer_by_telephone_is_written_down(client: Client, mere: User, call: Call) -> None:
    page = read(client.get(RECORD))
    assert [box["value"] for box in page.all("input", name="channel")] == ["email", "telephone", "paper"]
    assert page.all("input", name="website") + page.all("input", name="started") == []
    response = client.post(RECORD, form_data(channel="telephone", keep_informed="yes"))
    record = ExpressionOfInterest.objects.get()
    assert response["Location"] == page_of(EOIS, record.pk)
    assert (record.channel, record.state, record.keep_informed) == ("telephone", "awaiting_triage", True)
    assert record.contact.consents.filter(decision="given").values_list("source").get() == ("telephone",)


def test_an_answer_with_a_mistake_is_not_written_down_and_stands_there_still(
    client: Client, mere: User, call: Call
) -> None:
    page = read(client.post(RECORD, form_data(name="Tūmai")))
    assert page.one("input", name="name")["value"] == "Tūmai"
    assert [p.text for p in page.all("p", class_="error")] == ["Choose how it came"]
    assert ExpressionOfInterest.objects.count() == 0


def test_without_an_open_call_nothing_is_written_down(client: Client, mere: User) -> None:
    assert client.get(RECORD).status_code == 403


@pytest.mark.parametrize("powers", [[], ["view_expressionofinterest"]])
def test_writing_down_takes_the_permission_to_change(client: Client, call: Call, powers: list[str]) -> None:
    sign_in(client, *powers)
    assert client.get(RECORD).status_code == 403
    assert client.post(RECORD, form_data(channel="telephone")).status_code == 403
    assert ExpressionOfInterest.objects.count() == 0


# --- composing a digest and looking at it -----------------------------------------------------

COMPOSE = "/staff/digests/digestissue/compose/"


def test_an_issue_is_composed_with_one_press(client: Client, mere: User) -> None:
    UpdateFactory(published=True)
    page = read(client.get("/staff/digests/digestissue/"))
    values = [button["value"] for button in page.one("form", action=COMPOSE).all("button")]
    assert values == ["keep_informed", "community_of_interest"]
    response = client.post(COMPOSE, {"audience": "keep_informed"})
    issue = DigestIssue.objects.get()
    assert response["Location"] == page_of(ISSUES, issue.pk)
    assert (issue.audience, issue.state, issue.composed_by) == ("keep_informed", "draft", mere)
    again = client.post(COMPOSE, {"audience": "keep_informed"}, follow=True)
    assert said(again) == ["A draft for this audience stands already: approve or cancel that one first."]
    assert DigestIssue.objects.count() == 1


def test_where_there_is_no_news_nothing_is_composed(client: Client, mere: User) -> None:
    response = client.post(COMPOSE, {"audience": "keep_informed"}, follow=True)
    assert said(response) == ["Nothing was published for this audience since its last issue."]
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


def test_the_preview_stands_in_a_frame_of_our_own_and_runs_nothing(client: Client, mere: User) -> None:
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


# --- updates ---------------------------------------------------------------------------------

NEWS = {"title": "Kia Tūtahi", "summary": "News", "body": "News", "audience": "keep_informed"}


def test_an_update_is_saved_and_published_and_taken_off(client: Client, mere: User) -> None:
    add = f"/staff/{UPDATES}/add/"
    names = [box["name"] for box in read(client.get(add)).all("input", type="submit")]
    assert names == ["_save", "_continue", "_publish"]
    client.post(add, NEWS)
    update = Update.objects.get()
    assert (update.slug, update.is_published) == ("kia-tutahi", False)
    change = page_of(UPDATES, update.pk)
    done = client.post(change, {**NEWS, "title": "Other", "_publish": "x"}, follow=True)
    assert "Published. It goes out with the next digest." in said(done)
    update.refresh_from_db()
    assert (update.title, update.slug, update.published_by) == ("Other", "kia-tutahi", mere)
    assert client.get(update.get_absolute_url()).status_code == 200
    names = [box["name"] for box in read(client.get(change)).all("input", type="submit")]
    assert names == ["_save", "_continue", "_withdraw"]
    done = client.post(change, {**NEWS, "_withdraw": "x"}, follow=True)
    assert "Taken off the public pages." in said(done)
    assert client.get(update.get_absolute_url()).status_code == 404


def test_an_update_can_be_published_as_it_is_added(client: Client, mere: User) -> None:
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


# --- outgoing mail, staff and the first page --------------------------------------------------


@pytest.mark.parametrize(
    ("powers", "state"),
    [(["view_outgoingmail"], "failed"), (["view_outgoingmail", "change_outgoingmail"], "queued")],
)
def test_trying_mail_again_takes_the_permission_to_change(
    client: Client, powers: list[str], state: str
) -> None:
    mail = OutgoingMailFactory(state="failed")
    sign_in(client, *powers)
    client.post(
        "/staff/foundation/outgoingmail/",
        {"action": "try_these_again", "_selected_action": str(mail.pk), "index": "0"},
    )
    mail.refresh_from_db()
    assert mail.state == state


def test_only_who_may_do_everything_says_who_else_may(client: Client) -> None:
    other = UserFactory()
    url = page_of("staff/user", other.pk)
    powers = {"is_superuser", "user_permissions"}
    hone = sign_in(client, "view_user", "change_user")
    boxes = {box["name"] for box in read(client.get(url)).all("input", "select")}
    assert (boxes & powers, "is_active" in boxes) == (set(), True)
    sent = {"email": other.email, "name": "Ana", "is_active": "on", "is_staff": "on"}
    every = [str(key) for key in Permission.objects.values_list("pk", flat=True)]
    client.post(url, {**sent, "is_superuser": "on", "user_permissions": every})
    client.post(page_of("staff/user", hone.pk), {**sent, "email": hone.email, "is_superuser": "on"})
    other.refresh_from_db()
    hone.refresh_from_db()
    assert (other.name, other.is_superuser, other.user_permissions.count()) == ("Ana", False, 0)
    assert (hone.name, hone.is_superuser, hone.user_permissions.count()) == ("Ana", False, 2)
    sign_in(client, is_superuser=True)
    boxes = {box["name"] for box in read(client.get(url)).all("input", "select")}
    assert boxes & powers == powers


PANELS = {
    "view_expressionofinterest": ["awaiting", "mine"],
    "view_champion": ["champions"],
    "view_digestissue": ["digests"],
    "view_outgoingmail": ["failed"],
}


@pytest.mark.parametrize("power", [None, *PANELS])
def test_the_first_page_shows_what_each_may_see(client: Client, power: str | None) -> None:
    received(name="Aroha Private")
    ChampionFactory(ticked=True, name="Hapori Private")
    OutgoingMailFactory(state="failed", to="private@example.org", subject="Private letter")
    sign_in(client, *([power] if power else []))
    page = read(client.get("/staff/"))
    found = {section["aria-labelledby"] for section in page.one(class_="today").all("section")}
    assert found == {"people", *PANELS.get(power or "", [])}
    private = {"Aroha Private", "Hapori Private", "Private letter", "private@example.org"}
    seen = {
        "view_expressionofinterest": {"Aroha Private"},
        "view_champion": {"Hapori Private"},
        "view_outgoingmail": {"Private letter"},  # the address is for those who see addresses
    }
    assert {words for words in private if words in page.text} == seen.get(power or "", set())
