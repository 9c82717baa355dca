"""The way through the staff pages: six tasks, the lists under them, and nothing that is refused."""

import pytest
from django.contrib import admin
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accord_portal.staff import navigation
from tests.factories import UserFactory
from tests.html import read
from tests.staff.pages import sign_in

pytestmark = pytest.mark.django_db


def tasks_shown(client: Client, path: str = "/staff/") -> dict[str, str | None]:
    """The words of the navigation, each with what it says of where one stands."""
    tasks = read(client.get(path)).one("nav", aria_label="Staff pages").one("ul")
    return {link.text: link["aria-current"] for link in tasks.all("a")}


def test_every_list_stands_under_one_task() -> None:
    listed = [listing.kind for task in navigation.NAVIGATION for listing in task.listings]
    assert sorted(listed) == sorted(model._meta.label_lower for model in admin.site._registry)


def test_the_navigation_says_where_one_stands(client: Client) -> None:
    client.force_login(UserFactory(is_superuser=True))
    tasks = dict.fromkeys(["Desk", "People", "Champions", "News", "Records", "Settings"])
    assert tasks_shown(client) == {**tasks, "Desk": "page"}
    assert tasks_shown(client, "/staff/people/") == {**tasks, "People": "page"}
    assert tasks_shown(client, "/staff/responses/letter/") == {**tasks, "People": "true"}
    assert tasks_shown(client, "/staff/digests/update/add/") == {**tasks, "News": "true"}
    assert tasks_shown(client, "/staff/password_change/") == tasks


def test_nobody_is_shown_a_task_or_a_list_that_refuses_them(client: Client) -> None:
    sign_in(client, "view_letter", "view_update")
    assert list(tasks_shown(client)) == ["Desk", "People", "News"]
    page = read(client.get("/staff/people/")).one("main")
    assert [link["href"] for link in page.all("a")] == ["/staff/responses/letter/"]
    assert client.get("/staff/settings/").status_code == 403


def test_every_link_of_the_navigation_opens(client: Client) -> None:
    client.force_login(UserFactory(is_superuser=True))
    for task in navigation.NAVIGATION:
        page = read(client.get(task.url))
        for listing in task.listings:
            assert page.one("main").all("a", href=listing.url), listing
            shown = read(client.get(listing.url)).one("main")
            assert (shown.one("h1").text, [a.text for a in shown.all("nav")[0].all("a")]) == (
                listing.words,
                ["Desk", task.words],
            )


@pytest.mark.parametrize("kind", ["responses.erasure", "responses.letter", "champions.partnership"])
def test_a_list_with_nothing_in_it_says_so_in_words(client: Client, kind: str) -> None:
    client.force_login(UserFactory(is_superuser=True))
    listing = navigation.listing_of(kind)
    assert listing is not None
    assert read(client.get(listing.url)).one("main").one(class_="empty").text == listing.nothing


def test_the_way_by_packages_leads_to_the_desk(client: Client) -> None:
    client.force_login(UserFactory(is_superuser=True))
    assert client.get("/staff/responses/")["Location"] == "/staff/"


def test_the_head_of_a_page_costs_no_queries_of_its_own(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(UserFactory(is_superuser=True))
    with django_assert_max_num_queries(2):  # the session and whose it is
        client.get("/staff/people/")
