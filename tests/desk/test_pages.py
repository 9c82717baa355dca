"""The pages of the desk: what is shown to whom, what is asked before it is done, the way to the next one."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accord_portal.desk import pages, snoozing
from accord_portal.desk.models import SavedView, Snooze
from accord_portal.foundation import working_days
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.models import ExpressionOfInterest, FollowUp, Undertaking
from tests.clock import NOON
from tests.factories import ContactFactory, OutgoingMailFactory, UserFactory, permitted, received
from tests.html import Element, read
from tests.staff.pages import looked_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
A_DAY = dt.timedelta(days=1)
TOMORROW = "2026-11-17"


@pytest.fixture
def mere(client: Client) -> User:
    """Somebody who may do everything, at the keyboard."""
    user = UserFactory(every_role=True, name="Mere Staff")
    client.force_login(user)
    return user


def desk(client: Client, query: str = "whose=all") -> Element:
    return read(client.get(f"/staff/?{query}"))


def name(form: ExpressionOfInterest) -> str:
    """Of the item of this form."""
    return f"form.{Undertaking.objects.get(eoi=form, kind='acknowledge').pk}"


def messages(client: Client) -> list[str]:
    return [item.text for item in desk(client).one(class_="messagelist").all("li")]


def test_the_first_page_has_the_groups_and_what_is_asked_at_a_glance(client: Client, mere: User) -> None:
    received("give_advice", name="Hēmi", at=NOON - 14 * A_DAY, comments="Ring me")
    OutgoingMailFactory(state="failed")
    received(email="other@example.org", organisation="Hapori Trust")
    page = desk(client)
    assert [heading.text for heading in page.one(class_="desk").all("h2")] == ["Late", "Due today", "Later"]
    first = page.all("li", class_="item")[0]
    assert [mark.text for mark in first.one(class_="marks").all("li")] == [
        "No Keep informed",
        "No Community of interest",
        "Yes Give advice",
        "No Champion the Accord",
    ]
    assert first.one(class_="when").text == (
        "7 working days late By 5 November 2026 Came 14 days ago Nobody has it"
    )
    assert first.one(class_="line").text == "Comments: Ring me"
    assert page.one(class_="desk-numbers").text == "1 late , 1 due today. Figures"


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "Nothing waits for you."),
        ("whose=nobodys", "Everything that waits is somebody’s."),
        ("whose=all", "Nothing waits for anybody."),
        ("whose=snoozed", "Nothing is put off."),
        ("whose=all&kind=form", "Nothing of these kinds is here. Show every kind"),
        ("whose=all&after=2026-11-16.form.1", "Nothing more waits. Back to the first page"),
    ],
)
def test_where_nothing_waits_it_says_so(client: Client, mere: User, query: str, says: str) -> None:
    assert desk(client, query).one(class_="empty").text.startswith(says)


def test_pages_go_on_where_the_last_one_ended(client: Client, mere: User) -> None:
    OutgoingMailFactory.create_batch(32, state="failed")
    first = desk(client)
    (link,) = [a["href"] for a in first.all("a") if a.text == "Next page"]
    assert link is not None
    second = desk(client, link.removeprefix("?"))
    assert [len(page.all("li", class_="item")) for page in (first, second)] == [30, 2]


def test_whoever_only_reads_has_nothing_to_press(client: Client) -> None:
    received()
    client.force_login(permitted("responses.view_expressionofinterest"))
    page = desk(client)
    assert len(page.all("li", class_="item")) == 1
    assert page.one(class_="desk").all("button") == page.one(class_="narrow").all("button")
    assert page.all("input", name="item") == []


def test_the_page_costs_the_same_with_one_and_with_three(client: Client, mere: User) -> None:
    numbers = []
    for more in (["one"], ["two", "three"]):
        for each in more:
            received(email=f"{each}@example.org")
        with CaptureQueriesContext(connection) as asked:
            desk(client)
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]


def test_one_press_claims(client: Client, mere: User) -> None:
    form = received(name="Hēmi")
    client.post("/staff/desk/claim/", {"only": name(form), "desk": "all"})
    form.refresh_from_db()
    assert form.assigned_to == mere
    assert messages(client) == ["You have: Hēmi."]


def test_claim_the_next_opens_it(client: Client, mere: User) -> None:
    form = received()
    answer = client.post("/staff/desk/claim-next/", {"desk": "mine"})
    assert answer["Location"].startswith(form.get_absolute_url())
    client.post("/staff/desk/claim-next/", {"desk": "mine:form"})
    assert messages(client) == ["You have this now.", "Nothing waits that nobody has."]


def test_many_are_named_before_it_is_done_and_what_is_refused_is_named(client: Client, mere: User) -> None:
    ana = UserFactory(every_role=True, name="Ana Officer")
    forms = [received(name=who, email=f"{number}@example.org") for number, who in enumerate(["Hēmi", "Rua"])]
    ticked = {"item": [name(form) for form in forms], "desk": "all"}
    asked = read(client.post("/staff/desk/assign/", ticked))
    assert asked.one("h1").text == "Give these to somebody?"
    assert [row.one("strong").text for row in asked.one(class_="named").all("li")] == ["Hēmi", "Rua"]
    seen = [str(field["value"]) for field in asked.all("input", name="seen")]
    assert Undertaking.objects.filter(owner=ana).count() == 0
    Undertaking.objects.filter(eoi=forms[1]).update(owner=mere)
    client.post("/staff/desk/assign/", {**ticked, "seen": seen, "sure": "yes", "to": ana.pk})
    forms[0].refresh_from_db()
    assert forms[0].assigned_to == ana
    assert messages(client) == ["Given: Hēmi.", "Not done: Rua. Mere Staff has this by now."]


def test_a_snooze_asks_for_the_day_and_the_reason(client: Client, mere: User) -> None:
    form = received(name="Hēmi")
    ticked = {"only": name(form), "item": name(form), "desk": "all"}
    asked = read(client.post("/staff/desk/snooze/", ticked))
    assert {field["name"] for field in asked.all("input") if field["type"] != "hidden"} >= {
        "until_on",
        "because",
    }
    refused = read(client.post("/staff/desk/snooze/", {**ticked, "sure": "yes", "until_on": TOMORROW}))
    assert "Say why" in refused.one(class_="error-summary").text
    client.post("/staff/desk/snooze/", {**ticked, "sure": "yes", "until_on": TOMORROW, "because": "Away"})
    assert Snooze.objects.get().because == "Away"
    assert messages(client) == ["Put off: Hēmi."]
    asleep = desk(client, "whose=snoozed").one("li", class_="item")
    assert "Put off until 17 November 2026 by Mere Staff: Away" in asleep.text
    client.post("/staff/desk/wake/", {"only": name(form), "desk": "snoozed"})
    assert messages(client) == ["Back on the desk: Hēmi."]


def test_nothing_ticked_and_nothing_left(client: Client, mere: User) -> None:
    client.post("/staff/desk/assign/", {"desk": "all"})
    client.post("/staff/desk/assign/", {"desk": "all", "item": "form.999"})
    assert messages(client) == ["Tick what it is about first.", "This is done with by now."]
    assert client.post("/staff/desk/burn/").status_code == 404


@pytest.mark.parametrize("act", ["claim", "snooze", "claim-next"])
def test_whoever_comes_back_to_an_act_after_signing_in_is_led_to_the_desk(
    client: Client, mere: User, act: str
) -> None:
    answer = client.get(f"/staff/desk/{act}/")
    assert (answer.status_code, answer["Location"]) == (302, "/staff/")


def test_views_are_kept_renamed_and_forgotten_by_their_owner(client: Client, mere: User) -> None:
    client.post("/staff/desk/views/", {"name": "Answers", "desk": "all:form,letter"})
    assert messages(client) == ["Kept as “Answers”."]
    (link,) = desk(client).one(class_="saved").all("a")
    assert (link.text, link["href"]) == ("Answers", "?whose=all&kind=form&kind=letter")
    taken = read(client.post("/staff/desk/views/", {"name": "Answers", "desk": "mine"}))
    assert "You have a view of this name already" in taken.one(class_="error-summary").text
    row = SavedView.objects.get()
    SavedView.objects.create(owner=mere, name="Other", view="mine")
    taken = read(client.post(f"/staff/desk/views/{row.pk}/", {"name": "Other"}))
    assert "You have a view of this name already" in taken.one(class_="error-summary").text
    client.post(f"/staff/desk/views/{row.pk}/", {"name": "Forms"})
    assert set(SavedView.objects.values_list("name", flat=True)) == {"Forms", "Other"}
    client.force_login(UserFactory(every_role=True))
    assert client.post(f"/staff/desk/views/{row.pk}/", {"forget": "yes"}).status_code == 404
    client.force_login(mere)
    client.post(f"/staff/desk/views/{row.pk}/", {"forget": "yes"})
    assert SavedView.objects.get().name == "Other"


def test_the_next_one_is_the_one_after_it_in_the_same_view(client: Client, mere: User) -> None:
    first, second = received(), received(email="other@example.org")
    (link, _) = [
        row.one("h3").one("a")["href"] for row in desk(client, "whose=all&kind=form").all("li", class_="item")
    ]
    assert link is not None
    page = read(client.get(link.partition("#")[0]))
    (form,) = [each for each in page.all("form") if "/act/acknowledge/" in str(each["action"])]
    sent = {
        str(field["name"]): str(field["value"] or "")
        for field in form.all("input")
        if field["type"] == "hidden"
    }
    typed = {**sent, "text": "Kia ora", "is_full": "yes"}
    answer = looked_at(client, str(form["action"]), typed, follow=True)
    (after,) = [a["href"] for a in read(answer).all("a") if a.text == "Next one"]
    assert after is not None
    following = client.get(after)
    assert following["Location"].startswith(second.get_absolute_url())
    last = client.get(
        f"/staff/desk/next/?{following['Location'].partition('?')[2].partition('#')[0]}", follow=True
    )
    assert "That was the last one of these." in read(last).one(class_="messagelist").text
    first.refresh_from_db()
    assert first.acknowledged_at is not None


def test_a_record_not_opened_from_the_desk_offers_no_next_one(client: Client, mere: User) -> None:
    form = received()
    answer = client.post(f"{form.get_absolute_url()[:-7]}act/note/", {"text": "Rang"}, follow=True)
    assert "Next one" not in read(answer).text


def test_what_a_leaver_had_is_claimed_by_its_button(client: Client, mere: User) -> None:
    form = received()
    gone = UserFactory(is_triage_officer=True, name="Gone", is_active=False)
    Undertaking.objects.filter(eoi=form).update(owner=gone)
    item = desk(client, "whose=nobodys").all("li", class_="item")[0]
    assert "Gone has it" in item.text
    assert [button.text for button in item.all("button")] == ["Claim", "Snooze"]
    client.post("/staff/desk/claim/", {"only": name(form), "desk": "nobodys"})
    assert Undertaking.objects.get(eoi=form, kind="acknowledge").owner == mere


def test_what_is_put_off_is_paged_the_soonest_back_first(
    client: Client, mere: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "A_PAGE", 2)
    rows = [OutgoingMailFactory(state="failed", subject=f"Number {number}") for number in range(5)]
    for number, row in enumerate(rows):  # two of them come back on one day
        until = working_days.today() + dt.timedelta(days=1 + number // 2)
        snoozing.snooze(kind="mail", key=row.pk, until_on=until, because="Away", by=mere)
    OutgoingMail.objects.filter(pk=rows[1].pk).update(state="sent", sent_at=NOON)  # done with meanwhile
    seen, query = [], "whose=snoozed"
    while query:
        page = desk(client, query)
        seen.append([item.one("h3").text for item in page.all("li", class_="item")])
        following = [link["href"] for link in page.all("a") if link.text == "Next page"]
        query = following[0][1:] if following else ""
    assert seen == [["Number 0"], ["Number 2", "Number 3"], ["Number 4"]]


def test_what_one_colleague_has_is_shown_under_their_name(client: Client, mere: User) -> None:
    aroha = UserFactory(name="Aroha Officer", is_triage_officer=True)
    late = working_days.today() - dt.timedelta(days=1)
    for owner, what in ((aroha, "Ring Hēmi"), (mere, "Write to Ana")):
        FollowUp.objects.create(contact=ContactFactory(), what=what, due_on=late, owner=owner)
    page = desk(client, f"whose=of-{aroha.pk}")
    tabs = page.one("ul", class_="tabs")
    assert tabs.one("a", aria_current="page").text == "Aroha Officer"
    assert ", with Aroha Officer." in page.one("p", class_="desk-numbers").text
    assert ["Ring Hēmi" in item.text for item in page.all("li", class_="item")] == [True]
    assert "Nothing waits for" in desk(client, f"whose=of-{UserFactory().pk}").text
    assert client.get("/staff/?whose=of-999999").status_code == 404
