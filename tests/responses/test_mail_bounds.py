"""How much mail strangers can cause: bounded by the client who asks and by the mailbox it goes to."""

from collections.abc import Callable

import pytest
import time_machine
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accord_portal.foundation.models import OutgoingMail
from responses.emails import preferences_url, recommend_url, recommend_url_of
from responses.models import Call, Contact, Recommendation
from tests.factories import form_data, received, subscriber
from tests.html import read

pytestmark = pytest.mark.django_db
NOON = "2026-11-16T12:00:00+00:00"
NEW = "new@example.org"
TAMA = {"name_1": "Tama", "email_1": "tama@example.org", "why_1": "He asked.", "told_1": "yes"}


# --- from one client -------------------------------------------------------------------------


def send_form(client: Client, n: int) -> HttpResponse:
    return client.post(reverse("express-interest"), form_data(email=f"person{n}@example.org"))


def ask_for_link(client: Client, n: int) -> HttpResponse:
    return client.post(reverse("preferences-link"), {"email": f"person{n}@example.org"})


def ask_new_address(client: Client, n: int) -> HttpResponse:
    person = Contact.objects.get(email="aroha@example.org")
    return client.post(f"{preferences_url(person)}address/", {"email": f"person{n}@example.org"})


def recommend(client: Client, n: int) -> HttpResponse:
    person = Contact.objects.get(email="aroha@example.org")
    return client.post(recommend_url(person), {**TAMA, "email_1": f"person{n}@example.org"})


def recommend_from_a_receipt(client: Client, n: int) -> HttpResponse:
    eoi = Contact.objects.get(email="aroha@example.org").eois.get()
    return client.post(recommend_url_of(eoi), {**TAMA, "email_1": f"person{n}@example.org"})


DOORS: list[Callable[[Client, int], HttpResponse]] = [
    send_form,
    ask_for_link,
    ask_new_address,
    recommend,
    recommend_from_a_receipt,
]


@pytest.fixture
def aroha(call: Call) -> Contact:
    person = subscriber(email="aroha@example.org")
    received()
    return person


def kept() -> tuple[int, int, int]:
    return Contact.objects.count(), OutgoingMail.objects.count(), Recommendation.objects.count()


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_every_door_counts_for_every_other(
    client: Client, aroha: Contact, settings: LazySettings, door: Callable[[Client, int], HttpResponse]
) -> None:
    settings.FORM_POSTS_PER_HOUR = len(DOORS)
    with time_machine.travel(NOON, tick=False) as clock:
        codes = [each(client, n).status_code for n, each in enumerate(DOORS)]
        before = kept()
        refused = door(client, 7)
        assert kept() == before
        assert door(client, 7).status_code == 429
        clock.shift(3600)
        assert door(client, 8).status_code in (200, 303)
    assert codes == [303, 200, 200, 200, 200]
    assert (refused.status_code, refused["Retry-After"]) == (429, "3600")


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_whoever_must_wait_keeps_what_was_typed(
    client: Client, aroha: Contact, settings: LazySettings, door: Callable[[Client, int], HttpResponse]
) -> None:
    settings.FORM_POSTS_PER_HOUR = 1
    with time_machine.travel(NOON, tick=False):
        send_form(client, 1)
        refused = door(client, 7)
    page = read(refused).one("main")
    boxes = {box.attrs.get("name"): box.attrs.get("value") for box in page.all("input")}
    assert "person7@example.org" in (boxes.get("email"), boxes.get("email_1"))
    assert "hour" in page.text


def test_forty_addresses_of_one_network_are_one_client(
    client: Client, call: Call, settings: LazySettings
) -> None:
    settings.FORM_POSTS_PER_HOUR = 30
    with time_machine.travel(NOON, tick=False):
        codes = [
            client.post(
                reverse("express-interest"),
                form_data(email=f"person{n}@example.org"),
                REMOTE_ADDR=f"2001:db8:1:2::{n:x}",
            ).status_code
            for n in range(40)
        ]
    assert codes == [303] * 30 + [429] * 10


def test_what_is_refused_for_what_was_typed_is_not_counted(
    client: Client, aroha: Contact, settings: LazySettings
) -> None:
    settings.FORM_POSTS_PER_HOUR = 1
    with time_machine.travel(NOON, tick=False):
        for _ in range(3):
            assert client.post(f"{preferences_url(aroha)}address/", {"email": "x"}).status_code == 200
            assert client.post(recommend_url(aroha), {"name_1": "Tama"}).status_code == 200
        assert ask_new_address(client, 1).status_code == 200
