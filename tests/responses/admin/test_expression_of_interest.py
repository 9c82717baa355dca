"""Answers to the call, as staff see them and write them down."""

from collections.abc import Callable

import pytest
from django.test import Client

from accord_portal.staff.models import User
from responses.answers import confirming, intake, triage
from responses.models import Call, ExpressionOfInterest
from tests.factories import (
    UserFactory,
    answers,
    form_data,
    received,
)
from tests.html import read
from tests.staff.pages import page_of, refusals, sign_in

pytestmark = pytest.mark.django_db

EOIS, CHAMPIONS = "responses/expressionofinterest", "champions/champion"

RECORD = f"/staff/{EOIS}/add/"


def test_an_answer_by_telephone_is_written_down(client: Client, superuser: User, call: Call) -> None:
    page = read(client.get(RECORD))
    assert [box["value"] for box in page.all("input", name="channel")] == ["email", "telephone", "paper"]
    assert page.all("input", name="website") + page.all("input", name="started") == []
    response = client.post(RECORD, form_data(channel="telephone", keep_informed="yes"))
    record = ExpressionOfInterest.objects.get()
    assert response["Location"] == page_of(EOIS, record.pk)
    assert (record.channel, record.state, record.keep_informed) == ("telephone", "awaiting_triage", True)
    assert record.contact.consents.filter(decision="given").values_list("source").get() == ("telephone",)


def test_an_answer_with_a_mistake_is_not_written_down_and_stands_there_still(
    client: Client, superuser: User, call: Call
) -> None:
    page = read(client.post(RECORD, form_data(name="Tūmai")))
    assert page.one("input", name="name")["value"] == "Tūmai"
    assert [error.text for error in page.all(class_="error")] == ["Error: Choose how it came"]
    assert ExpressionOfInterest.objects.count() == 0


def test_without_an_open_call_nothing_is_written_down(client: Client, superuser: User) -> None:
    assert client.get(RECORD).status_code == 403


@pytest.mark.parametrize("powers", [[], ["view_expressionofinterest"]])
def test_writing_down_takes_the_permission_to_change(client: Client, call: Call, powers: list[str]) -> None:
    sign_in(client, *powers)
    assert client.get(RECORD).status_code == 403
    assert client.post(RECORD, form_data(channel="telephone")).status_code == 403
    assert ExpressionOfInterest.objects.count() == 0


pytestmark = pytest.mark.django_db


@pytest.fixture
def versions(ana: User) -> tuple[ExpressionOfInterest, ExpressionOfInterest]:
    old = received("keep_informed", name="Mere Tūtahi", email="mere@example.org")
    changed = answers("keep_informed", name="Mere Ngata", email="mere@example.org", telephone="04 494 5718")
    return old, intake.change(before=old, answers=changed)


def test_what_differs_and_every_version_stand_on_the_page(
    client: Client, versions: tuple[ExpressionOfInterest, ExpressionOfInterest]
) -> None:
    old, new = versions
    shown = read(client.get(new.get_absolute_url()))
    different = shown.one("section", aria_labelledby="different")
    assert different.text.startswith("What is different from last time Name Mere Ngata (before: Mere Tūtahi)")
    links = shown.one("section", aria_labelledby="versions").all("a")
    assert [(link.text, link["href"]) for link in links] == [(old.reference, old.get_absolute_url())]


def test_nobody_works_on_a_version_that_was_replaced(
    client: Client, ana: User, versions: tuple[ExpressionOfInterest, ExpressionOfInterest]
) -> None:
    old, new = versions
    shown = read(client.get(old.get_absolute_url()))
    assert shown.one(class_="state").one("a")["href"] == new.get_absolute_url()
    assert [form["action"] for form in shown.all("form", class_="act")] == [
        f"/staff/responses/expressionofinterest/{old.pk}/act/note/"
    ]
    seen = ExpressionOfInterest.objects.get(pk=old.pk).version
    acts: list[tuple[Callable[..., None], dict[str, object]]] = [
        (triage.acknowledge, {"text": "Thank you.", "is_full": True}),
        (triage.reply, {"text": "All of it."}),
        (triage.decide, {"number": 1, "outcome": "partly"}),
        (triage.assign, {"to": ana}),
        (triage.close, {"outcome": "partly", "text": "Some of it"}),
        (triage.mark_as_spam, {}),
        (triage.reopen, {"text": "Again."}),
    ]
    for act, typed in acts:
        with pytest.raises(triage.NotPossible, match="A newer version has replaced this one"):
            act(eoi=old, seen=seen, by=ana, **typed)
    path = f"/staff/responses/expressionofinterest/{old.pk}/act/close/"
    refused = read(client.post(path, {"seen": str(seen), "outcome": "partly", "text": "Some"}))
    assert refusals(refused) == ["A newer version has replaced this one: work on that one."]


def test_whoever_registers_champions_has_the_button_without_the_acts_of_triage(client: Client) -> None:
    form = received("champion_accord", initiatives="A garden")
    client.force_login(UserFactory(is_editor=True))
    acts = read(client.get(form.get_absolute_url())).one(class_="acts")
    assert [link.text for link in acts.all("a", class_="button")] == ["Register as champion"]
    assert acts.all("form") == []
    client.force_login(UserFactory(is_reader=True))
    assert "Register as champion" not in client.get(form.get_absolute_url()).content.decode()


def test_staff_are_told_what_the_reply_leaves_out(client: Client, superuser: User) -> None:
    eoi = received()
    url = page_of(EOIS, eoi.pk)
    hint = "the message does not greet them by name"
    assert hint in read(client.get(url)).text
    confirming.confirm(contact=eoi.contact, eoi=eoi)
    assert hint not in read(client.get(url)).text
