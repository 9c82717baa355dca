"""What holds for every page of the admin: who sees how people are reached, what a list may be asked."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from accord_portal.staff.roles import SEE_DETAILS
from champions.models import Agency, Champion, TimelineEvent
from tests.factories import (
    ContactFactory,
    UserFactory,
    received,
)
from tests.powers import EVERY, GIVEN, give
from tests.staff.addresses import addresses_of, all_addresses
from tests.staff.poisoned import REGISTERED, poisoned

pytestmark = pytest.mark.django_db

POISON = re.compile(r"poison|secret\.example|21[\s.-]?555|Poison Street", re.IGNORECASE)

SITE = admin.site


def powers(*, of: str = "") -> list[str]:
    """All permissions but the one to see details, or those of one kind ("view_") only."""
    return sorted(one for one in EVERY - {SEE_DETAILS} if one.partition(".")[2].startswith(of))


@pytest.mark.parametrize("of", ["", "view_", "change_", "add_", "export_"])
def test_no_page_shows_how_people_are_reached_to_those_who_may_not_see_it(client: Client, of: str) -> None:
    everything = poisoned()
    user = UserFactory()
    give(user, *powers(of=of))
    client.force_login(user)
    opened = 0
    for address in all_addresses(everything):
        response = client.get(address)
        assert response.status_code in (200, 302, 400, 403, 404, 405), address
        text = response.getvalue().decode()
        # What was asked stands in the box and in the links of the page: it is no answer.
        asked = re.sub(r'value="[^"]*"|href="[^"]*"|q=[^\s&"]*', "", text) if "?" in address else text
        found = POISON.search(asked)
        assert found is None, f"{address}: …{asked[max(0, found.start() - 80) : found.end() + 40]}…"
        opened += response.status_code == 200
    assert opened >= {"": 150, "view_": 120}.get(of, 3)


def test_each_permission_alone_shows_nothing_either(client: Client) -> None:
    everything = poisoned()
    user = UserFactory()
    pages = {
        label: list(addresses_of(page, everything[label], everything)) for label, page in REGISTERED.items()
    }
    opened = 0
    client.force_login(user)
    for power in powers():
        GIVEN[user.pk] = {power}
        app, _, codename = power.partition(".")
        label = f"{app}.{codename.partition('_')[2]}"
        for address in ["/staff/", *pages.get(label, [])]:
            response = client.get(address)
            assert POISON.search(response.getvalue().decode()) is None, (power, address)
            opened += address != "/staff/" and response.status_code == 200
    assert opened >= 60


def test_who_may_see_details_sees_them(client: Client) -> None:
    """So that the poison above is where it is looked for."""
    everything = poisoned()
    client.force_login(UserFactory(is_superuser=True))
    for label in (
        "responses.contact",
        "responses.expressionofinterest",
        "responses.letter",
        "responses.duplicate",
        "responses.erasure",
        "responses.recommendation",
        "responses.undertaking",
        "responses.contactimport",
        "foundation.outgoingmail",
        "digests.digestissue",
        "champions.champion",
    ):
        url = reverse(f"admin:{label.replace('.', '_')}_change", args=[everything[label].pk])
        assert POISON.search(client.get(url).content.decode()), label


@pytest.mark.parametrize("label", REGISTERED)
def test_nothing_can_be_deleted_by_anybody(client: Client, label: str) -> None:
    record = poisoned()[label]
    client.force_login(UserFactory(is_superuser=True))
    name = label.replace(".", "_")
    page = REGISTERED[label]
    url = reverse(f"admin:{name}_delete", args=[record.pk])
    assert [client.get(url).status_code, client.post(url, {"post": "yes"}).status_code] == [403, 403]
    everything = {"action": "delete_selected", "_selected_action": str(record.pk), "post": "yes"}
    client.post(reverse(f"admin:{name}_changelist"), everything)
    assert type(record)._default_manager.filter(pk=record.pk).exists()
    for inline in page.inlines:
        rows: InlineModelAdmin[Any, Any] = inline(page.model, SITE)
        request: Any = None
        assert (rows.can_delete, rows.has_delete_permission(request)) == (False, False)


def test_a_name_of_an_agency_stays_though_a_form_says_delete(client: Client) -> None:
    client.force_login(UserFactory(is_superuser=True))
    agency = Agency.objects.create(slug="dia")
    name = agency.names.create(position=1, name="Internal Affairs")
    client.post(
        reverse("admin:champions_agency_change", args=[agency.pk]),
        {
            "slug": "dia",
            "note": "",
            "names-TOTAL_FORMS": "1",
            "names-INITIAL_FORMS": "1",
            "names-0-id": name.pk,
            "names-0-agency": agency.pk,
            "names-0-position": "1",
            "names-0-name": "Department of Internal Affairs",
            "names-0-DELETE": "on",
        },
    )
    assert agency.names.get().name == "Department of Internal Affairs"


def test_every_page_is_a_record_admin_and_one_that_is_not_stops_the_start() -> None:
    class Forgetful(admin.ModelAdmin[Champion]):
        pass

    Forgetful.__module__ = "champions.admin.champion"
    with pytest.raises(ImproperlyConfigured, match="Make Forgetful a RecordAdmin or an ActAdmin"):
        SITE.register(Champion, Forgetful)


def test_pages_that_libraries_bring_are_left_out() -> None:
    assert {model._meta.app_label for model in SITE._registry} == {
        *("responses", "champions", "digests", "staff", "foundation"),
    }


@pytest.mark.parametrize("typed", ["poison@secret.example", "nobody@example.org", "poison", "@"])
def test_comparing_by_address_says_the_same_of_known_and_unknown_ones(client: Client, typed: str) -> None:
    contact = ContactFactory()
    ContactFactory(email="poison@secret.example")
    user = UserFactory()
    give(user, *powers())
    client.force_login(user)
    url = reverse("admin:responses_contact_act", args=[contact.pk, "compare"])
    page = client.post(url, {"other": typed, "shown": contact.fingerprint}).content.decode()
    assert "Enter the number of the other contact: it stands on its page" in page
    assert "No contact has this" not in page


@pytest.mark.parametrize("email", ["poison@secret.example", "nobody@example.org"])
def test_adding_by_address_is_for_those_who_may_see_addresses(client: Client, email: str) -> None:
    ContactFactory(email="poison@secret.example")
    received()
    user = UserFactory()
    give(user, *powers())
    client.force_login(user)
    for page in ("responses_contact_add", "responses_expressionofinterest_add"):
        assert client.post(reverse(f"admin:{page}"), {"name": "Hēmi", "email": email}).status_code == 403


@pytest.mark.parametrize("words", ["poison", "secret", "555", "po", "Rang"])
def test_what_people_wrote_is_not_searched_for_those_who_may_not_see_addresses(
    client: Client, words: str
) -> None:
    """Asked letter by letter, a search would read out an address that is hidden in a text."""
    poisoned()
    url = reverse("admin:responses_expressionofinterest_changelist")
    user = UserFactory()
    give(user, *powers())
    client.force_login(user)
    assert list(client.get(url, {"q": words}).context["cl"].result_list) == []
    client.force_login(UserFactory(is_superuser=True))
    assert len(client.get(url, {"q": words}).context["cl"].result_list) == 2


@pytest.mark.parametrize("unseen", ["\u200b", "\u3164", "\u2800", "\u00ad\ufe0f", "\u0304"])
@pytest.mark.parametrize(
    ("page", "required"),
    [
        ("digests_update_add", {"title", "summary", "body"}),
        ("champions_partnership_add", {"title"}),
        ("champions_practicestory_add", {"title", "summary"}),
        ("champions_timelineevent_add", {"when", "what"}),
        ("champions_codelistentry_add", {"label"}),
        ("responses_call_add", {"title"}),
        ("staff_user_add", {"name"}),
        ("champions_agency_add", {"names-0-name"}),
    ],
)
def test_what_is_required_can_be_seen(client: Client, page: str, required: set[str], unseen: str) -> None:
    client.force_login(UserFactory(is_superuser=True))
    names = {"names-TOTAL_FORMS": "1", "names-INITIAL_FORMS": "0", "names-0-name_mi": "Te Puni"}
    answer = client.post(reverse(f"admin:{page}"), {**dict.fromkeys(required, unseen), **names})
    assert answer.status_code == 200
    forms = [answer.context["adminform"].form]
    forms += [form for formset in answer.context["inline_admin_formsets"] for form in formset.formset]
    wrong = {
        form.add_prefix(name): errors for form in forms for name, errors in form.errors.as_data().items()
    }
    assert {name for name in required if [error.code for error in wrong[name]] == ["required"]} == required


def test_what_turns_text_round_is_dropped_and_addresses_of_pages_stay_slugs(client: Client) -> None:
    client.force_login(UserFactory(is_superuser=True))
    page = reverse("admin:champions_timelineevent_add")
    client.post(page, {"when": "\u202e2011 ", "what": "Cafe\u0301  \u2066signing", "position": 1})
    (event,) = TimelineEvent.objects.filter(when="2011")
    assert event.what == "Café signing"
    answer = client.post(reverse("admin:responses_call_add"), {"title": "One", "slug": "a b"})
    assert [w.code for w in answer.context["adminform"].form.errors.as_data()["slug"]] == ["invalid"]
