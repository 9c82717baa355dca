"""The pages of follow-ups: added from any record, done or given on a page of their own."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from accord_portal.staff.models import LogLine, User
from responses.answers import following_up, letters, triage
from responses.models import Activity, Contact, FollowUp
from tests.factories import ChampionFactory, ContactFactory, RecommendationFactory, UserFactory, received
from tests.html import Element, read
from tests.staff.pages import STALE, filled_in, refusals, said

pytestmark = pytest.mark.django_db

LIST, ADD = "/staff/responses/followup/", "/staff/responses/followup/add/"
DUE = dt.date(2999, 1, 1)
TYPED = {"what": "Call her", "due_on": "31/12/2998"}


@pytest.fixture
def ana(client: Client) -> User:
    user = UserFactory(name="Ana Officer", is_triage_officer=True)
    client.force_login(user)
    return user


def a_task(ana: User, **fields: object) -> FollowUp:
    task = following_up.add(about=ContactFactory(), by=ana, what="Call", due_on=DUE, owner=ana)
    FollowUp.objects.filter(pk=task.pk).update(**fields)
    return FollowUp.objects.get(pk=task.pk)


def page(client: Client, task: FollowUp) -> Element:
    return read(client.get(task.get_absolute_url()))


def act(task: FollowUp, name: str) -> str:
    return reverse("admin:responses_followup_act", args=[task.pk, name])


def test_every_record_and_note_leads_to_the_page_that_adds_one(client: Client, ana: User) -> None:
    form = received()
    person = form.contact
    note = Activity.objects.create(
        contact=person, kind="called", text="She asked for the minutes", done_by=ana
    )
    letter = letters.receive(name="Aroha", email="", telephone="04 494 5718", message="When?")
    champion, recommended = ChampionFactory(contact=person), RecommendationFactory()
    pages = {
        person: person.get_absolute_url(),
        form: form.get_absolute_url(),
        letter: letter.get_absolute_url(),
        recommended: recommended.get_absolute_url(),
        champion: reverse("admin:champions_champion_change", args=[champion.pk]),
        note: person.get_absolute_url(),
    }
    kinds = ("contact", "form", "letter", "recommendation", "champion", "line")
    for number, (kind, (record, url)) in enumerate(zip(kinds, pages.items(), strict=True)):
        name = f"{kind}.{record.pk}"
        (link,) = read(client.get(url)).all("a", href=f"{ADD}?about={name}")
        what = f"Call {number}"
        sent = {"what": what, "due_on": "31/12/2998", "owner": str(ana.pk)}
        response = client.post(link["href"] or "", sent, follow=True)
        assert said(response) == ["The follow-up is added."]
        assert what in read(client.get(url)).text
        assert FollowUp.objects.get(what=what).created_by == ana
    assert LogLine.objects.filter(act="viewed", kind="responses.letter", key=letter.pk).exists()


def test_what_was_typed_stays_after_a_refusal(client: Client, ana: User) -> None:
    url = f"{ADD}?about=contact.{ContactFactory().pk}"
    reader = UserFactory(name="Bo Reader", is_reader=True)
    refused = read(client.post(url, {**TYPED, "due_on": "1/1/2020", "owner": str(reader.pk)}))
    assert refused.one("title").text.startswith("Error: ")
    assert refusals(refused) == [
        "Choose today or a later day",
        "Bo Reader may not do follow-ups: choose somebody else",
    ]
    assert [refused.one("input", name=name)["value"] for name in TYPED] == ["Call her", "1/1/2020"]
    assert FollowUp.objects.count() == 0


@pytest.mark.parametrize("name", ["", "letter", "letter.0", "contact.x", "user.1"])
def test_there_is_no_follow_up_of_what_is_no_record(client: Client, ana: User, name: str) -> None:
    assert client.get(ADD, {"about": name}).status_code == 404


def test_a_record_that_one_may_not_see_is_not_followed_up(client: Client) -> None:
    url = f"{ADD}?about=contact.{ContactFactory().pk}"
    for role, status in (
        ("is_editor", 200),
        ("is_approver", 200),
        ("is_reader", 403),
        ("is_administrator", 403),
    ):
        client.force_login(UserFactory(**{role: True}))
        assert client.get(url).status_code == status


def test_it_is_done_with_what_came_of_it_which_stays_typed_after_a_refusal(client: Client, ana: User) -> None:
    task = a_task(ana)
    done = filled_in(page(client, task), act(task, "done"))
    assert refusals(read(client.post(act(task, "done"), done))) == ["Say what came of it"]
    FollowUp.objects.update(owner=UserFactory())
    typed = {**done, "result": "She comes on Monday"}
    refused = read(client.post(act(task, "done"), typed))
    assert refusals(refused) == [STALE]
    assert refused.one("input", name="result")["value"] == "She comes on Monday"
    again = {**filled_in(refused, act(task, "done")), "result": "She comes on Monday"}
    assert said(client.post(act(task, "done"), again, follow=True)) == ["Done."]
    seen = page(client, task)
    assert ("She comes on Monday" in seen.text, seen.all("form", class_="act")) == (True, [])
    late = read(client.post(act(task, "done"), {**typed, "shown": f"{task.owner_id} to do"}))
    assert late.one("input", name="result")["value"] == "She comes on Monday"


def test_it_is_given_to_a_colleague_who_may_do_it(client: Client, ana: User) -> None:
    task, bo, reader = a_task(ana), UserFactory(is_editor=True), UserFactory(name="Rere", is_reader=True)
    give = filled_in(page(client, task), act(task, "give"))
    (chosen,) = [o["value"] for o in page(client, task).all("option") if "selected" in o.attrs]
    assert chosen == str(ana.pk)
    refused = read(client.post(act(task, "give"), {**give, "to": str(reader.pk)}))
    assert refusals(refused) == ["Rere may not do follow-ups: choose somebody else"]
    assert said(client.post(act(task, "give"), {**give, "to": str(bo.pk)}, follow=True)) == [
        "It is given to them."
    ]
    assert list(FollowUp.objects.outstanding().owned_by(bo)) == [task]


def test_the_list_shows_what_is_to_be_done_and_what_was(client: Client, ana: User) -> None:
    a_task(ana, what="Later")
    a_task(ana, what="Late", due_on=dt.date(2020, 1, 1))
    a_task(ana, what="Somebody’s", owner=UserFactory())
    following_up.done(follow_up=a_task(ana, what="Over"), by=ana, result="Well")

    def listed(**query: str) -> list[str]:
        return [cell.text for cell in read(client.get(LIST, query)).all("th", class_="field-what")]

    assert listed() == ["Late", "Later", "Somebody’s"]
    assert (listed(stands="late"), listed(stands="done")) == (["Late"], ["Over"])
    assert listed(stands="mine") == ["Late", "Later"]
    assert "Late" in read(client.get(LIST)).one(class_="late").text


def test_what_was_erased_is_nobodys_to_do(client: Client, ana: User) -> None:
    task = a_task(ana, what="")
    seen = page(client, task)
    assert (seen.one(class_="state").text, seen.all("form", class_="act")) == ("Erased", [])
    assert Contact.objects.count() == 1


def test_what_was_made_of_a_forms_note_stands_on_the_form_too(client: Client, ana: User) -> None:
    form = received()
    triage.note(eoi=form, by=ana, text="She asked for the minutes")
    following_up.add(about=form.activities.get(kind="note"), by=ana, what="Send them", due_on=DUE, owner=ana)
    listed = read(client.get(form.get_absolute_url())).one("section", aria_labelledby="follow-ups")
    assert "Send them" in listed.text
