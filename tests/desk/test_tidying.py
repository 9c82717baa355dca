"""What the desk remembers of an item ends with its waiting."""

import datetime as dt

import pytest
import time_machine

from accord_portal.desk import items, sharing, tidying
from accord_portal.desk.choice import View
from accord_portal.desk.models import Claim, Snooze
from accord_portal.desk.snoozing import snooze
from accord_portal.foundation import mail
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import letters, recommending, triage
from responses.contacts import duplicates
from responses.models import Letter, Undertaking
from tests.factories import ContactFactory, RecommendationFactory, UserFactory, received

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY = dt.date(2026, 11, 16)
LATER = {"until_on": TODAY + dt.timedelta(days=200), "because": "Hone is ill"}
ALL = View("all")


@pytest.fixture
def mere() -> User:
    """Somebody who may do everything."""
    return UserFactory(every_role=True, name="Mere Staff")


def letter() -> Letter:
    return letters.receive(name="Hēmi", email="", telephone="04 123", message="Kia ora")


def kinds(by: User, view: View = ALL) -> list[str]:
    return [item.kind for item in items.page(by, view, limit=50)]


def test_what_a_returned_message_had_kept_is_on_the_desk_at_once_whatever_was_put_off(
    mere: User, clock: time_machine.Traveller
) -> None:
    eoi = received()
    mail.deliver_due()
    row = Undertaking.objects.get(eoi=eoi, kind="acknowledge")
    snooze(kind="form", key=row.pk, **LATER, by=mere)
    triage.acknowledge(eoi=eoi, seen=1, by=mere, text="Kia ora", is_full=True)
    mail.deliver_due()
    assert kinds(mere) == []
    assert mail.came_back(OutgoingMail.objects.filter(message="reply")) == 1
    assert kinds(mere) == ["mail", "form", "undertaking"]
    assert not Snooze.objects.exists()


def test_what_is_done_and_taken_up_again_is_on_the_desk(mere: User) -> None:
    row = letter()
    snooze(kind="letter", key=row.pk, **LATER, by=mere)
    row.refresh_from_db()
    letters.mark_as_spam(letter=row, seen=row.lines.count(), by=mere)
    assert tidying.forget_what_is_over() == 1
    letters.reopen(letter=row, seen=row.lines.count(), by=mere, text="It is not")
    assert kinds(mere) == ["letter"]


def test_no_reason_outlives_its_record_and_nobody_has_what_is_over(mere: User) -> None:
    recommendation, waits = RecommendationFactory(), letter()
    pair = duplicates.suggest(contact=ContactFactory(), other=ContactFactory(), by=mere)
    sharing.claim(kind="duplicate", key=pair.pk, by=mere)
    for kind, key in (("recommendation", recommendation.pk), ("letter", waits.pk)):
        snooze(kind=kind, key=key, **LATER, by=mere)
    assert tidying.forget_what_is_over() == 0
    recommending.expire(today=TODAY + dt.timedelta(days=400))
    duplicates.tell_apart(pair=pair, by=mere)
    assert tidying.forget_what_is_over() == 2
    assert list(Snooze.objects.values_list("kind", "key")) == [("letter", waits.pk)]
    assert not Claim.objects.exists()


@pytest.mark.parametrize("left", [{"is_active": False}, {"is_staff": False}, {"is_triage_officer": False}])
def test_what_somebody_has_who_left_or_may_not_do_it_any_more_is_nobodys(
    mere: User, left: dict[str, bool]
) -> None:
    gone, row = UserFactory(is_triage_officer=True, name="Gone"), letter()
    pair = duplicates.suggest(contact=ContactFactory(), other=ContactFactory(), by=mere)
    for kind, key in (("letter", row.pk), ("duplicate", pair.pk)):
        sharing.claim(kind=kind, key=key, by=gone)
    assert kinds(mere, View("nobodys")) == []
    with pytest.raises(ChangedMeanwhile, match="Gone has this by now"):
        sharing.claim(kind="letter", key=row.pk, by=mere)
    User.objects.filter(pk=gone.pk).update(**left)
    assert kinds(mere, View("nobodys")) == ["duplicate", "letter"]
    assert [sharing.claim_next(view=ALL, by=mere).kind for _ in range(2)] == ["duplicate", "letter"]
    with pytest.raises(NotPossible, match="Nothing waits that nobody has"):
        sharing.claim_next(view=ALL, by=mere)
    assert kinds(mere, View("mine")) == ["duplicate", "letter"]
