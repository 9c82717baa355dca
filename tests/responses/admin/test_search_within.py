"""What a page hides from those who may not see how people are reached, its search does not read out."""

import pytest
from django.test import Client

from responses.answers import letters
from responses.contacts import duplicates
from tests.factories import permitted, received
from tests.html import read

pytestmark = pytest.mark.django_db

LISTS = ["contact", "expressionofinterest", "letter"]
DETAILS = "responses.see_contact_details"


def found(client: Client, words: str, *powers: str) -> list[int]:
    """How many rows each list finds."""
    client.force_login(permitted(*(f"responses.view_{name}" for name in LISTS), *powers))
    pages = [read(client.get(f"/staff/responses/{name}/", {"q": words})) for name in LISTS]
    return [
        len([head for head in page.all("th") if (head["class"] or "").startswith("field-")]) for page in pages
    ]


def written_by(name: str) -> None:
    """A form, its contact as the sweep leaves it, and a letter."""
    received(name=name, organisation="", email="other@example.net", telephone="", comments="")
    duplicates.seek_new()
    letters.receive(name=name, email="other@example.net", telephone="", message="Tēnā koutou")


@pytest.mark.parametrize("words", ["mere", "me", "example", "mere@", "ere@exa", '"mere@example.org"', "org"])
def test_an_address_typed_as_a_name(client: Client, words: str) -> None:
    written_by("mere@example.org")
    assert found(client, words) == [0, 0, 0]
    assert found(client, words, DETAILS) == [1, 1, 1]


@pytest.mark.parametrize("words", ["021", "1234567", "123 4567"])
def test_a_number_typed_as_a_name(client: Client, words: str) -> None:
    written_by("Mere 021 1234567" if " " not in words else "Mere 021 123 4567")
    assert found(client, words) == [0, 0, 0]
    assert found(client, words, DETAILS) == [1, 1, 1]


@pytest.mark.parametrize("name", ["Mere", "Hapori 1840", "Mere 12345"])
def test_other_names_are_found(client: Client, name: str) -> None:
    written_by(name)
    assert found(client, name) == [1, 1, 1]


@pytest.mark.parametrize("words", ["04 494 5718", "+64 4 494 5718", "4945718", "(04)494-5718", "494 57"])
def test_a_number_in_any_spelling_finds_for_those_who_see_it_only(client: Client, words: str) -> None:
    eoi = received(telephone="(04) 494 5718")
    duplicates.seek_new()
    letters.receive(name=eoi.name, email=eoi.email, telephone="+64-4-494-5718", message="Tēnā koutou")
    assert found(client, words) == [0, 0, 0]
    assert found(client, words, DETAILS) == [1, 1, 1]


def test_two_letters_of_a_script_without_spaces_find_within_a_name(client: Client) -> None:
    written_by("王小明")
    assert found(client, "小明") == [1, 1, 1]
    assert found(client, "小明", DETAILS) == [1, 1, 1]


def test_the_page_says_so(client: Client) -> None:
    for powers, said in ((), True), ((DETAILS,), False):
        client.force_login(permitted(*(f"responses.view_{name}" for name in LISTS), *powers))
        for name in LISTS:
            text = read(client.get(f"/staff/responses/{name}/")).text
            assert ("addresses and numbers find nothing" in text) == said
