"""Who enrols, publishes or takes down a champion takes turns: on PostgreSQL, two at once."""

import pytest

from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import User
from champions import enrolment
from champions.models import Champion
from tests.factories import ChampionFactory, ContactFactory, InitiativeFactory
from tests.turns import while_not_over

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clock"),
]


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
