"""Who enrols, publishes or takes down a champion takes turns: on PostgreSQL, two at once."""

import datetime as dt

import pytest

from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from champions import enrolment
from champions.initiatives import asking, editing, progress
from champions.models import Champion, Initiative
from responses.models import Activity, FollowUp, Involvement
from tests.at_once import behind, while_not_over
from tests.clock import NOON
from tests.factories import ChampionFactory, ContactFactory, InitiativeFactory, UserFactory, subscriber
from tests.register import PartnerFactory, ProgressReportFactory

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clock"),
]
LONG_AGO = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)


def test_a_champion_is_enrolled_once(mere: User) -> None:
    contact = ContactFactory()

    def enrol() -> None:
        enrolment.enrol(contact=contact, by=mere, kind=Champion.Kind.ORGANISATION, name="Hapori Trust")

    _, refused = while_not_over(enrol, enrol)
    assert str(refused) == "This contact is already registered as a champion with this name."
    assert Champion.objects.count() == 1


def test_what_the_person_takes_back_at_this_moment_is_not_published(mere: User) -> None:
    champion = ChampionFactory(ticked=True)
    InitiativeFactory(champion=champion, ticked=True)
    _, refused = while_not_over(
        lambda: enrolment.withdraw(champion=champion), lambda: enrolment.publish(champion=champion, by=mere)
    )
    assert isinstance(refused, NotPossible)
    champion.refresh_from_db()
    initiative = champion.initiatives.get()
    assert (champion.is_published, champion.name_agreed, initiative.agreed, initiative.published_at) == (
        False,
        False,
        False,
        None,
    )


def agree(champion: Champion, *initiatives: Initiative, name: bool) -> None:
    keys = [initiative.pk for initiative in initiatives]
    enrolment.agree(champion=champion, name=name, summary=False, initiatives=keys, how="By link")


def test_the_name_that_was_just_agreed_is_not_corrected(mere: User) -> None:
    champion = ChampionFactory(name="Hapori Trust")

    def reword() -> None:
        enrolment.reword(
            champion=champion,
            by=mere,
            kind=champion.kind,
            name="Another",
            summary=champion.summary,
            principles=[],
            agency=None,
        )

    with pytest.raises(NotPossible, match="has been agreed as it stands"):
        behind(lambda: agree(champion, name=True), reword)
    champion.refresh_from_db()
    assert (champion.name, champion.name_agreed) == ("Hapori Trust", True)


def test_the_tick_taken_away_takes_down_what_was_just_published(mere: User) -> None:
    champion = ChampionFactory(ticked=True)
    initiative = InitiativeFactory(ticked=True, champion=champion)
    behind(
        lambda: enrolment.publish(champion=champion, by=mere),
        lambda: agree(champion, name=False),
    )
    champion.refresh_from_db()
    initiative.refresh_from_db()
    assert (champion.state, champion.published_by, initiative.state) == ("withdrawn", mere, "withdrawn")


def test_what_was_just_published_is_taken_down(mere: User) -> None:
    champion = ChampionFactory(ticked=True)
    behind(
        lambda: enrolment.publish(champion=champion, by=mere),
        lambda: enrolment.withdraw(champion=champion),
    )
    champion.refresh_from_db()
    assert (champion.state, champion.name_agreed, champion.published_by) == ("withdrawn", False, mere)
    assert Activity.objects.filter(kind="taken_down").count() == 1


def test_a_side_speaks_in_the_order_in_which_it_was_heard(mere: User) -> None:
    """Two champions of one side, by two mailboxes: whoever is second sees what the first said."""
    initiative = InitiativeFactory(published=True)
    other = PartnerFactory(initiative=initiative, champion=ChampionFactory(published=True)).champion
    first = ProgressReportFactory(initiative=initiative, why="We have begun.")

    def say(why: str, champion: Champion) -> None:
        progress.report(initiative=initiative, champion=champion, state="stalled", why=why)

    def still_true() -> None:
        progress.still_true(initiative=initiative, champion=other, seen=first.pk)

    with pytest.raises(ChangedMeanwhile):
        behind(lambda: say("The roof leaks.", initiative.champion), still_true)
    assert [report.why for report in initiative.reports.order_by("pk")] == [
        "We have begun.",
        "The roof leaks.",
    ]


def test_a_partner_is_added_once(mere: User) -> None:
    initiative, champion = InitiativeFactory(published=True), ChampionFactory(published=True)

    def add() -> None:
        editing.add_partner(initiative=initiative, by=mere, champion=champion)

    _, refused = while_not_over(add, add)
    assert str(refused) == "This champion is a partner in it already."


def test_what_was_just_published_is_corrected_as_it_is() -> None:
    approver = UserFactory(is_approver=True)
    one = InitiativeFactory(champion=ChampionFactory(ticked=True), ticked=True)

    def reword() -> None:
        words = editing.Words(title="New")
        editing.reword(initiative=one, by=approver, words=words, about=editing.About(), how="By email")

    behind(lambda: enrolment.publish(champion=one.champion, by=approver), reword)
    one.refresh_from_db()
    assert (one.title, one.state) == ("New", "published")


def test_two_clocks_ask_once() -> None:
    """The sweep of two workers, or of one while staff press the button."""
    person = subscriber("champion_accord")
    Involvement.objects.update(since_at=LONG_AGO, confirmed_at=LONG_AGO)
    champion = ChampionFactory(published=True, contact=person)
    InitiativeFactory(published=True, champion=champion, registered_at=LONG_AGO)
    assert asking.owe_the_quarter(NOON) == 1
    behind(lambda: asking.ask_the_quarter(NOON), lambda: asking.ask_the_quarter(NOON))
    assert OutgoingMail.objects.filter(message="how_is_it_going").count() == 1


def test_two_presses_for_help_are_one_follow_up() -> None:
    initiative = InitiativeFactory(published=True)

    def press() -> None:
        progress.ask_for_help(initiative=initiative, champion=initiative.champion, what="A roofer")

    behind(press, press)
    assert FollowUp.objects.count() == 1
