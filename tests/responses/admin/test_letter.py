"""Letters as staff see them: who sees how the writer is reached, the buttons, the queue."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accord_portal.staff.models import LogLine
from responses.answers import letters
from responses.models import Letter, LetterLine
from tests.factories import UserFactory, permitted
from tests.html import Element, read
from tests.responses.answers.written import TYPED, WEDNESDAY, written
from tests.staff.pages import STALE, looked_at, refusals

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(clock: time_machine.Traveller) -> time_machine.Traveller:
    clock.move_to(WEDNESDAY)
    return clock


READ = ["responses.view_letter"]

DETAILS = "responses.see_contact_details"


def page_of(client: Client, letter: Letter, *permissions: str) -> Element:
    client.force_login(permitted(*permissions))
    return read(client.get(letter.get_absolute_url()))


def found(client: Client, words: str) -> int:
    page = read(client.get("/staff/responses/letter/", {"q": words}))
    return len(page.all("th", class_="field-reference"))


@pytest.mark.parametrize("sees", [True, False])
def test_addresses_and_numbers_are_for_those_who_may_see_them(client: Client, sees: bool) -> None:
    letter = written()
    letters.note(letter=letter, by=UserFactory(), text="Ring 021 123 4567")
    powers = [*READ, "responses.change_letter", *([DETAILS] if sees else [])]
    text = page_of(client, letter, *powers).text
    assert [TYPED["email"] in text, TYPED["telephone"] in text] == [sees, sees]
    assert TYPED["message"] in text
    assert ("Ring 021 123 4567" in text, "[number hidden]" in text) == (sees, not sees)
    for words in ("victim", "494 5718", "victim@example.org"):
        found = read(client.get("/staff/responses/letter/", {"q": words})).all("th", class_="field-reference")
        assert len(found) == int(sees), words
    page = read(client.get("/staff/responses/letter/", {"q": letter.reference}))
    assert len(page.all("th", class_="field-reference")) == 1
    assert LogLine.objects.get().act == "viewed"


@pytest.mark.parametrize("sees", [True, False])
@pytest.mark.parametrize("name", ["mere@example.org", "Mere, 021 123 4567", "Mere <mere@example.org>"])
def test_an_address_typed_as_a_name_is_for_those_who_may_see_it(
    client: Client, name: str, sees: bool
) -> None:
    letter = written(name=name)
    typed = "021 123 4567" if "021" in name else "mere@example.org"
    page = page_of(client, letter, *READ, *([DETAILS] if sees else []))
    texts = [
        page.text,
        *(read(client.get(there)).text for there in ("/staff/responses/letter/", "/staff/?whose=all")),
    ]
    assert [typed in text for text in texts] == [sees] * 3
    assert [("hidden]" in text) for text in texts] == [not sees] * 3
    assert found(client, letter.reference) == 1


def test_who_may_only_read_presses_nothing(client: Client) -> None:
    letter = written()
    page = page_of(client, letter, *READ)
    assert "You may read this, and not change it." in page.text
    assert page.all("form", class_="act") == []
    assert client.post(f"/staff/responses/letter/{letter.pk}/act/spam/", {"shown": "0"}).status_code == 403
    assert LetterLine.objects.count() == 0


def test_each_act_is_a_button_and_two_people_do_not_tread_on_each_other(admin_client: Client) -> None:
    letter = written()
    there = f"/staff/responses/letter/{letter.pk}/"
    shown = {"shown": "0"}
    yes = {**shown, "text": "Yes."}
    assert looked_at(admin_client, f"{there}act/answer/", yes).status_code == 302
    page = read(admin_client.post(f"{there}act/answer/", {**shown, "text": "My own answer"}))
    assert refusals(page) == [STALE]
    assert page.one("textarea", name="text", id="id_answer_text").text.strip() == "My own answer"
    assert LetterLine.objects.count() == 1
    page = read(admin_client.get(letter.get_absolute_url()))
    assert "names nobody and does not quote the letter" in page.text
    assert admin_client.post(f"{there}act/close/", {"shown": "1", "text": "Told."}).status_code == 302
    page = read(admin_client.post(f"{there}act/answer/", {"shown": "2", "text": "Late answer"}))
    assert ("This is already closed." in page.text, "Late answer" in page.text) == (True, True)


def test_the_desk_shows_who_waits(client: Client, clock: Any) -> None:
    letter = written(name="Aroha Ngata")
    clock.shift(dt.timedelta(days=9))
    client.force_login(permitted("responses.view_letter"))
    item = read(client.get("/staff/?whose=all")).one("li", class_="item")
    assert (item.one("a").text, "4 working days late" in item.text) == ("Aroha Ngata", True)
    assert item.one("a")["href"].startswith(letter.get_absolute_url())
    client.force_login(permitted("responses.view_contact"))
    assert read(client.get("/staff/?whose=all")).all("li", class_="item") == []


def test_one_letter_costs_what_many_do(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        letters.assign(letter=written(message=f"Letter {number}"), seen=0, by=UserFactory(), to=UserFactory())
    with django_assert_max_num_queries(12):
        admin_client.get("/staff/responses/letter/")
