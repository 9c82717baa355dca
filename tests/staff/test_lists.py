"""The lists of staff: a page, whether there is more, and no total."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.options import ModelAdmin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accord_portal.staff import lists
from champions.models import Agency, AgencyName
from responses.models import Contact, Involvement, Purpose
from tests.factories import (
    ContactFactory,
    InitiativeFactory,
    InvolvementFactory,
    PracticeStoryFactory,
    UpdateFactory,
    received,
)
from tests.html import Element, read
from tests.partnerships import PartnershipFactory

pytestmark = pytest.mark.django_db
CONTACTS = "/staff/responses/contact/"
LISTS = ["responses/contact", "responses/expressionofinterest", "champions/champion", "champions/initiative"]


@pytest.fixture
def two_a_page(monkeypatch: pytest.MonkeyPatch) -> ModelAdmin[Contact]:
    """The list of contacts, two a page, the newest first, with a filter by purpose."""
    contact_admin = admin.site._registry[Contact]
    monkeypatch.setattr(contact_admin, "list_per_page", 2)
    monkeypatch.setattr(contact_admin, "ordering", ["-pk"])
    monkeypatch.setattr(contact_admin, "list_filter", [SaidYes])
    monkeypatch.setattr(lists, "NEAR", 2)
    monkeypatch.setattr(lists, "FURTHER", 4)
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
    main = read(client.get(CONTACTS, query)).one(class_="listing")
    (pager,) = main.all(class_="paginator") or main.all(class_="empty")
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
    assert listed(admin_client) == ([], "No contact is on the list yet.", [])
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
    assert lists.MAX_PAGES == 100
    monkeypatch.setattr(lists, "MAX_PAGES", 1)
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
    monkeypatch.setattr(lists, "NEAR", 4)
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


@pytest.mark.parametrize("record", LISTS)
def test_a_search_of_two_thousand_words_is_answered(admin_client: Client, record: str) -> None:
    assert admin_client.get(f"/staff/{record}/", {"q": "garden " * 2000}).status_code == 200


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
