"""Every staff page as each role meets it: no wall behind a link, and contact details for those who may."""

import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accord_portal.staff.act_admin import ActAdmin
from accord_portal.staff.models import User
from accord_portal.staff.roles import ROLES, SEE_DETAILS, Role
from tests.factories import UserFactory
from tests.html import Element, read
from tests.staff.poisoned import REGISTERED, poisoned
from tests.staff.role_table import rows, table

pytestmark = pytest.mark.django_db

POISON = re.compile(r"poison|secret\.example|21[\s.-]?555|Poison Street", re.IGNORECASE)
DOCS = Path(__file__).parents[2] / "docs" / "roles.md"
AS = pytest.mark.parametrize("role", [*ROLES, None], ids=lambda role: role.name if role else "no role")
NO_PAGE = ("logout", "jsi18n", "password_change")


class Walk(NamedTuple):
    """What somebody met: the status of each address they were led to, and where details stood."""

    met: dict[str, int]
    acts: dict[str, int]
    with_details: set[str]


def signed_in(client: Client, role: Role | None) -> User:
    user = UserFactory(**({role.field: True} if role else {}))
    client.force_login(user)
    return user


def may(role: Role | None, *permissions: str) -> bool:
    return role is not None and role.permissions.issuperset(permissions)


def links(page: Element, here: str) -> list[str]:
    found = [urljoin(here, link["href"] or "") for link in page.all("a", "iframe") if link["href"]]
    found += [urljoin(here, frame["src"] or "") for frame in page.all("iframe")]
    inside = [urlsplit(url)._replace(fragment="").geturl() for url in found]
    return [url for url in inside if url.startswith("/staff/") and not any(part in url for part in NO_PAGE)]


def walk(client: Client, everything: dict[str, Model]) -> Walk:
    """From the first page and from each list and record that opens, on by every link and every form."""
    starts = ["/staff/", reverse("admin:figures")]
    for label, record in everything.items():
        name = label.replace(".", "_")
        starts += [reverse(f"admin:{name}_changelist"), reverse(f"admin:{name}_change", args=[record.pk])]
    to_open, met, acts, with_details = list(starts), dict[str, int](), dict[str, int](), set[str]()
    while to_open:
        url = to_open.pop()
        if url in met:
            continue
        response = client.get(url)
        met[url] = response.status_code
        if response.status_code != 200 or "html" not in response["Content-Type"]:
            continue
        text = response.getvalue().decode()
        if POISON.search(text):
            with_details.add(url)
        page = read(text)
        if "?" not in url:
            to_open += links(page, url)
        for form in page.all("form"):
            action = urljoin(url, form["action"] or "")
            if "/act/" in action:
                acts[action] = client.get(action).status_code
    for url in starts:
        if met[url] == 403:
            del met[url]  # nobody was led there
    return Walk(met, acts, with_details)


@AS
def test_no_link_and_no_button_leads_to_a_wall(client: Client, role: Role | None) -> None:
    signed_in(client, role)
    went = walk(client, poisoned())
    assert {url: status for url, status in went.met.items() if status not in (200, 302)} == {}
    assert {url: status for url, status in went.acts.items() if status != 302} == {}
    assert bool(went.with_details) == may(role, SEE_DETAILS)
    assert len(went.met) > (100 if may(role, "responses.view_contact") else 1)


@AS
def test_each_page_and_each_act_opens_for_the_roles_of_the_table(client: Client, role: Role | None) -> None:
    signed_in(client, role)
    everything, wrong = poisoned(), []
    for model, page in admin.site._registry.items():
        label = model._meta.label_lower
        name, pk = label.replace(".", "_"), everything[label].pk
        seen = client.get(reverse(f"admin:{name}_changelist")).status_code == 200
        if seen != may(role, *needs_of(f"{model._meta.verbose_name_plural}: see")):
            wrong.append((name, "see"))
        for act in page.acts if isinstance(page, ActAdmin) else ():
            opens = client.get(reverse(f"admin:{name}_act", args=[pk, act])).status_code == 302
            if opens != may(role, *needs_of(f"{model._meta.verbose_name_plural}: {act.replace('_', ' ')}")):
                wrong.append((name, act))
    assert wrong == []


@AS
def test_the_export_opens_for_the_roles_of_the_table_with_details_for_those_who_may(
    client: Client, role: Role | None
) -> None:
    signed_in(client, role)
    poisoned()
    answer = client.post(reverse("admin:responses_contact_export"))
    assert answer.status_code == (200 if may(role, "responses.export_contact") else 403)
    if answer.status_code == 200:
        assert bool(POISON.search(answer.getvalue().decode())) == may(role, SEE_DETAILS)


@AS
@pytest.mark.parametrize("words", ["poison", "secret", "5551234"])
def test_no_search_answers_by_an_address_for_those_who_may_not_see_it(
    client: Client, role: Role | None, words: str
) -> None:
    signed_in(client, role)
    poisoned()
    for page in ("responses_contact", "responses_expressionofinterest", "foundation_outgoingmail"):
        answer = client.get(reverse(f"admin:{page}_changelist"), {"q": words})
        found = answer.status_code == 200 and bool(answer.context["cl"].result_list)
        assert not (found and not may(role, SEE_DETAILS)), page


def test_what_is_hidden_is_said(client: Client) -> None:
    signed_in(client, next(role for role in ROLES if role.field == "is_reader"))
    everything = poisoned()
    hidden = "not shown to you. That takes another role: triage officer."
    for label in (
        *("responses.contact", "responses.expressionofinterest", "responses.letter"),
        *("responses.recommendation", "responses.duplicate", "foundation.outgoingmail"),
    ):
        page = client.get(reverse(f"admin:{label.replace('.', '_')}_change", args=[everything[label].pk]))
        assert hidden in " ".join(read(page).text.split()).replace("Not", "not"), label
    for name in ("responses_contact", "responses_letter", "foundation_outgoingmail"):
        assert hidden in " ".join(read(client.get(reverse(f"admin:{name}_changelist"))).text.split()), name


def test_who_may_only_read_is_told_whose_it_is(client: Client) -> None:
    signed_in(client, next(role for role in ROLES if role.field == "is_editor"))
    everything = poisoned()
    read_only = "You may read this, and not change it. That takes another role:"
    for label, said in {
        "responses.contact": f"{read_only} triage officer.",
        "responses.recommendation": f"{read_only} approver.",
        "champions.champion": "More can be done here with another role: approver.",
    }.items():
        page = client.get(reverse(f"admin:{label.replace('.', '_')}_change", args=[everything[label].pk]))
        assert said in " ".join(read(page).text.split()), label


def test_the_table_of_the_documents_is_what_the_code_allows() -> None:
    shown = [line for line in DOCS.read_text().splitlines() if line.startswith("|")]
    assert shown == table()
    assert {model._meta.label_lower for model in admin.site._registry} == set(REGISTERED)


def needs_of(what: str) -> list[str]:
    return dict(rows())[what]
