"""What is owed is kept by evidence; by mail only where the mail arrived."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives

from accord_portal.foundation import mail, transport
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.foundation.verdicts import NotSent, Verdict
from accord_portal.staff.models import User
from responses.answers import triage
from responses.consent import switches
from responses.contacts import acts, merging
from responses.models import Activity, Contact, Decision, ExpressionOfInterest, Undertaking
from responses.undertakings import keeping, owing
from tests.clock import NOON
from tests.factories import UserFactory, closed, received, subscriber
from tests.responses.undertakings.promises import differences, owed, row_of, stand, standing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
HOUR = dt.timedelta(hours=1)
REPLY_ON = dt.date(2026, 12, 1)


@pytest.fixture
def eoi(mere: User, mailoutbox: list[EmailMultiAlternatives]) -> ExpressionOfInterest:
    """Acknowledged, and the message is on its way."""
    eoi = received("give_advice", initiatives="A hall")
    mail.deliver_due()
    triage.acknowledge(eoi=eoi, seen=1, by=mere, text="Kia ora", reply_on=REPLY_ON)
    return eoi


def the_mail(message: str = "reply") -> OutgoingMail:
    return OutgoingMail.objects.get(message=message)


def mails(message: str = "reply") -> Any:
    return OutgoingMail.objects.filter(message=message)


def refusing(verdict: Verdict) -> Callable[..., bool]:
    def hand_over(*args: object) -> bool:
        raise NotSent(verdict, "550 no such mailbox")

    return hand_over


def fail(monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller) -> None:
    """The server says that there is no such mailbox."""
    with monkeypatch.context() as patch:
        patch.setattr(transport, "hand_over", refusing(Verdict.PERSON_NEVER))
        clock.shift(HOUR)
        mail.deliver_due()


def doubt(monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller) -> None:
    """The server never answers, however often it is tried."""
    with monkeypatch.context() as patch:
        patch.setattr(transport, "hand_over", refusing(Verdict.IN_DOUBT))
        for _ in range(OutgoingMail.MAX_DOUBTS):
            clock.shift(HOUR)
            mail.deliver_due()


def come_back(monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller) -> None:
    """The server takes it, and returns it an hour later."""
    mail.deliver_due()
    clock.shift(HOUR)
    assert mail.came_back(mails()) == 1


def cancel(monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller) -> None:
    """It is not wanted any more when it is made."""

    def needless(*args: object, **facts: object) -> EmailMultiAlternatives:
        raise mail.NoLongerWanted

    with monkeypatch.context() as patch:
        patch.setitem(mail.kinds, "reply", mail.kinds["reply"]._replace(make=needless))
        mail.deliver_due()


LOST = {"failed": fail, "in_doubt": doubt, "cancelled": cancel, "came back": come_back}


# --- by mail ---------------------------------------------------------------------------------


def test_the_act_keeps_it_at_once_and_it_counts_from_when_the_server_has_it(
    eoi: ExpressionOfInterest, mere: User, clock: time_machine.Traveller
) -> None:
    row = row_of(eoi, "acknowledge")
    proof = (row.evidence_kind, row.evidence_key, row.evidence_text)
    assert proof == ("mail", the_mail().pk, "Acknowledged by email")
    assert (row.kept_at, row.kept_by) == (NOON, mere)
    clock.shift(HOUR)
    assert mail.deliver_due() == 1
    row.refresh_from_db()
    assert (row.kept_at, row.kept_by, stand(eoi, "reply")) == (NOON + HOUR, mere, "open")
    eoi.refresh_from_db()
    assert (eoi.state, differences()) == ("in_hand", [])


@pytest.mark.parametrize("how", LOST)
def test_what_did_not_arrive_is_owed_again_by_the_same_day_and_the_form_waits_again(
    eoi: ExpressionOfInterest, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller, how: str
) -> None:
    LOST[how](monkeypatch, clock)
    assert the_mail().state == {"came back": "failed"}.get(how, how)
    row = row_of(eoi, "acknowledge")
    assert (row.kept_at, row.kept_by, row.ended_at, row.due_on) == (None, None, None, dt.date(2026, 11, 19))
    assert (row.evidence_kind, row.evidence_key) == ("mail", the_mail().pk)
    eoi.refresh_from_db()
    assert (eoi.state, eoi.version, list(ExpressionOfInterest.objects.awaiting_triage())) == (
        "awaiting_triage",
        3,
        [eoi],
    )
    line = Activity.objects.get(kind="not_arrived")
    assert (line.contact, line.text) == (eoi.contact, "Owed again: Acknowledge the answers")
    assert differences() == []


@pytest.mark.parametrize("how", ["failed", "in_doubt", "came back"])
def test_what_arrives_after_all_keeps_it_after_all(
    eoi: ExpressionOfInterest, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller, how: str
) -> None:
    LOST[how](monkeypatch, clock)
    clock.move_to(NOON + 24 * HOUR)
    assert mail.try_again(mails()) == 1
    assert stand(eoi, "acknowledge") == "open"
    mail.deliver_due()
    eoi.refresh_from_db()
    assert (eoi.state, eoi.acknowledged_at) == ("in_hand", NOON + 24 * HOUR)
    assert differences() == []


def test_what_staff_treat_as_sent_keeps_it(
    eoi: ExpressionOfInterest, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    doubt(monkeypatch, clock)
    assert mail.treat_as_sent(mails()) == 1
    eoi.refresh_from_db()
    assert (eoi.state, stand(eoi, "acknowledge"), the_mail().state) == ("in_hand", "kept", "sent")
    assert differences() == []


def test_what_was_acknowledged_in_another_way_meanwhile_stays_as_it_is(
    eoi: ExpressionOfInterest, mere: User, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    fail(monkeypatch, clock)
    first = the_mail()
    triage.acknowledge(eoi=eoi, seen=3, by=mere, text="Kia ora anō", reply_on=REPLY_ON)
    second = mails().exclude(pk=first.pk).get()
    assert row_of(eoi, "acknowledge").evidence_key == second.pk
    mail.try_again(mails().filter(pk=first.pk))
    mail.deliver_due()
    assert mail.came_back(mails().filter(pk=first.pk)) == 1
    assert (stand(eoi, "acknowledge"), differences()) == ("kept", [])


def test_closed_it_stays_closed_and_counts_as_unanswered(
    eoi: ExpressionOfInterest, mere: User, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    triage.reply(eoi=eoi, seen=2, by=mere, text="All of it")
    closed(eoi, by=mere)
    fail(monkeypatch, clock)
    eoi.refresh_from_db()
    assert (eoi.state, list(ExpressionOfInterest.objects.closed_without_an_answer())) == ("closed", [eoi])


def test_a_full_answer_that_did_not_arrive_is_owed_and_the_form_stays_in_hand(
    eoi: ExpressionOfInterest, mere: User, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    mail.deliver_due()
    triage.reply(eoi=eoi, seen=2, by=mere, text="All of it")
    fail(monkeypatch, clock)
    eoi.refresh_from_db()
    assert (stand(eoi, "acknowledge"), stand(eoi, "reply"), eoi.state) == ("kept", "open", "in_hand")


def test_a_message_that_keeps_nothing_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    eoi = received()
    fail(monkeypatch, clock)
    assert ([s for _, _, s in owed(eoi)], Activity.objects.filter(kind="not_arrived").count()) == (
        ["open", "open"],
        0,
    )


def test_who_wants_to_be_left_alone_meanwhile_is_owed_nothing_again_and_what_arrives_was_kept(
    eoi: ExpressionOfInterest, mere: User, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    clock.shift(60)
    acts.restrict(contact=eoi.contact, by=mere, why="They asked")
    fail(monkeypatch, clock)
    assert stand(eoi, "acknowledge") == "restricted"
    assert Activity.objects.filter(kind="not_arrived").count() == 0
    mail.try_again(mails())
    mail.deliver_due()
    eoi.refresh_from_db()
    assert (stand(eoi, "acknowledge"), eoi.state, differences()) == ("kept", "in_hand", [])


# --- an initiative in two forms --------------------------------------------------------------


def test_a_decision_that_arrives_after_all_is_not_owed_in_the_other_form_either(
    mere: User, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    mine = received(initiatives="A hall")
    mail.deliver_due()
    triage.decide(eoi=mine, seen=1, by=mere, number=1, outcome="taken_up")
    fail(monkeypatch, clock)
    assert stand(mine, "decide") == "open"
    older = received(initiatives="a hall", email="", telephone="04 494 5718", at=NOON - 24 * HOUR)
    merging.merge(kept=mine.contact, other=older.contact, by=mere)
    assert (stand(mine, "decide"), stand(older, "decide")) == ("merged", "open")
    mail.try_again(mails("decision"))
    mail.deliver_due()
    assert (stand(mine, "decide"), stand(older, "decide")) == ("kept", "merged")
    assert differences() == []


def test_an_initiative_is_decided_about_from_whichever_form_it_stands_in(mere: User) -> None:
    first, second = received(initiatives="A hall"), received(initiatives="- a van\n- a HALL", comments="2")
    assert stand(first, "decide") == "open"
    triage.decide(eoi=second, seen=1, by=mere, number=2, outcome="taken_up")
    assert (stand(first, "decide"), owed(second)[2:]) == (
        "kept",
        [("decide", 1, "open"), ("decide", 2, "merged")],
    )
    with pytest.raises(NotPossible, match=r"^Nothing is owed here any more\.$"):
        triage.decide(eoi=first, seen=1, by=mere, number=1, outcome="taken_up")
    assert (Decision.objects.count(), differences()) == (1, [])


# --- a newer Yes -----------------------------------------------------------------------------


@pytest.fixture
def advisor(mailoutbox: list[EmailMultiAlternatives]) -> Contact:
    contact = subscriber("give_advice")
    owing.settle(contact)
    on, reply_by = dt.date(2026, 12, 9), dt.date(2026, 12, 2)
    acts.invite(contact=contact, by=UserFactory(), on=on, place="Wellington", reply_by=reply_by, text="")
    return contact


def test_an_invitation_that_did_not_arrive_is_owed_by_the_newer_yes_alone(
    advisor: Contact, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    switches.withdraw(contact=advisor, purposes=["give_advice"], source="one_click")
    switches.set_switches(contact=advisor, wanted={"give_advice": True})
    mails("preferences_saved").delete()
    fail(monkeypatch, clock)
    assert [standing(row) for row in advisor.undertakings.order_by("pk")] == ["withdrawn", "open"]
    assert Activity.objects.filter(kind="not_arrived").count() == 0
    mail.try_again(mails("meeting"))
    mail.deliver_due()
    assert [standing(row) for row in advisor.undertakings.order_by("pk")] == ["withdrawn", "open"]
    assert differences() == []


def test_an_invitation_that_did_not_arrive_is_owed_to_nobody_who_took_the_yes_back(
    advisor: Contact, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    switches.withdraw(contact=advisor, purposes=["give_advice"], source="one_click")
    assert stand(advisor, "invite") == "kept"
    fail(monkeypatch, clock)
    assert (stand(advisor, "invite"), differences()) == ("withdrawn", [])


# --- by other evidence -----------------------------------------------------------------------


def test_what_is_kept_or_ended_already_stays_as_it_is(mere: User) -> None:
    contact = subscriber("give_advice")
    owing.settle(contact)
    line = Activity.objects.create(contact=contact, kind="called", text="Rang")
    proof = keeping.by_line(line, "x" * 400)
    assert keeping.keep(contact.undertakings.all(), by=mere, proof=proof) == 1
    row = row_of(contact, "invite")
    assert (row.kept_at, row.kept_by, row.evidence_kind, row.evidence_key) == (
        NOON,
        mere,
        "activity",
        line.pk,
    )
    assert row.evidence_text == "x" * 300
    assert keeping.keep(contact.undertakings.all(), by=None, proof=keeping.by_line(line, "again")) == 0
    Undertaking.objects.update(kept_at=None, kept_by=None, ended_at=NOON, ended_because="withdrawn")
    assert keeping.keep(contact.undertakings.all(), by=mere, proof=proof) == 0


def test_an_audiences_row_of_the_quarter_is_kept_once(mere: User) -> None:
    quarter_on = dt.date(2026, 10, 1)
    owing.owe_the_quarter(audience="keep_informed", kind="inform", quarter_on=quarter_on)
    proof = keeping.Proof("issue", 7, "Kia Tūtahi Accord: news")
    keep = {"audience": "keep_informed", "by": mere, "proof": proof}
    assert keeping.keep_for_audience(**keep, quarter_on=dt.date(2026, 7, 1)) == 0
    assert keeping.keep_for_audience(**keep, quarter_on=quarter_on) == 1
    assert keeping.keep_for_audience(**keep, quarter_on=quarter_on) == 0
    row = Undertaking.objects.get()
    assert (row.evidence_kind, row.evidence_key, row.kept_by) == ("issue", 7, mere)
