"""The contact list as a file: who is in it, what spreadsheets must not run, and who may have it."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accord_portal.staff.models import LogLine
from responses.contacts import exporting
from responses.models import Contact, Purpose
from tests.clock import NOON
from tests.factories import (
    ContactFactory,
    ImportRowFactory,
    InvolvementFactory,
    RecommendationFactory,
    UserFactory,
    permitted,
    received,
    subscriber,
)

pytestmark = pytest.mark.django_db


def exported() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(exporting.pieces()).removeprefix("\ufeff"))))


@time_machine.travel(NOON, tick=False)
def test_each_contact_that_stands_is_a_line() -> None:
    one = subscriber(
        name="Hēmi Walker",
        organisation="Trust, Inc",
        email="hemi@example.org",
        telephone="021 123 456",
        postal_address="1 High St\nLevin",
    )
    InvolvementFactory(contact=one, purpose="give_advice", since_at=NOON)
    InvolvementFactory(contact=one, purpose="champion_accord", since_at=NOON, ended_at=NOON)
    two = ContactFactory(name="Bo", email="", restricted_at=NOON, restricted_because="no_basis")
    three = ContactFactory(name="Cilla", email="c@example.org", never_again_at=NOON)
    ContactFactory(name="Merged", merged_into=one)
    ContactFactory(name="", email="", erased_at=NOON)
    first, second, third = exported()
    assert first == {
        "number": str(one.pk),
        "name": "Hēmi Walker",
        "organisation": "Trust, Inc",
        "email": "hemi@example.org",
        "email confirmed": "16 November 2026",
        "telephone": "021 123 456",
        "telephone, international": "'+6421123456",
        "postal address": "1 High St\nLevin",
        "language": "English",
        "since": "2026-11-16",
        "keep_informed": "confirmed",
        "community_of_interest": "no",
        "give_advice": "yes",
        "champion_accord": "no",
        "not to be written to": "",
    }
    assert (second["number"], second["not to be written to"]) == (
        str(two.pk),
        "Came in a list without a basis for consent",
    )
    assert (third["number"], third["not to be written to"]) == (
        str(three.pk),
        "Asked never to be written to again",
    )


def test_a_merged_record_has_a_line_while_it_says_yes() -> None:
    kept = ContactFactory(email="kept@example.org")
    other = subscriber(email="other@example.org", merged_into=kept)
    said = [(line["number"], line["email"], line["keep_informed"]) for line in exported()]
    assert said == [(str(kept.pk), kept.email, "no"), (str(other.pk), other.email, "confirmed")]


def test_a_long_list_is_read_by_the_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    people = [ContactFactory(name=f"P{n}") for n in range(7)]
    monkeypatch.setattr(exporting, "CONTACTS_A_QUERY", 3)
    with CaptureQueriesContext(connection) as queries:
        found = exported()
    assert [line["number"] for line in found] == [str(person.pk) for person in people]
    assert len(queries) == 7  # two a chunk, and one that finds nothing more


EXPORT = "admin:responses_contact_export"


def test_the_file_is_streamed_and_nobody_keeps_it(client: Client) -> None:
    mere = permitted("responses.export_contact", "responses.see_contact_details")
    client.force_login(mere)
    subscriber(name="Hēmi")
    assert client.get(reverse(EXPORT)).status_code == 200
    assert LogLine.objects.count() == 0
    with time_machine.travel(NOON, tick=False):
        response = client.post(reverse(EXPORT))
    assert response.streaming
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="contacts-2026-11-16.csv"'
    assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    content = b"".join(response.streaming_content)
    assert content.startswith(b"\xef\xbb\xbfnumber,name,")
    assert "Hēmi".encode() in content
    line = LogLine.objects.get()
    assert (line.act, line.kind, line.key, line.detail, line.done_by) == (
        "exported",
        "responses.contact",
        None,
        "The whole contact list, as CSV",
        mere,
    )


@pytest.mark.parametrize("permission", ["responses.view_contact", "responses.add_contactimport"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_only_a_role_that_may_has_it(client: Client, permission: str, method: str) -> None:
    client.force_login(permitted(permission))
    assert getattr(client, method)(reverse(EXPORT)).status_code == 403
    client.force_login(UserFactory(is_staff=False))
    assert getattr(client, method)(reverse(EXPORT)).status_code == 302
    assert list(LogLine.objects.values_list("act", flat=True)) == ["refused"]


def test_without_the_permission_for_details_the_file_has_no_columns_for_them(client: Client) -> None:
    mere = permitted("responses.export_contact")
    client.force_login(mere)
    subscriber(
        name="Hēmi", email="hemi@example.org", telephone="021 123 4567", postal_address="1 Rata Street"
    )
    assert "no columns for them" in client.get(reverse(EXPORT)).content.decode()
    content = b"".join(client.post(reverse(EXPORT)).streaming_content).decode()
    heading, row = content.removeprefix("\ufeff").splitlines()
    assert heading.split(",") == [
        *["number", "name", "organisation", "email confirmed", "language", "since"],
        *[*Purpose.values, "not to be written to"],
    ]
    for detail in ("hemi@", "021", "4567", "+64", "Rata"):
        assert detail not in row
    assert "Hēmi" in row
    assert LogLine.objects.get().detail == "The whole contact list, as CSV, without addresses and numbers"


def test_the_addresses_affected_by_a_breach_can_be_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    ContactFactory(email="old@example.org", created_at=NOON - dt.timedelta(days=1))
    kept = ContactFactory(email="b@example.org", created_at=NOON)
    ContactFactory(email="merged@example.org", created_at=NOON, merged_into=kept)
    ContactFactory(name="Bo", email="", created_at=NOON)
    call_command("affected_addresses")
    assert capsys.readouterr().out == "old@example.org\nb@example.org\nmerged@example.org\n"
    call_command("affected_addresses", since=dt.date(2026, 11, 16))
    assert capsys.readouterr().out == "b@example.org\nmerged@example.org\n"
    call_command("affected_addresses", until=dt.date(2026, 11, 15))
    assert capsys.readouterr().out == "old@example.org\n"
    row = ImportRowFactory(contact=kept)
    ImportRowFactory(contact=kept, contact_import=row.contact_import, number=row.number + 1)
    call_command("affected_addresses", list=row.contact_import_id)
    assert capsys.readouterr().out == "b@example.org\n"


def test_so_can_those_of_people_who_are_no_contacts_yet(capsys: pytest.CaptureFixture[str]) -> None:
    before = NOON - dt.timedelta(days=9)
    contact = ContactFactory(email="now@example.org", created_at=before)
    with time_machine.travel(NOON, tick=False):
        received(email="Now@example.org")
        received(email="then@example.org")
        Contact.objects.filter(email="then@example.org").update(email="", mailbox=None)
        RecommendationFactory(recommender=contact, email="friend@example.org")
    row = ImportRowFactory(mailbox="listed@example.org", contact_import__uploaded_at=before)
    drawn: list[tuple[dict[str, Any], list[str]]] = [
        ({}, ["now", "then", "friend", "listed"]),
        ({"since": dt.date(2026, 11, 16)}, ["Now", "then", "friend"]),
        ({"until": dt.date(2026, 11, 15)}, ["now", "listed"]),
        ({"list": row.contact_import_id}, ["listed"]),
    ]
    for options, names in drawn:
        call_command("affected_addresses", **options)
        assert capsys.readouterr().out.split() == [f"{name}@example.org" for name in names], options
