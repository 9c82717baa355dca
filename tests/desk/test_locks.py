"""Two who claim, give or put off at the same moment: on PostgreSQL, with two connections."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import transaction
from django.db.models import F

from accord_portal.desk import morning, sharing
from accord_portal.desk.choice import View
from accord_portal.desk.models import Claim, Snooze
from accord_portal.desk.sharing import assign, claim_next
from accord_portal.desk.snoozing import snooze, wake
from accord_portal.desk.sources import Item
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import enquiring, letters, triage
from responses.models import Activity, Enquiry, ExpressionOfInterest, FollowUp, Letter, Undertaking
from responses.undertakings import moving
from tests.at_once import begun_behind, while_not_over
from tests.clock import NOON
from tests.factories import ContactFactory, OutgoingMailFactory, UserFactory, received

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clock"),
]
TOMORROW = dt.date(2026, 11, 17)


@pytest.fixture
def mere() -> User:
    """Somebody who may do everything."""
    return UserFactory(every_role=True, name="Mere Staff")


@pytest.fixture
def ana() -> User:
    """Another who may."""
    return UserFactory(every_role=True, name="Ana Officer")


def two_forms() -> None:
    received(), received(email="other@example.org")


def two_letters() -> None:
    for message in ("Kia ora", "Tēnā koe"):
        letters.receive(name="Hēmi", email="", telephone="04 123", message=message)


def two_messages() -> None:
    OutgoingMailFactory.create_batch(2, state="failed")


@pytest.mark.parametrize(
    ("kind", "wait"),
    [("form", two_forms), ("undertaking", two_forms), ("letter", two_letters), ("mail", two_messages)],
)
def test_two_who_claim_the_next_never_get_the_same(
    mere: User, ana: User, kind: str, wait: Callable[[], None]
) -> None:
    wait()
    view = View("mine", (kind,))
    first, second = while_not_over(
        lambda: claim_next(view=view, by=mere), lambda: claim_next(view=view, by=ana)
    )
    assert isinstance(first, Item)
    assert isinstance(second, Item)
    assert first.name != second.name
    owners = {
        "form": Undertaking.objects.filter(kind="acknowledge").values_list("owner", flat=True),
        "undertaking": Undertaking.objects.filter(kind="reply").values_list("owner", flat=True),
        "letter": Letter.objects.values_list("assigned_to", flat=True),
        "mail": Claim.objects.values_list("owner", flat=True),
    }
    assert set(owners[kind]) == {mere.pk, ana.pk}


def test_a_form_is_not_taken_off_whoever_is_given_its_acknowledgement_at_this_moment(
    mere: User, ana: User
) -> None:
    row = Undertaking.objects.get(eoi=received(), kind="acknowledge")
    _, refused = while_not_over(
        lambda: moving.hand_over(undertaking=row, to=ana, by=ana),
        lambda: assign(kind="form", key=row.pk, seen=None, to=mere, by=mere),
    )
    row.refresh_from_db()
    assert (type(refused), row.owner) == (ChangedMeanwhile, ana)


def test_a_form_is_claimed_as_it_is_acknowledged_and_the_claim_is_refused(mere: User, ana: User) -> None:
    form = received()
    row = Undertaking.objects.get(eoi=form, kind="acknowledge")
    _, refused = while_not_over(
        lambda: triage.acknowledge(eoi=form, seen=1, by=ana, text="Kia ora", is_full=True),
        lambda: assign(kind="form", key=row.pk, seen=None, to=mere, by=mere),
    )
    assert isinstance(refused, ChangedMeanwhile)


def test_a_follow_up_is_given_once(mere: User, ana: User) -> None:
    task = FollowUp.objects.create(contact=ContactFactory(), what="Ring", due_on=TOMORROW, owner=mere)
    _, refused = while_not_over(
        lambda: assign(kind="follow_up", key=task.pk, seen=mere.pk, to=ana, by=ana),
        lambda: assign(kind="follow_up", key=task.pk, seen=mere.pk, to=mere, by=mere),
    )
    task.refresh_from_db()
    assert (type(refused), task.owner) == (ChangedMeanwhile, ana)


def test_a_form_is_claimed_in_the_order_of_locks_and_nobody_waits_in_a_circle(mere: User) -> None:
    form = received()
    row = Undertaking.objects.get(eoi=form, kind="acknowledge")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():  # as every act on a form does: first the form, then what it is owed
            ExpressionOfInterest.objects.filter(pk=form.pk).update(version=F("version") + 1)
            claiming = begun_behind(
                pool, lambda: assign(kind="form", key=row.pk, seen=None, to=mere, by=mere)
            )
            Undertaking.objects.filter(pk=row.pk).update(missed_told_at=NOON)
        assert claiming.result() is None
    row.refresh_from_db()
    assert row.owner == mere


def test_a_letter_that_is_being_claimed_is_claimed_by_nobody_else(
    mere: User, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_letters()
    key, expect, theirs = (
        Letter.objects.values_list("pk", flat=True)[0],
        sharing._expect,
        list[Future[None]](),
    )

    def while_ana_claims_it(*said: object) -> None:
        monkeypatch.setattr(sharing, "_expect", expect)
        theirs.append(
            begun_behind(pool, lambda: assign(kind="letter", key=key, seen=None, to=ana, by=ana)),
        )
        expect(*said)  # type: ignore[arg-type]

    monkeypatch.setattr(sharing, "_expect", while_ana_claims_it)
    with ThreadPoolExecutor(1) as pool:
        assign(kind="letter", key=key, seen=None, to=mere, by=mere)
    assert isinstance(theirs[0].exception(), ChangedMeanwhile)
    assert Letter.objects.get(pk=key).assigned_to == mere


def test_what_a_leaver_had_is_claimed_once(mere: User, ana: User) -> None:
    message, leaver = OutgoingMailFactory(state="failed"), UserFactory(is_active=False)
    Claim.objects.create(kind="mail", key=message.pk, owner=leaver, claimed_by=leaver)
    _, refused = while_not_over(
        lambda: assign(kind="mail", key=message.pk, seen=None, to=mere, by=mere),
        lambda: assign(kind="mail", key=message.pk, seen=None, to=ana, by=ana),
    )
    assert (type(refused), Claim.objects.get().owner) == (ChangedMeanwhile, mere)


def test_an_answer_to_our_question_is_given_once(mere: User, ana: User) -> None:
    enquiring.ask(eoi=received(), seen=1, by=mere, text="Which hall?")
    row = Enquiry.objects.get()
    enquiring.answer(enquiry=row, text="The big one")
    _, refused = while_not_over(
        lambda: assign(kind="enquiry", key=row.pk, seen=mere.pk, to=ana, by=ana),
        lambda: assign(kind="enquiry", key=row.pk, seen=mere.pk, to=mere, by=mere),
    )
    assert (type(refused), Enquiry.objects.get().owner) == (ChangedMeanwhile, ana)


def test_of_two_who_put_it_off_one_is_told_until_when(mere: User, ana: User) -> None:
    key = Undertaking.objects.get(eoi=received(), kind="acknowledge").pk
    because = {"kind": "form", "key": key, "until_on": TOMORROW}
    _, refused = while_not_over(
        lambda: snooze(**because, because="Away", by=ana), lambda: snooze(**because, because="Ill", by=mere)
    )
    assert (type(refused), Snooze.objects.get().because) == (ChangedMeanwhile, "Away")


def test_of_two_who_put_off_again_what_is_back_one_is_told(mere: User, ana: User) -> None:
    key = Undertaking.objects.get(eoi=received(), kind="acknowledge").pk
    about = {"kind": "form", "key": key}
    Snooze.objects.create(**about, until_on=dt.date(2026, 11, 13), because="Before", snoozed_by=mere)
    _, refused = while_not_over(
        lambda: snooze(**about, until_on=TOMORROW, because="Away", by=ana),
        lambda: snooze(**about, until_on=TOMORROW, because="Ill", by=mere),
    )
    assert (type(refused), Snooze.objects.get().because) == (ChangedMeanwhile, "Away")


def test_of_two_who_put_it_back_on_the_desk_one_is_told(mere: User, ana: User) -> None:
    about = {"kind": "form", "key": Undertaking.objects.get(eoi=received(), kind="acknowledge").pk}
    snooze(**about, until_on=TOMORROW, because="Away", by=ana)
    _, refused = while_not_over(lambda: wake(**about, by=ana), lambda: wake(**about, by=mere))
    assert (type(refused), str(refused)) == (NotPossible, "This is on the desk.")
    assert Activity.objects.filter(text__endswith=": Back on the desk").count() == 1


def test_two_workers_mail_what_waits_once(mere: User) -> None:
    received()
    done = while_not_over(lambda: morning.send(NOON), lambda: morning.send(NOON))
    assert (done, OutgoingMail.objects.filter(message="what_waits").count()) == ((1, 0), 1)
