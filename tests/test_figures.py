"""The page of figures: each number with what is behind it, and a picture that says the same in words."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accord_portal import figures
from accord_portal.digests.models import Audience
from accord_portal.figures import Panel, panels
from accord_portal.foundation import tallies
from accord_portal.foundation.models import Tally
from accord_portal.foundation.tallies import Part
from accord_portal.staff.models import User
from responses.answers import confirming, triage
from responses.consent import switches
from tests.clock import NOON
from tests.factories import ChampionFactory, DigestIssueFactory, InitiativeFactory, UpdateFactory, received
from tests.html import Element, read
from tests.partnerships import PartnershipFactory, PartyFactory

pytestmark = pytest.mark.django_db
Figure = Tally.Figure
PAGE = "/staff/figures/"
WEEK = dt.date(2026, 11, 16)


@pytest.fixture(autouse=True)
def _monday_noon(time_machine: time_machine.TimeMachineFixture) -> None:
    time_machine.move_to(NOON, tick=False)


def table(shown: Panel) -> dict[str, list[str]]:
    return {row.label: [cell.text for cell in row.cells] for row in shown.rows}


def page_of(client: Client, user: User, query: str = "") -> Element:
    client.force_login(user)
    return read(client.get(PAGE + query))


def test_answers_by_week_and_channel_lead_to_them(client: Client, superuser: User) -> None:
    seen, spam = received("keep_informed"), received(email="buy@example.org", name="Buy now")
    triage.mark_as_spam(eoi=spam, seen=1, by=superuser)
    received(email="old@example.org", at=NOON - dt.timedelta(days=1))
    shown = panels(superuser, weeks=13)["answers"]
    assert shown.heads == ["All", "Web form", "Email", "Telephone", "Paper", "Preferences page"]
    assert len(shown.rows) == 13
    assert list(table(shown).items())[:3] == [
        ("16 November 2026", ["1", "1", "0", "0", "0", "0"]),
        ("9 November 2026", ["1", "1", "0", "0", "0", "0"]),
        ("2 November 2026", ["0", "0", "0", "0", "0", "0"]),
    ]
    client.force_login(superuser)
    for cell in shown.rows[0].cells[:2]:
        assert list(client.get(cell.address).context["cl"].result_list) == [seen]
    assert [cell.address for cell in shown.rows[0].cells[2:]] == [""] * 4


def test_what_was_acknowledged_on_time_and_late_leads_to_it(client: Client, superuser: User) -> None:
    for email, at in (("a@example.org", NOON), ("b@example.org", NOON - dt.timedelta(days=20))):
        eoi = received(email=email, at=at)
        day = eoi.undertakings.get(kind="reply").due_on
        triage.acknowledge(eoi=eoi, seen=1, by=superuser, text="Thanks", reply_on=max(day, WEEK))
    shown = panels(superuser, weeks=13)["acknowledged"]
    assert (shown.heads, table(shown)["16 November 2026"]) == (["On time", "Late"], ["1", "1"])
    client.force_login(superuser)
    for cell, whose in zip(shown.rows[0].cells, ("a@example.org", "b@example.org"), strict=True):
        rows = client.get(cell.address).context["cl"].result_list
        assert [row.eoi.email for row in rows] == [whose]


def test_from_a_yes_to_a_yes_that_stands(client: Client, superuser: User) -> None:
    one = received("keep_informed", "give_advice")
    received("keep_informed", email="b@example.org")
    confirming.confirm(contact=one.contact, eoi=one)
    switches.set_switches(contact=one.contact, wanted={"give_advice": False})
    shown = {figure.title: figure for figure in panels(superuser, weeks=13)["yeses"]}
    assert {title: [row.cells[0].text for row in figure.rows] for title, figure in shown.items()} == {
        "Keep informed": ["2", "1", "1"],
        "Community of interest": ["0", "0", "0"],
        "Give advice": ["1", "1", "0"],
        "Champion the Accord": ["0", "0", "0"],
    }
    assert shown["Keep informed"].says == "Keep informed: said yes 2, confirmed it 1, still say yes 1."
    client.force_login(superuser)
    numbers = [
        len(client.get(row.cells[0].address).context["cl"].result_list) for row in shown["Keep informed"].rows
    ]
    assert numbers == [2, 2, 1]  # of those who ever said Yes there is one list


def test_what_became_of_the_last_issues_and_who_left_before_the_next(superuser: User) -> None:
    days = [NOON - dt.timedelta(days=back) for back in (30, 10)]
    first, second = [
        DigestIssueFactory(
            approved=True, period=f"{day:%d}", approved_at=day, recipients=9, accepted=6, failed=2, in_doubt=1
        )
        for day in days
    ]
    for back, number in ((31, 1), (30, 2), (11, 3), (10, 4), (0, 5)):
        day = WEEK - dt.timedelta(days=back)
        tallies.add({Part(Figure.TAKEN_BACK, "keep_informed", day): number})
        tallies.add({Part(Figure.TAKEN_BACK, "give_advice", day): 50})
    shown = panels(superuser, weeks=1)["issues"]
    assert [row.cells for row in shown.rows] == [
        [
            *(figures.Number(n, row.address) for n in ("6", "2", "1")),
            figures.Number("0"),
            figures.Number(back),
        ]
        for row, back in zip(shown.rows, ("9", "5"), strict=True)
    ]
    assert [row.address.split("/")[-3] for row in shown.rows] == [str(second.pk), str(first.pk)]


def test_champions_and_initiatives_by_state(superuser: User) -> None:
    ChampionFactory()
    InitiativeFactory(published=True)
    hidden = PartnershipFactory()
    PartyFactory(partnership=hidden, champion=ChampionFactory())
    PartnershipFactory(visibility="summary")
    shown = {figure.title: table(figure) for figure in panels(superuser, weeks=13)["champions"]}
    assert shown == {
        "Champions": {"Draft": ["2"], "Published": ["1"], "Withdrawn": ["0"]},
        "Initiatives": {"Draft": ["0"], "Published": ["1"], "Withdrawn": ["0"]},
        "Partnerships": {
            "Public, the whole record": ["0"],
            "Public, in summary": ["1"],
            "Not public": ["1"],
        },
    }


def test_each_audience_with_its_draft_its_last_issue_and_what_waits(superuser: User) -> None:
    last = DigestIssueFactory(approved=True)
    draft = DigestIssueFactory(audience="community_of_interest")
    UpdateFactory(published=True)
    rows = {row["audience"]: row for row in panels(superuser, weeks=13)["digests"]}
    assert list(rows) == list(Audience)
    assert rows["keep_informed"] == {"audience": "keep_informed", "draft": None, "last": last, "waiting": 1}
    assert rows["community_of_interest"]["draft"] == draft


def test_the_page_is_for_staff_and_shows_what_their_roles_open(
    client: Client, mere: User, superuser: User
) -> None:
    assert reverse("admin:figures") == PAGE
    assert Client().get(PAGE).status_code == 302
    left_out = "Figures of records that your role does not open are left out."
    seen = page_of(client, mere)
    assert (left_out in seen.text, len(seen.all("svg", role="img"))) == (True, 0)
    received("keep_informed")
    seen = page_of(client, superuser)
    assert left_out not in seen.text


def test_a_picture_has_a_title_its_numbers_in_words_and_its_table(client: Client, superuser: User) -> None:
    received("keep_informed")
    received(email="b@example.org", at=NOON - dt.timedelta(days=7))
    page = page_of(client, superuser)
    picture = page.all("svg", role="img")[0]
    assert picture["aria-labelledby"] == "answers-title answers-says"
    assert picture.one("title").text == "Answers a week by channel"
    assert picture.one("desc").text == (
        "Week of 24 August 2026 to week of 16 November 2026: web form 2, email 0, telephone 0, paper 0,"
        " preferences page 0; at most 1 in a week."
    )
    bars = [(bar["class"], bar["x"], bar["y"], bar["height"]) for bar in picture.all("rect")]
    assert bars == [("series-0", "111.00", "0.00", "100.00"), ("series-0", "121.00", "0.00", "100.00")]
    assert "style=" not in str(page.one("div", class_="figures"))
    assert len(page_of(client, superuser, "?weeks=52").one(id="answers-table").all("tr")) == 53


def test_before_anything_happened_the_page_says_so(client: Client, superuser: User) -> None:
    page = page_of(client, superuser)
    assert page.all("svg", role="img") == []
    for said in (
        "Nobody has answered in these weeks.",
        "Nothing was acknowledged in these weeks.",
        "No digest was sent yet.",
    ):
        assert said in page.text


def test_the_page_costs_the_same_with_more_in_it(
    superuser: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        received("keep_informed", email=f"a{number}@example.org")
        DigestIssueFactory(approved=True, period=str(number))
        ChampionFactory(published=True)
        if number != 1:
            with django_assert_num_queries(21):
                panels(superuser, weeks=52)
