"""Search in the folded column: every word, whatever its case or macrons, and no more words than it takes."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from hypothesis import example, given
from hypothesis import strategies as st

from accord_portal.foundation.folding import folded
from accord_portal.foundation.search import MAX_TERMS, has_words, terms
from accord_portal.foundation.search_index import forget_in_index, fts_index
from responses.models import Contact
from responses.models.contact import ContactQuerySet
from tests.factories import (
    ChampionFactory,
    ContactFactory,
    InitiativeFactory,
    received,
)
from tests.responses.answers.written import written

pytestmark = pytest.mark.django_db
SQLITE = connection.vendor == "sqlite"


def run(code: Any) -> None:
    """What a migration would run."""

    def execute(sql: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql)

    code(None, SimpleNamespace(connection=connection, execute=execute))


@pytest.fixture(params=[False, True], ids=["read through", "indexed"])
def contacts(db: None, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ContactQuerySet:
    """Contacts as they are found with SQLite's index and without; PostgreSQL has one of its own anyway."""
    run(fts_index("responses_contact").code)
    monkeypatch.setattr(ContactQuerySet, "in_fts", request.param)
    return Contact.objects.order_by("pk")


def traces(letters: str) -> int:
    """How many parts of SQLite's index hold these letters, of rows that are and of rows that were."""
    if not SQLITE:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT block FROM responses_contact_fts_data")
        return sum(letters.encode() in bytes(block) for (block,) in cursor.fetchall())


def parts_of_the_index() -> list[str]:
    """The tables and triggers there are for it."""
    if not SQLITE:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE name LIKE 'responses_contact_fts%' ORDER BY name"
        )
        return [name for (name,) in cursor.fetchall()]


# --- words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    ["", "  ", "tumai", "TŪMAI", "mai walker", "walker tumai", "obrien", "@EXAMPLE", "tu", "w", "Ō", "t w o"],
)
def test_every_word_is_somewhere_in_the_text(contacts: ContactQuerySet, words: str) -> None:
    found = ContactFactory(name="Tūmai Walker", organisation="O’Brien")
    assert list(contacts.matching(words)) == [found]


@pytest.mark.parametrize(
    "words", ["tumai hemi", "tu_mai", "%", "\\", '"', "um", "ma", "k", "tumai k", "tum*ai", "NOT tum"]
)
def test_a_word_that_is_nowhere_finds_nothing(contacts: ContactQuerySet, words: str) -> None:
    ContactFactory(name="Tūmai Walker", email="tw@example.org")
    assert list(contacts.matching(words)) == []


@pytest.mark.parametrize(
    "name",
    ['Te "Kahu" Ngata', "AND OR NEAR", "李 明", "100% _a_", "Ngata-Wu", "-", "Te (Wu) Ngata", "$5 fund"],
)
def test_a_name_finds_itself(contacts: ContactQuerySet, name: str) -> None:
    found = ContactFactory(name=name)
    ContactFactory(name="Somebody")
    assert list(contacts.matching(name)) == [found]


@pytest.mark.parametrize(
    "words",
    [
        '"saltwater youth"',
        "“Saltwater Youth”",
        "«saltwater youth»",
        '"saltwater youth',  # never closed: two words
        'youth" saltwater',
        '"" saltwater',
        '"  saltwater   youth. "',
        '"saltwater youth" trust',
        '"water you"',
        "saltwater, youth",
        "Saltwater.",
        "(saltwater) youth!?",
        "…saltwater – youth…",
        "saltwater,youth",
        "youth/saltwater",
        "saltwater & youth",
        "'saltwater' ‘youth’",
        "saltwater*",
        "#saltwater @youth",
        "hawke's bay",
        "ʻHawkeʻs Bay.",
        "well-being",
        "well being",
        "1,000 saltwater",
        "$1,000.",
        "r&d",
        "a.b@example.org.",
        "<a.b@example.org>",
        "+64 21",
        "¿saltwater?",
        "水。",
        "🌊",
    ],
)
def test_punctuation_at_the_ends_of_words_does_not_count(contacts: ContactQuerySet, words: str) -> None:
    found = ContactFactory(
        name="Saltwater Youth Trust",
        organisation="Hawke’s Bay Well-being, R&D 1,000 水 🌊",
        email="a.b@example.org",
        telephone="+64 21 123 4567",
    )
    ContactFactory(name="Youth of Freshwater", organisation="Trust", email="b@example.org")
    assert list(contacts.matching(words)) == [found]


@pytest.mark.parametrize(
    "words",
    ['"youth saltwater"', '"saltwater trust"', '"saltwater youths"', '"youth" "freshwater"', "salt&water"],
)
def test_a_quoted_phrase_is_found_as_it_stands_only(contacts: ContactQuerySet, words: str) -> None:
    ContactFactory(name="Saltwater Youth Trust")
    assert list(contacts.matching(words)) == []


@pytest.mark.parametrize("words", ["!", ".", "…", '""', '" "', "“”", "—", "???", "'", "ʻ", ", ,"])
def test_punctuation_alone_finds_nobody_whose_name_it_is_not(contacts: ContactQuerySet, words: str) -> None:
    person = ContactFactory(name="Saltwater Youth")
    found = contacts.matching(words)
    assert list(found) == ([person] if words in ("'", "ʻ") else [])  # which is no character of a search


@pytest.mark.parametrize("words", ["saltwater " * 5000, '"' * 5000 + "saltwater", "saltwater" + "." * 50_000])
def test_a_very_long_search_finds_by_its_beginning(contacts: ContactQuerySet, words: str) -> None:
    found = ContactFactory(name="Saltwater Youth")
    assert list(contacts.matching(words)) == [found]


@given(st.text(alphabet=st.sampled_from("\"“”,.-/&'ʻ abā") | st.characters(codec="utf-8"), max_size=60))
@example("&00")
def test_any_text_makes_at_most_twelve_terms_without_a_mark_at_their_ends(words: str) -> None:
    found = terms(words)
    assert len(found) <= MAX_TERMS
    assert all(found)
    marks = '"“”,.-/& '
    # what has two letters keeps the mark before them
    long = [term for term in found if has_words(words) and len(term.strip(marks)) > 2]
    assert [term for term in long if term != term.strip(marks)] == []


def test_the_words_beyond_the_twelfth_are_not_looked_for(contacts: ContactQuerySet) -> None:
    found = ContactFactory(name="Tūmai Walker")
    assert MAX_TERMS == 12
    assert list(contacts.matching("tumai " * 12 + "hemi")) == [found]
    assert list(contacts.matching("tumai " * 11 + "hemi")) == []


def test_a_word_of_any_length_is_compared_to_its_end(contacts: ContactQuerySet) -> None:
    found = ContactFactory(organisation="ab" * 100)
    assert list(contacts.matching("ab" * 100)) == [found]
    assert list(contacts.matching("ab" * 99 + "ac")) == []


def test_a_first_word_of_two_letters_is_found_without_a_space_before_it() -> None:
    found = received(name="Wu Li")
    assert list(type(found).objects.matching("wu li")) == [found]


# --- SQLite's index --------------------------------------------------------------------------


def test_the_index_goes_with_the_rows(contacts: ContactQuerySet) -> None:
    anna, hemi = ContactFactory(name="Anna Kiwi"), ContactFactory(name="Hēmi Kiwi")
    anna.name = "Anna Tūī"
    anna.save()
    assert [list(contacts.matching(word)) for word in ("kiwi", "tui", "anna")] == [[hemi], [anna], [anna]]
    Contact.objects.filter(pk=anna.pk).update(search_folded="")
    hemi.delete()
    assert [list(contacts.matching(word)) for word in ("kiwi", "tui", "anna", "ann")] == [[], [], [], []]


def test_the_index_is_filled_from_the_rows_there_are_and_may_be_made_again(contacts: ContactQuerySet) -> None:
    found = ContactFactory(name="Anna Kiwi")
    run(fts_index("responses_contact").code)
    assert list(contacts.matching("kiwi")) == [found]


def test_the_index_can_be_taken_away(contacts: ContactQuerySet) -> None:
    run(fts_index("responses_contact").reverse_code)
    assert parts_of_the_index() == []


def test_no_letter_of_a_blanked_row_stays_in_the_index(contacts: ContactQuerySet) -> None:
    person = ContactFactory(name="Qxzqxz Walker")
    ContactFactory(name="Anna Walker")
    assert traces("qxz") == int(SQLITE)
    Contact.objects.filter(pk=person.pk).update(search_folded="")
    forget_in_index("responses_contact")
    assert traces("qxz") == 0


# --- more words than anybody types -----------------------------------------------------------


@pytest.mark.parametrize("path", ["/champions/", "/initiatives/"])
def test_a_search_of_two_thousand_words_is_answered(client: Client, path: str) -> None:
    InitiativeFactory(published=True)
    ChampionFactory(published=True)
    assert client.get(path, {"q": "garden " * 2000}).status_code == 200


# --- telephone numbers, hyphens, scripts without spaces ---------------------------------------

SPELLED = [
    "04 494 5718",
    "+64 4 494 5718",
    "4945718",
    "494 5718",
    "(04)494-5718",
    "04-494–5718",
    "+64 (0)4 494 5718",
    "0064 4 494 5718",
    "64 4 494 5718",
    "04 494",
    "aroha 04/494/5718",
    '"04 494 5718" aroha',
    "０４ ４９４ ５７１８",
]


@pytest.mark.parametrize("words", SPELLED)
@pytest.mark.parametrize(
    "typed", ["04 494 5718", "+64-4-494-5718", "(04)4945718", "027 123 4567, 04 494 5718"]
)
def test_a_number_is_found_in_any_spelling(contacts: ContactQuerySet, typed: str, words: str) -> None:
    found = ContactFactory(name="Aroha", telephone=typed)
    ContactFactory(name="Aroha", telephone="04 494 5719")
    ContactFactory(name="Aroha 04 494", organisation="The 5718")
    assert found in list(contacts.matching(words))
    assert [each.telephone for each in contacts.matching(words)].count("04 494 5719") == int(
        "5718" not in folded(words)
    )


def test_a_number_without_its_area_code_is_found_as_it_was_typed(contacts: ContactQuerySet) -> None:
    found = ContactFactory(telephone="494 5718")
    assert [list(contacts.matching(words)) for words in ("4945718", "494-57 18", "04 494 5718")] == [
        [found],
        [found],
        [],
    ]


@pytest.mark.parametrize("words", SPELLED)
def test_forms_and_letters_are_found_by_their_number(words: str) -> None:
    form = received(name="Aroha", telephone="(04) 494-5718")
    received(name="Aroha", telephone="04 494 9999", email="b@example.org")
    letter = written(name="Aroha", telephone="+64 44945718")
    assert form in type(form).objects.matching(words)
    assert letter in type(letter).objects.matching(words)


@pytest.mark.parametrize(
    "words", ["well-being", "well\u2010being", "well\u2014be\u200bing", "we\u00adll\u2212being"]
)
@pytest.mark.parametrize("name", ["Well-being", "Well\u2011be\u200ding", "Well\u2013b\u00adeing\ufeff"])
def test_hyphens_are_one_and_what_nobody_sees_is_not_there(
    contacts: ContactQuerySet, name: str, words: str
) -> None:
    found = ContactFactory(name=name)
    assert list(contacts.matching(words)) == [found]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("王小明", "小明"),
        ("王小明", "「小明」"),
        ("王小明", "明"),
        ("王小明 Wang", "wang 小明"),
        ("ワンタワー", "タワ"),
        ("สมชายใจดี", "ใจ"),
        ("កម្ពុជា", "ពុ"),
        ("김민수", "민수"),
        ("𠮷野家太", "野家"),
    ],
)
def test_two_letters_of_a_script_without_spaces_are_found_anywhere_in_a_word(
    contacts: ContactQuerySet, name: str, words: str
) -> None:
    found = ContactFactory(name=name)
    ContactFactory(name="小王 Somebody")
    assert list(contacts.matching(words)) == [found]
