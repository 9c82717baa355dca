"""Search in the folded column: every word, whatever its case or macrons, and no more words than it takes.

And the lists of staff: a page, whether there is more, and no total.
"""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.options import ModelAdmin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accord_portal.foundation import search
from accord_portal.foundation.search import MAX_TERMS, MOST_PAGES, has_words, terms
from accord_portal.foundation.search_index import forget_in_index, fts_index
from champions.models import Agency, AgencyName
from responses.models import Contact, Involvement, Purpose
from responses.models.contact import ContactQuerySet
from tests.factories import (
    ChampionFactory,
    ContactFactory,
    InitiativeFactory,
    InvolvementFactory,
    PartnershipFactory,
    PracticeStoryFactory,
    UpdateFactory,
    received,
)
from tests.html import Element, read

pytestmark = pytest.mark.django_db
CONTACTS = "/staff/responses/contact/"
LISTS = ["responses/contact", "responses/expressionofinterest", "champions/champion", "champions/initiative"]
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
def test_any_text_makes_at_most_twelve_terms_without_a_mark_at_their_ends(words: str) -> None:
    found = terms(words)
    assert len(found) <= MAX_TERMS
    assert all(found)
    ends = [term[0] + term[-1] for term in found if len(term) > 2 and has_words(words)]
    assert [two for two in ends if two.isspace() or set(two) & set('"“”,.-/&')] == []


@pytest.mark.parametrize(
    "path", ["champions/partnership", "champions/practicestory", "champions/agency", "digests/update"]
)
@pytest.mark.parametrize(
    ("words", "is_found"), [("Saltwater.", True), ('"saltwater youth"', True), ('"youth saltwater"', False)]
)
def test_short_lists_of_staff_search_alike(
    admin_client: Client, path: str, words: str, is_found: bool
) -> None:
    PartnershipFactory(title="Saltwater Youth")
    PracticeStoryFactory(title="Saltwater Youth")
    UpdateFactory(title="Saltwater Youth")
    AgencyName.objects.create(agency=Agency.objects.create(slug="a"), name="Saltwater Youth")
    rows = read(admin_client.get(f"/staff/{path}/", {"q": words})).all("a")
    assert ("Saltwater Youth" in [link.text for link in rows]) is is_found


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


# --- lists of staff --------------------------------------------------------------------------


@pytest.fixture
def two_a_page(monkeypatch: pytest.MonkeyPatch) -> ModelAdmin[Contact]:
    """The list of contacts, two a page, the newest first, with a filter by purpose."""
    contact_admin = admin.site._registry[Contact]
    monkeypatch.setattr(contact_admin, "list_per_page", 2)
    monkeypatch.setattr(contact_admin, "ordering", ["-pk"])
    monkeypatch.setattr(contact_admin, "list_filter", [SaidYes])
    monkeypatch.setattr(search, "NEAR", 2)
    monkeypatch.setattr(search, "FURTHER", 4)
    return contact_admin


class SaidYes(admin.SimpleListFilter):
    title = "said yes to"
    parameter_name = "yes"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return list(Purpose.choices)

    def queryset(self, request: Any, queryset: Any) -> Any:
        if not self.value():
            return queryset
        return queryset.among(Involvement.objects.current().filter(purpose=self.value()), "contact")


def listed(client: Client, **query: str) -> tuple[list[str], str, list[tuple[str, str]]]:
    """The names on the page, what the pager says, and where its links lead."""
    main = read(client.get(CONTACTS, query)).one(id="changelist")
    pager = main.one(class_="paginator")
    names = [cell.text for cell in main.all("th", class_="field-name")]
    return names, pager.text, [(link.text, link["href"] or "") for link in pager.all("a")]


def queries(client: Client, path: str, query: dict[str, str]) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path, query).status_code == 200
    return [entry["sql"] for entry in captured.captured_queries]


def test_a_page_knows_whether_there_is_more(admin_client: Client, two_a_page: ModelAdmin[Contact]) -> None:
    for number in range(5):
        ContactFactory(name=f"Person {number}")
    assert listed(admin_client) == (
        ["Person 4", "Person 3"],
        "Page 1 Next page Showing 1 to 2; there are more.",
        [("Next page", "?p=2")],
    )
    assert listed(admin_client, p="2") == (
        ["Person 2", "Person 1"],
        "Previous page Page 2 Next page Showing 3 to 4; there are more.",
        [("Previous page", "?p=1"), ("Next page", "?p=3")],
    )
    assert listed(admin_client, p="3") == (
        ["Person 0"],
        "Previous page Page 3 Showing 5 to 5, the last.",
        [("Previous page", "?p=2")],
    )


def test_a_single_page_says_that_it_is_all(admin_client: Client, two_a_page: ModelAdmin[Contact]) -> None:
    assert listed(admin_client) == ([], "Nothing to show.", [])
    ContactFactory(name="Anna")
    assert listed(admin_client) == (["Anna"], "Showing all 1.", [])
    ContactFactory(name="Hēmi")
    assert listed(admin_client) == (["Hēmi", "Anna"], "Showing all 2.", [])
    assert listed(admin_client, all="") == (["Hēmi", "Anna"], "Showing all 2.", [])


def test_the_pager_is_named_and_keeps_the_search(
    admin_client: Client, two_a_page: ModelAdmin[Contact]
) -> None:
    for number in range(3):
        ContactFactory(name=f"Person {number}")
    page = read(admin_client.get(CONTACTS, {"q": "person", "p": "1"}))
    pager = page.one("nav", aria_label="Pages of the list")
    assert pager.one(aria_current="page").text == "Page 1"
    assert [link["href"] for link in pager.all("a")] == ["?p=2&q=person"]
    assert [words for words in _texts(page) if "result" in words.lower()] == []


def _texts(page: Element) -> list[str]:
    return [element.text for element in page.all("span", "p", "a")]


@pytest.mark.parametrize("number", ["0", "-1", "2", "101", "99999999999999999999"])
def test_a_page_that_is_none_leads_back_to_the_first(
    admin_client: Client, two_a_page: ModelAdmin[Contact], number: str
) -> None:
    ContactFactory()
    response = admin_client.get(CONTACTS, {"p": number})
    assert (response.status_code, response["Location"]) == (302, f"{CONTACTS}?e=1")


def test_how_far_down_the_pages_go_is_bounded(
    admin_client: Client, two_a_page: ModelAdmin[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_PAGES == 100
    monkeypatch.setattr(search, "MOST_PAGES", 1)
    for number in range(3):
        ContactFactory(name=f"Person {number}")
    assert listed(admin_client) == (
        ["Person 2", "Person 1"],
        "Page 1 Showing 1 to 2; there are more. Search or filter to see them.",
        [],
    )
    assert admin_client.get(CONTACTS, {"p": "2"}).status_code == 302


@pytest.mark.parametrize("record", LISTS)
@pytest.mark.parametrize("query", [{}, {"q": "garden"}, {"_facets": "True"}, {"all": ""}])
def test_no_list_counts_and_one_row_costs_what_three_do(
    admin_client: Client, record: str, query: dict[str, str]
) -> None:
    def add() -> None:
        number = Contact.objects.count()
        received(name="Garden", email=f"garden{number}@example.org")
        InitiativeFactory(title=f"Garden {number}", champion__name=f"Garden Trust {number}")

    add()
    one = queries(admin_client, f"/staff/{record}/", query)
    add()
    add()
    three = queries(admin_client, f"/staff/{record}/", query)
    assert len(one) == len(three)
    assert [sql for sql in [*one, *three] if "COUNT(" in sql.upper()] == []


# --- the newest first, then all --------------------------------------------------------------


def asked_of_contacts(client: Client, **query: str) -> int:
    return sum('FROM "responses_contact"' in sql for sql in queries(client, CONTACTS, query))


def test_what_is_old_is_found_after_the_newest(admin_client: Client, two_a_page: ModelAdmin[Contact]) -> None:
    old = ContactFactory(name="Anna Kiwi")
    InvolvementFactory(contact=old, purpose=Purpose.GIVE_ADVICE)
    for number in range(9):
        ContactFactory(name=f"Person {number}")
    assert listed(admin_client, q="kiwi") == (["Anna Kiwi"], "Showing all 1.", [])
    assert listed(admin_client, yes="give_advice") == (["Anna Kiwi"], "Showing all 1.", [])
    assert listed(admin_client, yes="give_advice", q="kiwi")[0] == ["Anna Kiwi"]
    assert listed(admin_client, yes="keep_informed", q="kiwi")[0] == []
    assert listed(admin_client, q="person", p="4")[0] == ["Person 2", "Person 1"]
    assert asked_of_contacts(admin_client, q="kiwi") == 3  # the newest key, the newest, all
    assert asked_of_contacts(admin_client, yes="give_advice") == 4  # the newest key, the newest, more, all


def test_what_is_frequent_is_found_among_the_newest(
    admin_client: Client, two_a_page: ModelAdmin[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "NEAR", 4)
    for number in range(9):
        InvolvementFactory(contact=ContactFactory(name=f"Person {number}"))
    for query in ({"q": "person"}, {"yes": "keep_informed"}, {"q": "person", "yes": "keep_informed"}):
        assert listed(admin_client, **query)[0] == ["Person 8", "Person 7"]
        assert asked_of_contacts(admin_client, **query) == 2  # the newest key, the newest


@pytest.mark.parametrize("query", [{"q": "kiwi"}, {"yes": "keep_informed"}])
def test_a_search_or_a_filter_costs_the_same_at_one_row_and_at_three(
    admin_client: Client, two_a_page: ModelAdmin[Contact], query: dict[str, str]
) -> None:
    two_a_page.list_per_page = 100
    for _ in range(9):
        ContactFactory()
    InvolvementFactory(contact=ContactFactory(name="Anna Kiwi"))
    one = queries(admin_client, CONTACTS, query)
    for _ in range(2):
        InvolvementFactory(contact=ContactFactory(name="Hēmi Kiwi"))
    three = queries(admin_client, CONTACTS, query)
    assert (len(one), [sql for sql in three if "COUNT(" in sql.upper()]) == (len(three), [])


# --- more words than anybody types -----------------------------------------------------------


@pytest.mark.parametrize("path", ["/champions/", "/initiatives/"])
def test_a_search_of_two_thousand_words_is_answered(client: Client, path: str) -> None:
    InitiativeFactory(published=True)
    ChampionFactory(published=True)
    assert client.get(path, {"q": "garden " * 2000}).status_code == 200


@pytest.mark.parametrize("record", LISTS)
def test_so_is_one_of_staff(admin_client: Client, record: str) -> None:
    assert admin_client.get(f"/staff/{record}/", {"q": "garden " * 2000}).status_code == 200
