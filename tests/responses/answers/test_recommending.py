"""Acts of recommending: one invitation an address, for ever; nobody is kept longer than the matter lasts."""

import contextlib
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings

from accord_portal.foundation import keyed_hash
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import confirming, recommending
from responses.answers.recommending import Suggested
from responses.consent import switches
from responses.models import Activity, Call, Contact, Recommendation, Suppression
from responses.people import suppressions
from tests.at_once import at_once
from tests.clock import NOON
from tests.database import holding
from tests.factories import ContactFactory, RecommendationFactory, UserFactory, received, subscriber

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LAST_DAY = dt.date(2026, 12, 14)  # the twentieth working day
State = Recommendation.State
TAMA = "tama@example.org"


def tama(**changes: object) -> Suggested:
    said = {"name": "Tama Rangi", "email": TAMA, "why": "He runs the marae.", "has_told": True}
    return Suggested(**{**said, **changes})  # type: ignore[arg-type]


def recommend(recommender: Contact, *people: Suggested, **said: Any) -> None:
    recommending.recommend(
        recommender=recommender,
        people=people or [tama()],
        **{"may_be_named": False, **said},
    )


def invited(mere: User, **changes: object) -> Recommendation:
    """Somebody whom staff approved."""
    row = RecommendationFactory(expires_on=LAST_DAY, **changes)
    recommending.approve(recommendation=row, by=mere)
    return fresh(row)


def fresh(row: Recommendation) -> Recommendation:
    row.refresh_from_db()
    return row


def kept(row: Recommendation) -> tuple[str, str, str, str]:
    row.refresh_from_db()
    return row.state, row.name, row.email, row.why


def remembered(address: str = TAMA) -> list[str]:
    return sorted(Suppression.objects.of(address).values_list("scope", flat=True))


def owed() -> list[tuple[object, ...]]:
    return list(OutgoingMail.objects.order_by("pk").values_list("message", "to", "facts", "recipient"))


# --- recommending ----------------------------------------------------------------------------


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


def contact() -> None:
    ContactFactory(email=TAMA)


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
    assert row.mailbox_hash == keyed_hash.of("mailbox", TAMA)
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


# --- staff -----------------------------------------------------------------------------------


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
    with pytest.raises(NotPossible, match=r"^This is decided already: Nothing sent: known or asked already"):
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
        with pytest.raises(NotPossible, match=r"^This is decided already"):
            decide()
    assert fresh(row).state == state


# --- the person ------------------------------------------------------------------------------


def test_yes_puts_nobody_on_a_list(call: Call, mere: User, clock: time_machine.Traveller) -> None:
    row = invited(mere)
    for _ in range(2):
        recommending.say_yes(recommendation=row)
        assert kept(row) == (State.YES, "Tama Rangi", TAMA, "He runs the marae next door.")
        assert row.answered_at == NOON
        clock.shift(1)
    assert not Contact.objects.filter(email=TAMA).exists()


def test_the_first_form_that_comes_of_a_yes_is_its_fruit(call: Call, mere: User) -> None:
    row = invited(mere)
    recommending.say_yes(recommendation=row)
    eoi = received(name="Tama Rangi", email=TAMA)
    recommending.record_origin(recommendation=row, eoi=eoi)
    recommending.record_origin(recommendation=row, eoi=received(name="Tama", email=TAMA))
    assert (fresh(row).eoi, row.state, row.email) == (eoi, State.YES, TAMA)
    assert eoi.recommendation == row
    assert OutgoingMail.objects.get(pk=row.invitation_id).recipient == eoi.contact_id


def test_without_a_yes_a_form_has_no_origin(call: Call, mere: User) -> None:
    row = invited(mere)
    recommending.record_origin(recommendation=row, eoi=received(email=TAMA))
    assert fresh(row).eoi is None


def test_a_form_is_the_fruit_of_one_recommendation(call: Call, mere: User) -> None:
    rows = [invited(mere), invited(mere, email="ana@example.org")]
    eoi = received(email=TAMA)
    for row in rows:
        recommending.say_yes(recommendation=row)
        recommending.record_origin(recommendation=row, eoi=eoi)
    assert [fresh(row).eoi for row in rows] == [eoi, None]


@pytest.mark.parametrize("after_a_yes", [False, True])
def test_no_thanks_forgets_the_person(call: Call, mere: User, after_a_yes: bool) -> None:
    row = invited(mere)
    if after_a_yes:
        recommending.say_yes(recommendation=row)
    for _ in range(2):
        recommending.say_no_thanks(recommendation=row)
        assert kept(row) == (State.NO_THANKS, "", "", "")
    assert remembered() == ["invited"]
    assert holding("tama") == []
    recommending.say_yes(recommendation=row)
    assert fresh(row).state == State.NO_THANKS


def test_never_again_leaves_a_hash_and_nothing_else(call: Call, mere: User) -> None:
    row = invited(mere)
    for _ in range(2):
        recommending.say_never_again(recommendation=row)
        assert kept(row) == (State.NEVER_AGAIN, "", "", "")
    assert remembered() == ["invited", "never_again"]
    assert holding("tama") == []
    recommend(ContactFactory(email="bo@example.org"))
    assert kept(Recommendation.objects.latest("pk")) == (State.NOT_SENT, "", "", "")


@pytest.mark.parametrize("first", [recommending.say_no_thanks, recommending.expire])
def test_never_again_can_be_said_when_the_person_is_forgotten_already(
    call: Call, mere: User, first: Callable[..., object]
) -> None:
    row = invited(mere)
    if first is recommending.expire:
        recommending.expire(today=LAST_DAY + dt.timedelta(days=1))
    else:
        first(recommendation=row)
    recommending.say_never_again(recommendation=row)
    assert fresh(row).state == State.NEVER_AGAIN
    assert remembered() == ["invited", "never_again"]


def test_never_again_after_the_form_holds_for_the_contact(call: Call, mere: User) -> None:
    row = invited(mere)
    recommending.say_yes(recommendation=row)
    eoi = received("keep_informed", email=TAMA)
    recommending.record_origin(recommendation=row, eoi=eoi)
    recommending.say_no_thanks(recommendation=row)
    assert (fresh(row).state, row.eoi) == (State.YES, eoi)
    recommending.say_never_again(recommendation=row)
    assert (fresh(row).state, row.eoi) == (State.NEVER_AGAIN, eoi)
    assert Contact.objects.get(email=TAMA).never_again_at == NOON


# --- time ------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["awaiting", "invited", "yes"])
def test_whoever_has_not_answered_in_twenty_working_days_is_forgotten(
    call: Call, mere: User, state: str
) -> None:
    row = RecommendationFactory(expires_on=LAST_DAY)
    if state != "awaiting":
        recommending.approve(recommendation=row, by=mere)
    if state == "yes":
        recommending.say_yes(recommendation=row)
    assert recommending.expire(today=LAST_DAY) == 0
    assert fresh(row).state == state
    assert recommending.expire(today=LAST_DAY + dt.timedelta(days=1)) == 1
    assert kept(row) == (State.EXPIRED, "", "", "")
    assert recommending.expire(today=LAST_DAY + dt.timedelta(days=1)) == 0
    assert holding("tama") == []


def test_an_invitation_that_was_never_sent_is_called_off(call: Call, mere: User) -> None:
    row = invited(mere)
    recommending.expire(today=LAST_DAY + dt.timedelta(days=1))
    mail = OutgoingMail.objects.get()
    assert (mail.pk, mail.state, mail.to) == (row.invitation_id, OutgoingMail.State.CANCELLED, "")


def test_a_form_sent_from_a_page_that_stood_open_has_its_origin_still(call: Call, mere: User) -> None:
    row = invited(mere)
    recommending.say_yes(recommendation=row)
    recommending.expire(today=LAST_DAY + dt.timedelta(days=1))
    eoi = received(email=TAMA)
    recommending.record_origin(recommendation=row, eoi=eoi)
    assert (fresh(row).state, row.eoi, row.email) == (State.YES, eoi, "")


def test_who_sent_the_form_is_not_forgotten(call: Call, mere: User) -> None:
    row = invited(mere)
    recommending.say_yes(recommendation=row)
    recommending.record_origin(recommendation=row, eoi=received(email=TAMA))
    assert recommending.expire(today=LAST_DAY + dt.timedelta(days=365)) == 0


# --- who is named ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("may", "came_by", "named"),
    [
        (True, "mailed link", True),
        (False, "mailed link", False),
        (True, "receipt", False),  # a stranger may have sent a form with a known address
        (True, "receipt of a confirmed form", True),
        (False, "receipt of a confirmed form", False),
        (True, "receipt we did not write down", False),
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_the_recommender_is_named_where_they_may_be_and_it_was_surely_them(
    may: bool, came_by: str, named: bool, known: bool
) -> None:
    if known:
        subscriber(name="Aroha Ngata", email="aroha@example.org")
    eoi = received()
    receipt = eoi if came_by.startswith("receipt of") or came_by == "receipt" else None
    if came_by == "receipt of a confirmed form":
        confirming.confirm(contact=eoi.contact, eoi=eoi)
        eoi.refresh_from_db()
    row = RecommendationFactory(
        recommender=eoi.contact,
        may_be_named=may,
        by_mailed_link=came_by == "mailed link",
        receipt=receipt,
    )
    assert row.named == ("Aroha Ngata" if named else "")


def ana(n: int) -> Suggested:
    return tama(name=f"Ana {n}", email=f"ana{n}@example.org")


def made(contact: Contact) -> list[str]:
    """What the person's timeline says of recommending."""
    lines = Activity.objects.filter(contact=contact, kind="recommended").order_by("pk")
    return list(lines.values_list("text", flat=True))


def test_a_stranger_with_a_known_address_uses_up_nothing_of_the_persons() -> None:
    aroha = subscriber(email="aroha@example.org")
    strangers = received(email="aroha@example.org", name="A stranger")
    recommend(aroha, *map(ana, range(5)), receipt=strangers)
    assert made(aroha) == []
    recommend(aroha, *map(ana, range(5)))  # the very same people, even
    assert (made(aroha), Recommendation.objects.count()) == (["Recommended 5 people"], 10)
    with pytest.raises(NotPossible):
        recommend(aroha, ana(7), receipt=strangers)
    with pytest.raises(NotPossible):
        recommend(aroha, ana(7))


def test_what_a_receipt_brought_is_the_persons_once_the_mailbox_confirms_that_form() -> None:
    aroha = subscriber(email="aroha@example.org")
    one, other = received(comments="one"), received(comments="other")
    recommend(aroha, *map(ana, range(3)), receipt=one)
    recommend(aroha, tama(), receipt=other)
    for _ in range(2):
        confirming.confirm(contact=aroha, eoi=one)
    assert made(aroha) == ["Recommended 3 people"]
    one.refresh_from_db()
    recommend(aroha, ana(0), receipt=one)  # there already
    recommend(aroha, ana(3), receipt=one)
    recommend(aroha, ana(4))
    assert made(aroha) == ["Recommended 3 people", "Recommended 1 person", "Recommended 1 person"]
    with pytest.raises(NotPossible):
        recommend(aroha, ana(7))


def test_confirming_the_mailbox_alone_claims_nothing_that_a_receipt_brought() -> None:
    eoi = received("keep_informed")
    recommend(eoi.contact, tama(), receipt=eoi, may_be_named=True)
    switches.confirm(contact=eoi.contact)
    assert (made(eoi.contact), Recommendation.objects.get().named) == ([], "")


# --- two at once -----------------------------------------------------------------------------


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
    assert sorted(map(str, said)) == ["This is decided already: Invited.", "approved"]
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
