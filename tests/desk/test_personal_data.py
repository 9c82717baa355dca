"""Why something was put off was written about a person: they may read it, and it goes with them."""

import datetime as dt

import pytest

from accord_portal.desk import personal_data
from accord_portal.desk.models import Snooze
from accord_portal.foundation.personal_data import erase, held
from accord_portal.staff.models import User
from champions.models import Champion
from responses.answers import letters
from responses.contacts import duplicates
from responses.models import Contact, Erasure, FollowUp, Undertaking
from tests.clock import NOON
from tests.factories import (
    ChampionFactory,
    ContactFactory,
    OutgoingMailFactory,
    RecommendationFactory,
    received,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY = dt.date(2026, 11, 16)


def put_off(by: User, **keys: int) -> None:
    for kind, key in keys.items():
        Snooze.objects.create(kind=kind, key=key, until_on=TODAY, because=f"The {kind}", snoozed_by=by)


def test_whatever_is_of_the_person_is_read_and_forgotten_with_them(mere: User) -> None:
    contact, other = received("champion_accord").contact, ContactFactory()
    owed = Undertaking.objects.filter(contact=contact)
    pair = duplicates.suggest(contact=contact, other=other, by=mere)
    task = FollowUp.objects.create(contact=contact, what="Ring", due_on=TODAY, owner=mere)
    champion: Champion = ChampionFactory(contact=contact)
    letter = letters.receive(name="", email="aroha@example.org", telephone="", message="Kia ora")
    put_off(
        mere,
        form=owed.get(kind="acknowledge").pk,
        undertaking=owed.get(kind="reply").pk,
        letter=letter.pk,
        follow_up=task.pk,
        mail=OutgoingMailFactory(recipient=contact.pk, state="failed").pk,
        erasure=Erasure.objects.create(contact=contact, state="asked").pk,
        recommendation=RecommendationFactory(recommender=contact).pk,
        champion=champion.pk,
        duplicate=pair.pk,
    )
    put_off(mere, update=pair.pk)
    rows = held([contact.pk])["What staff put off"]
    assert {row["Why"] for row in rows} == {
        f"The {row}" for row in Snooze.objects.exclude(kind="update").values_list("kind", flat=True)
    }
    assert len(rows) == 9
    assert rows[0]["When"] == NOON
    erase([contact.pk])
    assert Snooze.objects.get().kind == "update"


def test_nothing_of_others_is_touched_and_nothing_is_sent_or_public(mere: User) -> None:
    contact: Contact = received().contact
    put_off(mere, form=Undertaking.objects.get(eoi__contact=contact, kind="acknowledge").pk)
    other = [ContactFactory().pk]
    assert personal_data.held(other) == {"What staff put off": []}
    personal_data.erase(other)
    assert Snooze.objects.count() == 1
    assert (personal_data.sent([contact.pk]), personal_data.public([contact.pk])) == ([], [])
