"""What each side says of an initiative: a state and a sentence, in the order in which it was said."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.staff.models import User
from champions.initiatives import progress
from champions.models import Champion, Initiative, Partner, ProgressReport, Reading
from tests.clock import NOON
from tests.factories import ChampionFactory, InitiativeFactory
from tests.register import PartnerFactory, ProgressReportFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY = dt.date(2026, 11, 16)


@pytest.fixture
def hall() -> Initiative:
    """A published initiative of a community champion."""
    return InitiativeFactory(published=True)


def said(initiative: Initiative, state: str, why: str = "We have begun.", **about: Any) -> ProgressReport:
    champion = about.pop("champion", initiative.champion)
    return progress.report(initiative=initiative, champion=champion, state=state, why=why, **about)


def test_what_a_champion_says_is_written_down_with_whose_word_it_is(hall: Initiative) -> None:
    said(hall, "under_way", speaker="Aroha")
    assert ProgressReport.objects.values().get() == {
        "id": ProgressReport.objects.get().pk,
        "initiative_id": hall.pk,
        "side": "community",
        "champion_id": hall.champion_id,
        "state": "under_way",
        "why": "We have begun.",
        "said_on": TODAY,
        "speaker": "Aroha",
        "how": "From the mailbox",
        "recorded_at": NOON,
        "recorded_by_id": None,
        "repeats_id": None,
    }
    (line,) = hall.champion.contact.activities.all()
    assert (line.kind, line.text, line.done_by) == ("reported", "Under way. We have begun.", None)


def test_an_agency_speaks_for_the_other_side(hall: Initiative, mere: User) -> None:
    partner = PartnerFactory(initiative=hall)
    row = said(hall, "done", champion=partner.champion, by=mere, how="By telephone")
    assert (row.side, row.recorded_by, row.how) == ("agency", mere, "By telephone")
    (line,) = partner.champion.contact.activities.all()
    assert (line.done_by, hall.title in line.text) == (mere, False)
    assert not hall.champion.contact.activities.exists()


@pytest.mark.parametrize("why", ["", " "])
def test_nothing_is_said_without_a_sentence(hall: Initiative, why: str) -> None:
    with pytest.raises(NotPossible, match="Say in a sentence why"):
        said(hall, "under_way", why)


def test_a_change_takes_a_new_sentence(hall: Initiative) -> None:
    said(hall, "under_way")
    with pytest.raises(NotPossible, match="say in a new sentence why"):
        said(hall, "stalled")
    said(hall, "stalled", "The roof leaks.")
    partner = PartnerFactory(initiative=hall)
    said(hall, "done", "The roof leaks.", champion=partner.champion)  # another side's sentence is its own
    assert ProgressReport.objects.count() == 3


def test_a_side_speaks_in_the_order_of_days(hall: Initiative, mere: User) -> None:
    said(hall, "under_way", said_on=TODAY - dt.timedelta(days=2))
    with pytest.raises(NotPossible, match="something later, on 14 November 2026"):
        said(hall, "done", "All open.", said_on=TODAY - dt.timedelta(days=3))
    said(hall, "done", "All open.", said_on=TODAY - dt.timedelta(days=2))


@pytest.mark.parametrize(
    ("gone", "why"),
    [
        (lambda: Initiative.objects.update(state="withdrawn"), "was taken down"),
        (lambda: Champion.objects.update(state="withdrawn"), "was taken down"),
    ],
)
def test_nothing_is_said_of_what_was_taken_down(hall: Initiative, gone: Callable[[], Any], why: str) -> None:
    gone()
    with pytest.raises(NotPossible, match=why):
        said(hall, "done")


def test_who_takes_no_part_says_nothing(hall: Initiative, mere: User) -> None:
    partner = PartnerFactory(initiative=hall, ended_at=NOON, ended_by=mere)
    for champion in (ChampionFactory(published=True), partner.champion):
        with pytest.raises(NotPossible, match="does not take part"):
            said(hall, "done", champion=champion)


# --- still true ----------------------------------------------------------------------------------


def confirm(hall: Initiative, seen: int, champion: Champion | None = None) -> ProgressReport:
    return progress.still_true(initiative=hall, champion=champion or hall.champion, seen=seen)


def test_what_is_still_true_is_said_again_of_today(hall: Initiative, clock: time_machine.Traveller) -> None:
    first = said(hall, "under_way", speaker="Aroha")
    clock.shift(dt.timedelta(days=80))
    again = confirm(hall, first.pk)
    assert (again.state, again.why, again.speaker, again.said_on) == (
        "under_way",
        "We have begun.",
        "Aroha",
        TODAY + dt.timedelta(days=80),
    )
    assert confirm(hall, first.pk) == again  # pressed twice
    assert ProgressReport.objects.count() == 2


def test_what_the_side_has_left_behind_is_not_still_true(
    hall: Initiative, clock: time_machine.Traveller
) -> None:
    first = said(hall, "under_way")
    said(hall, "stalled", "The roof leaks.")
    for days in (0, 1):
        clock.shift(dt.timedelta(days=days))
        with pytest.raises(ChangedMeanwhile):
            confirm(hall, first.pk)


def test_nothing_is_still_true_that_was_never_said(hall: Initiative) -> None:
    with pytest.raises(NotPossible, match="Nothing has been said"):
        confirm(hall, 0)


def test_words_that_were_read_need_not_be_read_again(
    hall: Initiative, mere: User, clock: time_machine.Traveller
) -> None:
    first = said(hall, "under_way", speaker="Aroha")
    progress.read_words(initiative=hall, by=mere, report=first, show=True)
    clock.shift(dt.timedelta(days=1))
    again = confirm(hall, first.pk)
    assert (again.speaker, again.public_words) == ("Aroha", "We have begun.")


@pytest.mark.parametrize("shown", [True, False, None])
def test_the_words_of_another_stay_theirs(hall: Initiative, mere: User, shown: bool | None) -> None:
    """Repeated they are shown as far as theirs are; what this champion was not told they do not repeat."""
    first = said(hall, "under_way", speaker="Aroha")
    if shown is not None:
        progress.read_words(initiative=hall, by=mere, report=first, show=shown)
    other = PartnerFactory(initiative=hall, shown=True, champion__kind="organisation").champion
    for _ in range(2):
        again = confirm(hall, first.pk, other)
    assert (again.why, again.speaker, again.repeats) == ("", "", first if shown else None)
    public = ProgressReport.objects.public().with_public_words()
    assert public.get(pk=again.pk).public_words == ("We have begun." if shown else "")
    assert again.champion.contact.activities.get().text == (
        "Under way. Still true, as another champion of their side said."
    )
    assert again not in ProgressReport.objects.with_words_to_read()
    third = confirm(hall, again.pk)  # and their first speaker says it once more, in their own words
    assert (third.why, third.speaker, third.repeats) == (
        ("We have begun.", "Aroha", None) if shown else ("", "", None)
    )


def test_repeated_words_are_gone_with_who_is_not_shown_any_more(hall: Initiative, mere: User) -> None:
    a, b = (
        PartnerFactory(initiative=hall, shown=True, champion__kind="organisation", agreed_at=NOON)
        for _ in range(2)
    )
    first = said(hall, "under_way", champion=a.champion)
    progress.read_words(initiative=hall, by=mere, report=first, show=True)
    again = confirm(hall, first.pk, b.champion)
    Partner.objects.filter(pk=a.pk).update(agreed=False)
    public = ProgressReport.objects.public().with_public_words()
    assert [(row.pk, row.public_words) for row in public] == [(again.pk, "")]


# --- what the public sees of it -------------------------------------------------------------------


def test_words_and_name_are_public_once_staff_have_read_them(hall: Initiative, mere: User) -> None:
    row = said(hall, "under_way", speaker="Aroha")
    assert (row.public_words, row.public_speaker) == ("", "")
    assert list(ProgressReport.objects.with_words_to_read()) == [row]
    assert list(Initiative.objects.with_words_to_read()) == [hall]
    for show in (True, False):
        progress.read_words(initiative=hall, by=mere, report=row, show=show)
        row = ProgressReport.objects.get()
        assert bool(row.public_words) == bool(row.public_speaker) == show
    assert not ProgressReport.objects.with_words_to_read().exists()
    assert Reading.objects.values_list("read_by", "read_at").get() == (mere.pk, NOON)
    assert [line.kind for line in hall.champion.contact.activities.order_by("pk")] == [
        "reported",
        "published",
        "taken_down",
    ]


def test_who_is_not_shown_beside_it_says_nothing_in_public(hall: Initiative, mere: User) -> None:
    shown = PartnerFactory(initiative=hall, shown=True)
    unticked = PartnerFactory(initiative=hall, champion__published=True)
    ended = PartnerFactory(initiative=hall, shown=True, ended_at=NOON, ended_by=mere)
    unpublished = PartnerFactory(initiative=hall, agreed=True, agreed_at=NOON)
    assert list(Partner.objects.shown()) == [shown]
    for champion in [hall.champion, *(p.champion for p in (shown, unticked, ended, unpublished))]:
        ProgressReportFactory(initiative=hall, champion=champion)
    public = ProgressReport.objects.public().order_by("pk")
    assert [row.champion for row in public] == [hall.champion, shown.champion]


def test_what_a_side_said_last_is_how_it_stands_for_it(hall: Initiative) -> None:
    partner = PartnerFactory(initiative=hall, shown=True)
    said(hall, "proposed")
    agency = said(hall, "done", champion=partner.champion)
    community = said(hall, "stalled", "The roof leaks.")
    ProgressReportFactory()
    last = ProgressReport.objects.filter(initiative=hall).public().last_of_each_side()
    assert set(last) == {agency, community}
