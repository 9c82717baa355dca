"""Every door with generated input: it answers, loses nothing, and what it takes can be seen and reached."""

import html
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings

from accord_portal.foundation.addresses import mailbox
from accord_portal.foundation.telephones import can_be_rung
from accord_portal.foundation.text import DROPPED, is_visible
from responses.admin.contact_forms import AddForm
from responses.models import Call, ExpressionOfInterest
from responses.preference_forms import AddressForm
from responses.recommend_forms import RecommendForm
from tests import strategies as typed
from tests.factories import form_data

bounded = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def assert_sound(name: str, email: str) -> None:
    assert is_visible(name)
    assert not DROPPED.search(name)
    assert len(name) <= 200
    assert email == "" or (mailbox(email).isascii() and len(mailbox(email)) <= 254)


@pytest.mark.django_db
@bounded
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
    shown = html.unescape(page.text).replace("\r\n", "\n")
    for said in (name, organisation, telephone):
        assert said.replace("\r\n", "\n").replace("\r", "\n") in shown.replace("\r", "\n")


@bounded
@given(typed.names, typed.addresses, typed.bodies)
def test_recommending(name: str, email: str, why: str) -> None:
    form = RecommendForm({"name_1": name, "email_1": email, "why_1": why, "told_1": "yes"})
    if form.is_valid():
        (one,) = form.suggested()
        assert_sound(one.name, one.email)
        assert is_visible(one.why)


@bounded
@given(typed.addresses)
def test_a_change_of_address(email: str) -> None:
    form = AddressForm({"email": email})
    if form.is_valid():
        assert_sound("-", form.cleaned_data["email"])
        assert form.cleaned_data["email"]


@bounded
@given(typed.names, typed.addresses, typed.telephones, typed.bodies)
def test_staff_adding_somebody(name: str, email: str, telephone: str, postal_address: str) -> None:
    data: dict[str, Any] = {"name": name, "email": email, "telephone": telephone, "language": "en"}
    form = AddForm({**data, "postal_address": postal_address})
    if form.is_valid():
        assert_sound(form.cleaned_data["name"], form.cleaned_data["email"])
