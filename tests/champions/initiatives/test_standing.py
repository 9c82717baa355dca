"""How an initiative stands, in words: both sides, whether they agree, and how long ago."""

import datetime as dt

import pytest

from champions.initiatives import standing
from champions.models import Initiative
from tests.clock import NOON
from tests.factories import ChampionFactory, InitiativeFactory
from tests.register import PartnerFactory, ProgressReportFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY = dt.date(2026, 11, 16)
DAY = dt.timedelta(days=1)


def of(initiative: Initiative) -> standing.Standing:
    return standing.of(standing.with_standing(Initiative.objects.filter(pk=initiative.pk)).get())


def two_sides(community: str = "", agency: str = "") -> Initiative:
    one = InitiativeFactory(published=True)
    partner = PartnerFactory(initiative=one, shown=True)
    if community:
        ProgressReportFactory(initiative=one, state=community)
    if agency:
        ProgressReportFactory(initiative=one, champion=partner.champion, state=agency)
    return one


@pytest.mark.parametrize(
    ("community", "agency", "words", "disagrees"),
    [
        ("", "", "Nobody has told us yet how it stands.", False),
        ("done", "done", "Both sides agree: “done”.", False),
        (
            "stalled",
            "done",
            "The two sides do not agree: the agency side says “done”, the community side says “stalled”.",
            True,
        ),
        ("under_way", "", "The community side says “under way”. The agency side has not told us yet.", False),
        ("", "stopped", "The agency side says “stopped”. The community side has not told us yet.", False),
    ],
)
def test_two_sides_in_words(community: str, agency: str, words: str, disagrees: bool) -> None:
    found = of(two_sides(community, agency))
    assert (found.in_words, found.disagrees) == (words, disagrees)
    assert [side.side.label for side in found.sides] == ["Agency side", "Community side"]


def test_one_side_where_there_is_only_one() -> None:
    one = ProgressReportFactory(state="under_way").initiative
    found = of(one)
    assert found.in_words == "The community side says “under way”."
    assert ([side.side for side in found.sides], found.states) == (["community"], ["Under way"])


def test_several_champions_of_a_side_speak_for_it_together() -> None:
    one = ProgressReportFactory(state="under_way").initiative
    other = PartnerFactory(initiative=one, shown=True, champion=ChampionFactory(published=True)).champion
    ProgressReportFactory(initiative=one, champion=other, state="stalled")
    (side,) = of(one).sides
    assert (list(side.champions), side.last.champion if side.last else None) == ([one.champion, other], other)
    assert of(one).states == ["Stalled"]


def test_a_partner_who_is_not_shown_is_seen_by_staff_only() -> None:
    one = InitiativeFactory(published=True)
    ProgressReportFactory(initiative=one, champion=PartnerFactory(initiative=one).champion, state="done")
    assert of(one).in_words == "Nobody has told us yet how it stands."
    assert standing.for_staff(one).in_words.startswith("The agency side says “done”.")


@pytest.mark.parametrize(
    ("days", "state", "stale"),
    [(90, "under_way", False), (91, "under_way", True), (91, "done", False), (91, "stopped", False)],
)
def test_ninety_days_without_a_word_are_stale_unless_it_is_over(days: int, state: str, stale: bool) -> None:
    one = InitiativeFactory(published=True, registered_at=NOON - 200 * DAY, published_at=NOON - 200 * DAY)
    ProgressReportFactory(initiative=one, state=state, said_on=TODAY - days * DAY)
    assert bool(of(one).stale) is stale
    assert Initiative.objects.stale(TODAY).exists() is stale


@pytest.mark.parametrize(("days", "stale"), [(90, False), (91, True)])
def test_silence_counts_from_when_it_was_published(days: int, stale: bool) -> None:
    since = NOON - days * DAY
    one = InitiativeFactory(published=True, registered_at=NOON - 300 * DAY, published_at=since)
    assert bool(of(one).stale) is stale
    assert Initiative.objects.stale(TODAY).exists() is stale
    if stale:
        assert of(one).stale == "Nobody has told us anything since it was published on 17 August 2026."


def test_a_report_of_either_side_ends_staleness() -> None:
    one = two_sides()
    Initiative.objects.update(registered_at=NOON - 300 * DAY, published_at=NOON - 300 * DAY)
    one.refresh_from_db()
    ProgressReportFactory(initiative=one, said_on=TODAY - 100 * DAY)
    assert of(one).stale == "Nobody has told us anything new since 8 August 2026."
    ProgressReportFactory(initiative=one, champion=one.partners.get().champion, said_on=TODAY)
    assert (of(one).stale, Initiative.objects.stale(TODAY).exists()) == ("", False)


def test_one_side_for_which_it_is_not_over_keeps_it_open() -> None:
    two_sides("stalled", "done")
    Initiative.objects.update(registered_at=NOON - 300 * DAY, published_at=NOON - 300 * DAY)
    assert not Initiative.objects.stale(TODAY).exists()
    assert Initiative.objects.stale(TODAY + 91 * DAY).exists()
