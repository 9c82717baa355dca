"""Acts of recommending: one invitation an address, for ever; nobody is kept longer than the matter lasts."""

import contextlib
import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.conf import LazySettings

from accord_portal.foundation import keyed_hash
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import recommending
from responses.models import Activity, Call, Contact, Recommendation, Suppression
from responses.people import suppressions
from tests.at_once import at_once
from tests.clock import NOON
from tests.database import holding
from tests.factories import ContactFactory, RecommendationFactory, UserFactory
from tests.responses.answers.recommendations import contact, fresh, invited, kept, recommend, remembered, tama

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

LAST_DAY = dt.date(2026, 12, 14)  # the twentieth working day

State = Recommendation.State

TAMA = "tama@example.org"


def owed() -> list[tuple[object, ...]]:
    return list(OutgoingMail.objects.order_by("pk").values_list("message", "to", "facts", "recipient"))


def test_a_recommendation_waits_for_staff_and_starts_nothing_else() -> None:
    aroha = ContactFactory()
    recommend(aroha, tama(), tama(name="Ana", email="ana@example.org", has_told=False), may_be_named=True)
    fields = ["recommender", "name", "email", "why", "has_told", "may_be_named", "by_mailed_link", "state"]
    assert list(
        Recommendation.objects.order_by("pk").values_list(*fields, "recommended_at", "expires_on")
    ) == [
        (aroha.pk, "Tama Rangi", TAMA, "He runs the marae.", True, True, True, "awaiting", NOON, LAST_DAY),
        (
            aroha.pk,
            "Ana",
            "ana@example.org",
            "He runs the marae.",
            False,
            True,
            True,
            "awaiting",
            NOON,
            LAST_DAY,
        ),
    ]
    assert Contact.objects.get() == aroha
    assert (owed(), remembered()) == ([], [])


def test_the_timeline_says_how_many_and_never_who() -> None:
    aroha = ContactFactory()
    recommend(aroha, tama(), tama(email="ana@example.org"))
    recommend(aroha, tama(email="bo@example.org"))
    lines = Activity.objects.order_by("pk").values_list("contact", "kind", "text", "done_by")
    assert list(lines) == [
        (aroha.pk, "recommended", "Recommended 2 people", None),
        (aroha.pk, "recommended", "Recommended 1 person", None),
    ]


def test_pressing_twice_makes_one_record_however_the_address_is_written() -> None:
    aroha = ContactFactory()
    recommend(aroha)
    recommend(aroha, tama(email="Tama@Example.ORG"), tama())
    assert (Recommendation.objects.count(), Activity.objects.count()) == (1, 1)


def test_the_same_person_can_be_recommended_again_when_it_is_over(
    clock: time_machine.Traveller, mere: User
) -> None:
    aroha = ContactFactory()
    recommend(aroha)
    clock.shift(dt.timedelta(days=2))
    recommend(aroha)  # still open
    recommending.decline(recommendation=Recommendation.objects.get(), because="Too early", by=mere)
    recommend(aroha)
    assert list(Recommendation.objects.order_by("pk").values_list("state", flat=True)) == [
        "declined",
        "awaiting",
    ]


def test_what_a_merged_contact_recommends_is_its_own_and_in_its_own_name() -> None:
    kept_one = ContactFactory(name="Mere Tūtahi", confirmed=True)
    other = ContactFactory(name="M. Tutahi", merged_into=kept_one)
    recommend(other, may_be_named=True)
    row = Recommendation.objects.get()
    assert (row.recommender, row.named) == (other, "M. Tutahi")


def test_five_people_a_day_and_then_five_more(clock: time_machine.Traveller) -> None:
    aroha = ContactFactory()
    recommend(aroha, *[tama(email=f"tama{n}@example.org") for n in range(3)])
    more = [tama(email=f"ana{n}@example.org") for n in range(3)]
    with pytest.raises(NotPossible, match=r"^You can recommend 5 people a day\. Please come back tomorrow\."):
        recommend(aroha, *more)
    assert (Recommendation.objects.count(), Activity.objects.count()) == (3, 1)
    recommend(aroha, *more[:2])
    recommend(ContactFactory(), *more)
    clock.shift(dt.timedelta(days=1))
    recommend(aroha, *more)
    assert Recommendation.objects.filter(recommender=aroha).count() == 6


def suppressed(scope: str) -> Callable[[], object]:
    return lambda: suppressions.suppress(TAMA, scope)


KNOWN: dict[str, Callable[[], object]] = {
    "a contact": contact,
    "invited before": suppressed(Suppression.Scope.INVITED),
    "said never again": suppressed(Suppression.Scope.NEVER_AGAIN),
    "erased": suppressed(Suppression.Scope.ERASED),
}


@pytest.mark.parametrize("how", KNOWN)
def test_of_an_address_that_is_known_only_a_hash_is_kept(how: str) -> None:
    KNOWN[how]()
    recommend(ContactFactory(), tama(email="Tama@example.org"))
    row = Recommendation.objects.get()
    assert kept(row) == (State.NOT_SENT, "", "", "")
    assert row.mailbox_hash == keyed_hash.hashed("mailbox", TAMA)
    assert Activity.objects.get().text == "Recommended 1 person"


@pytest.mark.parametrize("how", KNOWN)
def test_an_address_that_became_known_meanwhile_is_not_written_to(how: str, call: Call, mere: User) -> None:
    row = RecommendationFactory()
    KNOWN[how]()
    recommending.approve(recommendation=row, by=mere)
    assert kept(row) == (State.NOT_SENT, "", "", "")
    assert (row.decided_by, row.decided_at, owed()) == (mere, NOON, [])


def test_an_address_is_known_under_a_key_that_was_rotated_out(settings: LazySettings) -> None:
    suppressions.suppress(TAMA, Suppression.Scope.NEVER_AGAIN)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another one"
    recommend(ContactFactory())
    assert Recommendation.objects.get().state == State.NOT_SENT


def test_approving_owes_the_one_invitation(call: Call, mere: User) -> None:
    row = invited(mere)
    assert (row.state, row.decided_at, row.decided_by) == (State.INVITED, NOON, mere)
    assert owed() == [("invitation", TAMA, {"recommendation_id": row.pk}, None)]
    assert row.invitation == OutgoingMail.objects.get()
    assert remembered() == ["invited"]
    assert not Contact.objects.filter(email=TAMA).exists()


def test_twenty_working_days_are_all_there_is_whenever_staff_approve(
    call: Call, mere: User, clock: time_machine.Traveller
) -> None:
    row = RecommendationFactory(expires_on=LAST_DAY)
    clock.move_to(NOON + dt.timedelta(days=28))
    recommending.approve(recommendation=row, by=mere)
    assert fresh(row).expires_on == LAST_DAY
    assert recommending.expire(today=LAST_DAY) == 0
    assert recommending.expire(today=LAST_DAY + dt.timedelta(days=1)) == 1


def test_whoever_is_recommended_twice_is_invited_once(call: Call, mere: User) -> None:
    first, second, other = RecommendationFactory.create_batch(3)
    Recommendation.objects.filter(pk=other.pk).update(mailbox_hash="another")
    recommending.approve(recommendation=first, by=mere)
    assert kept(second) == (State.NOT_SENT, "", "", "")
    assert fresh(other).state == State.AWAITING
    assert len(owed()) == 1
    with pytest.raises(NotPossible, match=r"^This is already decided: Nothing sent: known or asked already"):
        recommending.approve(recommendation=second, by=mere)


def test_nobody_is_invited_to_a_form_that_is_closed(mere: User) -> None:
    row = RecommendationFactory()
    with pytest.raises(NotPossible, match=r"^No call is open"):
        recommending.approve(recommendation=row, by=mere)
    assert (fresh(row).state, owed(), remembered()) == (State.AWAITING, [], [])


def test_declining_keeps_the_reason_and_not_the_person(mere: User) -> None:
    row = RecommendationFactory()
    recommending.decline(recommendation=row, because="A role, not a person", by=mere)
    assert kept(row) == (State.DECLINED, "", "", "")
    assert (row.declined_because, row.decided_by, row.decided_at) == ("A role, not a person", mere, NOON)
    assert (owed(), remembered()) == ([], [])
    assert holding("tama") == []


@pytest.mark.parametrize("state", [s for s in State if s != State.AWAITING])
def test_what_is_decided_is_not_decided_again(call: Call, mere: User, state: str) -> None:
    row = RecommendationFactory(state=state, name="", email="", why="")
    for decide in (
        lambda: recommending.approve(recommendation=row, by=mere),
        lambda: recommending.decline(recommendation=row, because="No", by=mere),
    ):
        with pytest.raises(NotPossible, match=r"^This is already decided"):
            decide()
    assert fresh(row).state == state


@pytest.mark.django_db(transaction=True)
def test_two_officers_approve_the_same_record_at_once_and_one_message_goes(call: Call) -> None:
    row, officers = RecommendationFactory(), UserFactory.create_batch(2)

    def approve(by: User) -> str:
        try:
            recommending.approve(recommendation=row, by=by)
        except NotPossible as refused:
            return str(refused)
        return "approved"

    said = at_once(*[lambda by=by: approve(by) for by in officers])
    assert sorted(map(str, said)) == ["This is already decided: Invited.", "approved"]
    assert len(owed()) == 1


@pytest.mark.django_db(transaction=True)
def test_two_recommendations_of_one_address_approved_at_once_send_one_message(call: Call) -> None:
    rows, by = RecommendationFactory.create_batch(2), UserFactory()

    def approve(row: Recommendation) -> None:
        with contextlib.suppress(NotPossible):
            recommending.approve(recommendation=row, by=by)

    at_once(*[lambda row=row: approve(row) for row in rows])
    assert sorted(fresh(row).state for row in rows) == [State.INVITED, State.NOT_SENT]
    assert (len(owed()), remembered()) == (1, ["invited"])


@pytest.mark.django_db(transaction=True)
def test_the_same_press_twice_at_once_is_one_record() -> None:
    aroha = ContactFactory()
    at_once(*[lambda: recommend(aroha)] * 3)
    assert (Recommendation.objects.count(), Activity.objects.count()) == (1, 1)
