"""Who has what: given by each kind's own act, claimed once, refused where somebody was quicker."""

import datetime as dt

import pytest

from accord_portal.desk import items
from accord_portal.desk.choice import View
from accord_portal.desk.models import Claim
from accord_portal.desk.sharing import assign, claim, claim_next
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import letters, triage
from responses.models import Activity, ExpressionOfInterest, FollowUp, Letter, Undertaking
from tests.asked import EnquiryFactory, ReferralFactory
from tests.clock import NOON
from tests.factories import ContactFactory, OutgoingMailFactory, UserFactory, received

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY = dt.date(2026, 11, 16)
ALL = View("all")


@pytest.fixture
def mere() -> User:
    """Somebody who may do everything."""
    return UserFactory(every_role=True, name="Mere Staff")


@pytest.fixture
def ana() -> User:
    """Another who may."""
    return UserFactory(every_role=True, name="Ana Officer")


def a_letter() -> Letter:
    return letters.receive(name="Hēmi", email="", telephone="04 123", message="Kia ora")


def owed(form: ExpressionOfInterest, kind: str = "acknowledge") -> Undertaking:
    return Undertaking.objects.get(eoi=form, kind=kind)


def test_a_form_is_given_with_all_that_it_is_owed(mere: User, ana: User) -> None:
    form = received()
    assign(kind="form", key=owed(form).pk, seen=None, to=ana, by=mere)
    form.refresh_from_db()
    assert (form.assigned_to, {row.owner for row in form.undertakings.all()}) == (ana, {ana})
    assert Activity.objects.get(kind="assigned").text == "To Ana Officer"


def test_one_undertaking_is_given_by_itself(mere: User, ana: User) -> None:
    form = received()
    assign(kind="undertaking", key=owed(form, "reply").pk, seen=None, to=ana, by=mere)
    assert (owed(form, "reply").owner, owed(form).owner) == (ana, None)


def test_a_letter_a_follow_up_and_what_has_no_place_for_it(mere: User, ana: User) -> None:
    letter, failed = a_letter(), OutgoingMailFactory(state="failed")
    task = FollowUp.objects.create(contact=ContactFactory(), what="Ring", due_on=TODAY, owner=mere)
    assign(kind="letter", key=letter.pk, seen=None, to=ana, by=mere)
    assign(kind="follow_up", key=task.pk, seen=mere.pk, to=ana, by=mere)
    assign(kind="mail", key=failed.pk, seen=None, to=ana, by=mere)
    answer = EnquiryFactory(answer="Yes", answered_at=NOON, owner=mere)
    assign(kind="enquiry", key=answer.pk, seen=mere.pk, to=ana, by=mere)
    referral = ReferralFactory(state="declined", answered_at=NOON, owner=mere)
    assign(kind="referral", key=referral.pk, seen=mere.pk, to=ana, by=mere)
    shown = items.page(mere, View("all", ("letter", "enquiry", "referral", "follow_up", "mail")), limit=9)
    assert {(item.kind, item.owner) for item in shown} == {
        ("letter", ana),
        ("enquiry", ana),
        ("referral", ana),
        ("follow_up", ana),
        ("mail", ana),
    }
    assert Activity.objects.get(contact=task.contact).text == "Given to Ana Officer: Ring"


def test_who_has_it_by_now_is_said_and_nothing_is_taken_off_them(mere: User, ana: User) -> None:
    form, letter, failed = received(), a_letter(), OutgoingMailFactory(state="failed")
    task = FollowUp.objects.create(contact=ContactFactory(), what="Ring", due_on=TODAY, owner=ana)
    for kind, key in [("form", owed(form).pk), ("letter", letter.pk), ("mail", failed.pk)]:
        claim(kind=kind, key=key, by=ana)
    keys = {"form": owed(form).pk, "letter": letter.pk, "mail": failed.pk, "follow_up": task.pk}
    for kind, key in {**keys, "undertaking": owed(form, "reply").pk}.items():
        with pytest.raises(ChangedMeanwhile, match=r"^Ana Officer has this by now\.$"):
            claim(kind=kind, key=key, by=mere)
    assert {item.owner for item in items.page(mere, ALL, limit=9)} == {ana}
    assign(kind="mail", key=failed.pk, seen=ana.pk, to=mere, by=mere)
    assert Claim.objects.get().owner == mere


def test_who_gave_it_back_is_said(mere: User, ana: User) -> None:
    form = received()
    with pytest.raises(ChangedMeanwhile, match="Nobody has this any more"):
        assign(kind="form", key=owed(form).pk, seen=ana.pk, to=mere, by=mere)


def test_what_is_done_with_is_given_to_nobody(mere: User) -> None:
    form, letter, failed = received(), a_letter(), OutgoingMailFactory(state="failed")
    task = FollowUp.objects.create(
        contact=ContactFactory(), what="Ring", due_on=TODAY, owner=mere, done_at=NOON, done_by=mere
    )
    triage.acknowledge(eoi=form, seen=1, by=mere, text="Kia ora", is_full=True)
    letters.answer(letter=letter, seen=0, by=mere, text="Kia ora")
    OutgoingMail.objects.filter(pk=failed.pk).update(state="queued")
    keys = {"form": owed(form).pk, "letter": letter.pk, "mail": failed.pk, "follow_up": task.pk}
    for kind, key in {**keys, "undertaking": owed(form, "reply").pk}.items():
        with pytest.raises(ChangedMeanwhile, match="done with"):
            assign(kind=kind, key=key, seen=None, to=mere, by=mere)


def test_neither_of_the_two_may_lack_the_power(mere: User) -> None:
    key, other = owed(received()).pk, UserFactory(name="Bo Colleague")
    with pytest.raises(NotPossible, match="You may read this"):
        claim(kind="form", key=key, by=other)
    with pytest.raises(NotPossible, match=r"^Bo Colleague may not do this\.$"):
        assign(kind="form", key=key, seen=None, to=other, by=mere)
    gone = UserFactory(every_role=True, is_active=False, name="Gone")
    with pytest.raises(NotPossible, match=r"^Gone may not do this\.$"):
        assign(kind="form", key=key, seen=None, to=gone, by=mere)


def test_the_next_is_the_first_that_nobody_has_of_these_kinds(mere: User, ana: User) -> None:
    first, second = received(), received(email="other@example.org")
    letter = a_letter()
    claim(kind="form", key=owed(first).pk, by=ana)
    forms, every = View("mine", ("form",)), View("mine", ("form", "letter"))
    assert claim_next(view=forms, by=mere).name == f"form.{owed(second).pk}"
    with pytest.raises(NotPossible, match="Nothing waits that nobody has"):
        claim_next(view=forms, by=mere)
    assert claim_next(view=every, by=mere).name == f"letter.{letter.pk}"
    assert owed(second).owner == mere
