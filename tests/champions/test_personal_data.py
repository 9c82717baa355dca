"""What the room of champions holds of a person, shows of them, and blanks."""

import datetime as dt

import pytest
from django.test import Client

from accord_portal.staff.models import User
from champions import personal_data
from champions.initiatives import progress
from champions.models import Milestone, ProgressReport
from tests.factories import InitiativeFactory
from tests.register import MilestoneFactory, PartnerFactory, ProgressReportFactory

pytestmark = pytest.mark.django_db


def test_what_was_said_is_held_with_whose_word_it_was() -> None:
    row = ProgressReportFactory(speaker="Aroha", said_on=dt.date(2026, 11, 3))
    MilestoneFactory(initiative=row.initiative)
    held = personal_data.held([row.champion.contact_id])
    assert held["What you said of initiatives"] == [
        {
            "Initiative": row.initiative.pk,
            "How it stands": "Under way",
            "Why": "The hall is open on Fridays.",
            "Said on": dt.date(2026, 11, 3),
            "For": "Community side",
            "Name shown with it": "Aroha",
            "How": "From the mailbox",
        }
    ]
    assert [milestone["What"] for milestone in held["Milestones"]] == ["The roof is mended"]


def test_a_partner_is_told_where_they_are_named() -> None:
    partner = PartnerFactory(shown=True)
    keys = [partner.champion.contact_id]
    (row,) = personal_data.held(keys)["Initiatives you are a partner in"]
    assert (row["Initiative of another champion"], row["You may be named beside it"]) == (
        partner.initiative.pk,
        True,
    )
    assert f"Partner in: {partner.initiative.title}" in [shown.label for shown in personal_data.public(keys)]
    personal_data.take_down(keys)
    assert personal_data.public(keys) == []


def test_erasure_blanks_what_was_said_by_them_and_of_what_they_did() -> None:
    one = InitiativeFactory(published=True, reason="Zebulon", with_whom="Zebulon")
    partner = PartnerFactory(initiative=one, shown=True)
    MilestoneFactory(initiative=one, what="Zebulon")
    ProgressReportFactory(initiative=one, why="Zebulon", speaker="Zebulon")
    ProgressReportFactory(initiative=one, champion=partner.champion, why="Zebulon", speaker="Zebulon")
    kept = ProgressReportFactory(champion=partner.champion, why="Kept")
    keys = [one.champion.contact_id]
    personal_data.take_down(keys)
    personal_data.erase(keys)
    one.refresh_from_db()
    assert (one.reason, one.with_whom, Milestone.objects.get().what) == ("", "", "Erased")
    assert {(row.why, row.speaker) for row in ProgressReport.objects.exclude(pk=kept.pk)} == {("", "")}
    assert ProgressReport.objects.count() == 3
    kept.refresh_from_db()
    assert kept.why == "Kept"


def test_erasure_blanks_what_another_said_is_still_true(client: Client, mere: User) -> None:
    one = InitiativeFactory(published=True)
    a, b = (PartnerFactory(initiative=one, shown=True).champion for _ in range(2))
    first = ProgressReportFactory(initiative=one, champion=a, why="Zebulon helps us.")
    progress.read_words(initiative=one, by=mere, report=first, show=True)
    progress.still_true(initiative=one, champion=b, seen=first.pk)
    assert client.get(one.get_absolute_url()).content.decode().count("Zebulon") == 3
    personal_data.take_down([a.contact_id])
    assert "Zebulon" not in client.get(one.get_absolute_url()).content.decode()
    personal_data.erase([a.contact_id])
    assert not ProgressReport.objects.exclude(why="").exists()
    assert "Zebulon" not in "".join(b.contact.activities.values_list("text", flat=True))
