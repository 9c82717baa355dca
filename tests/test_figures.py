"""The page of figures: each number with what is behind it."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accord_portal.digests.models import Audience
from accord_portal.figures import panels
from accord_portal.staff.models import User
from tests.factories import (
    ChampionFactory,
    DigestIssueFactory,
    InitiativeFactory,
    InvolvementFactory,
    UpdateFactory,
    subscriber,
)

pytestmark = pytest.mark.django_db


def test_how_many_said_yes_and_how_many_confirmed_it() -> None:
    subscriber()
    InvolvementFactory()
    InvolvementFactory(purpose="give_advice", ended_at=timezone.now())
    numbers = {row["purpose"]: (row["label"], row["yes"], row["confirmed"]) for row in panels()["people"]}
    assert numbers == {
        "keep_informed": ("Keep informed", 2, 1),
        "community_of_interest": ("Community of interest", 0, 0),
        "give_advice": ("Give advice", 0, 0),
        "champion_accord": ("Champion the Accord", 0, 0),
    }


def test_champions_and_initiatives_by_state() -> None:
    ChampionFactory()
    InitiativeFactory(published=True)
    shown = panels()
    for name in ("champions", "initiatives"):
        assert {row["state"]: row["number"] for row in shown[name]} == {
            "draft": int(name == "champions"),
            "published": 1,
            "withdrawn": 0,
        }


def test_each_audience_with_its_draft_its_last_issue_and_what_waits() -> None:
    last = DigestIssueFactory(approved=True)
    draft = DigestIssueFactory(audience="community_of_interest")
    UpdateFactory(published=True)
    rows = {row["audience"]: row for row in panels()["digests"]}
    assert list(rows) == list(Audience)
    assert rows["keep_informed"] == {"audience": "keep_informed", "draft": None, "last": last, "waiting": 1}
    assert rows["community_of_interest"]["draft"] == draft


def test_the_page_is_for_staff(client: Client, mere: User) -> None:
    address = reverse("admin:figures")
    assert address == "/staff/figures/"
    assert client.get(address).status_code == 302
    client.force_login(mere)
    assert client.get(address).status_code == 200
