"""Every door with generated input: it answers, loses nothing, and what it takes can be seen and reached."""

import html
from collections.abc import Iterable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from hypothesis import given
from pytest_django import Settings

from accord_portal.foundation.addresses import mailbox
from accord_portal.foundation.telephones import can_be_rung
from accord_portal.foundation.text import DROPPED, is_visible
from responses.forms.contact import AddForm
from responses.forms.preferences import AskForLinkForm
from responses.forms.recommend import RecommendForm
from responses.models import Call, ExpressionOfInterest, Letter, Purpose, Recommendation
from responses.people.links import preferences_url, recommend_url_of
from tests import strategies as typed
from tests.factories import form_data, received
from tests.profiles import costly


@pytest.fixture(autouse=True)
def _as_often_as_it_likes(settings: Settings) -> None:
    settings.FORM_POSTS_PER_HOUR = 0


def assert_sound(name: str, email: str) -> None:
    assert is_visible(name)
    assert not DROPPED.search(name)
    assert len(name) <= 200
    assert email == "" or (mailbox(email).isascii() and len(mailbox(email)) <= 254)


@pytest.mark.django_db
@costly(2)
@given(typed.names, typed.names, typed.addresses, typed.telephones, typed.bodies)
def test_the_form(
    client: Client, call: Call, name: str, organisation: str, email: str, telephone: str, comments: str
) -> None:
    before = ExpressionOfInterest.objects.count()
    page = client.post(
        "/express-interest/",
        form_data(name=name, organisation=organisation, email=email, telephone=telephone, comments=comments),
    )
    assert page.status_code in (200, 303)
    if page.status_code == 303:
        eoi = ExpressionOfInterest.objects.latest("pk")
        assert_sound(eoi.name, eoi.email)
        assert eoi.email or can_be_rung(eoi.telephone)
        return
    assert ExpressionOfInterest.objects.count() == before
    assert_all_there(page, [name, organisation, telephone])


def assert_all_there(page: HttpResponse, typed: Iterable[str]) -> None:
    shown = one_kind_of_line_end(html.unescape(page.text))
    assert [text for text in typed if one_kind_of_line_end(text) not in shown] == []


def one_kind_of_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def assert_answered(page: Any, typed: dict[str, str]) -> None:
    """It was taken; or it says what is wrong, and shows all that was typed once more."""
    assert page.status_code in (200, 303)
    form = (page.context or {}).get("form")
    assert page.status_code == 303 or form is not None or "Thank you for recommending" in page.text
    if page.status_code == 200 and form is not None and form.is_bound and not form.is_valid():
        assert 'class="error-summary' in page.text
        assert_all_there(page, typed.values())


@costly(2)
@given(typed.names, typed.addresses, typed.bodies)
def test_recommending(name: str, email: str, why: str) -> None:
    form = RecommendForm({"name_1": name, "email_1": email, "why_1": why, "told_1": "yes"})
    if form.is_valid():
        (one,) = form.suggested()
        assert_sound(one.name, one.email)
        assert is_visible(one.why)


@costly(2)
@given(typed.addresses)
def test_a_change_of_address(email: str) -> None:
    form = AskForLinkForm({"email": email})
    if form.is_valid():
        assert_sound("-", form.cleaned_data["email"])
        assert form.cleaned_data["email"]


@costly(2)
@given(typed.names, typed.addresses, typed.telephones, typed.bodies)
def test_staff_adding_somebody(name: str, email: str, telephone: str, postal_address: str) -> None:
    data: dict[str, Any] = {"name": name, "email": email, "telephone": telephone, "language": "en"}
    form = AddForm({**data, "postal_address": postal_address})
    if form.is_valid():
        assert_sound(form.cleaned_data["name"], form.cleaned_data["email"])


@pytest.mark.django_db
@costly(8)
@given(typed.names, typed.addresses, typed.bodies, typed.names)
def test_the_page_of_recommending(client: Client, name: str, email: str, why: str, other: str) -> None:
    data = {"name_1": name, "email_1": email, "why_1": why, "name_2": other}
    page = client.post(recommend_url_of(someone()), {**data, "told_1": "yes"})
    assert_answered(page, data)
    assert_sound_people(Recommendation.objects.all())


@pytest.mark.django_db
@costly(8)
@given(typed.names, typed.names, typed.telephones, typed.bodies, typed.bodies)
def test_the_page_of_correcting_details(
    client: Client, name: str, organisation: str, telephone: str, postal_address: str, shown: str
) -> None:
    contact = someone().contact
    data = {"name": name, "organisation": organisation, "telephone": telephone}
    data["postal_address"] = postal_address
    url = f"{preferences_url(contact)}details/correct/"
    assert_answered(client.post(url, {**data, "language": "en", "shown": shown}), data)
    contact.refresh_from_db()
    assert_sound(contact.name, contact.email)


@pytest.mark.django_db
@costly(8)
@given(typed.names, typed.telephones, typed.bodies, typed.bodies)
def test_the_page_of_changing_answers(
    client: Client, name: str, telephone: str, initiatives: str, comments: str
) -> None:
    eoi = someone()
    data = {"name": name, "telephone": telephone, "comments": comments, "initiatives": initiatives}
    url = f"{preferences_url(eoi.contact)}answers/{eoi.reference}/change/"
    yes = {**dict.fromkeys(Purpose.values, "no"), "champion_accord": "yes"}
    assert_answered(client.post(url, {**data, **yes}), data)
    eoi.contact.refresh_from_db()
    assert_sound(eoi.contact.name, eoi.contact.email)


@pytest.mark.django_db
@costly(8)
@given(typed.addresses)
def test_the_page_of_another_address(client: Client, email: str) -> None:
    url = f"{preferences_url(someone().contact)}address/"
    assert_answered(client.post(url, {"email": email}), {"email": email})


@pytest.mark.django_db
@costly(8)
@given(typed.names, typed.addresses, typed.telephones, typed.bodies)
def test_contact_us(client: Client, name: str, email: str, telephone: str, message: str) -> None:
    data = {"name": name, "email": email, "telephone": telephone, "message": message}
    page = client.post("/contact/", data)
    assert_answered(page, data)
    if page.status_code == 303:
        letter = Letter.objects.latest("pk")
        assert_sound(letter.name, letter.email)
        assert letter.email or can_be_rung(letter.telephone)
        assert is_visible(letter.message)


@pytest.mark.parametrize("shown", ["[" * 20_000, '{"a":' * 20_000, "null", "[1]", '{"name": {}}', "\\ud800"])
@pytest.mark.django_db
def test_what_a_page_carries_may_be_anything(client: Client, shown: str) -> None:
    url = f"{preferences_url(someone().contact)}details/correct/"
    assert client.post(url, {"name": "Mere", "language": "en", "shown": shown}).status_code in (200, 303)


def someone() -> ExpressionOfInterest:
    """The form that somebody sent."""
    return received()


def assert_sound_people(people: Iterable[Recommendation]) -> None:
    for person in people:
        assert_sound(person.name, person.email)
        assert is_visible(person.why)
