"""Acknowledging in full or with a day, the full reply, and deciding about initiatives."""

import datetime as dt

import pytest

from accord_portal.foundation import mail
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import confirming, triage
from responses.models import Decision, ExpressionOfInterest
from tests.clock import NOON
from tests.factories import received
from tests.responses.undertakings.promises import differences, owed, row_of, stand

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
DAY = dt.date(2026, 12, 1)
SAY_WHICH = r"^Say that this is the full answer, or choose the day by which it comes\.$"


@pytest.fixture
def eoi(db: None) -> ExpressionOfInterest:
    return received("keep_informed", initiatives="- A hall\n- a garden")


def owed_mail(message: str) -> list[dict[str, object]]:
    rows = OutgoingMail.objects.filter(message=message).order_by("pk")
    return list(rows.values_list("facts", flat=True))


# --- acknowledging ---------------------------------------------------------------------------


def test_the_full_answer_keeps_the_reply_too_and_leaves_the_decisions_owed(
    eoi: ExpressionOfInterest, mere: User
) -> None:
    triage.acknowledge(eoi=eoi, seen=1, by=mere, text="Kia ora", is_full=True)
    assert [stands for _, _, stands in owed(eoi)] == ["kept", "kept", "open", "open"]
    assert {row_of(eoi, kind).evidence_key for kind in ("acknowledge", "reply")} == {
        OutgoingMail.objects.get(message="reply").pk
    }
    assert owed_mail("reply") == [{"eoi_id": eoi.pk, "text": "Kia ora", "greets": False}]
    assert differences() == []


def test_a_day_is_said_and_owed_where_it_is_not_the_full_answer(
    eoi: ExpressionOfInterest, mere: User
) -> None:
    triage.acknowledge(eoi=eoi, seen=1, by=mere, text="Kia ora", reply_on=DAY)
    assert [stands for _, _, stands in owed(eoi)] == ["kept", "open", "open", "open"]
    assert {row.due_on for row in eoi.undertakings.open()} == {DAY}
    facts = {"eoi_id": eoi.pk, "text": "Kia ora", "greets": False, "reply_on": "2026-12-01"}
    assert owed_mail("reply") == [facts]
    body = mail.made(OutgoingMail.objects.get(message="reply")).body
    assert "You will get our full answer by Tuesday 1 December 2026." in body
    assert differences() == []


@pytest.mark.parametrize("said", [{}, {"is_full": True, "reply_on": DAY}])
def test_it_is_the_full_answer_or_names_a_day_and_never_neither_nor_both(
    eoi: ExpressionOfInterest, mere: User, said: dict[str, object]
) -> None:
    with pytest.raises(NotPossible, match=SAY_WHICH):
        triage.acknowledge(eoi=eoi, seen=1, by=mere, text="Kia ora", **said)
    eoi.refresh_from_db()
    assert (eoi.version, stand(eoi, "acknowledge"), owed_mail("reply")) == (1, "open", [])


def test_a_form_that_is_owed_no_reply_is_acknowledged_as_it_is(eoi: ExpressionOfInterest, mere: User) -> None:
    eoi.undertakings.filter(kind="reply").delete()  # as of a form from before undertakings
    triage.acknowledge(eoi=eoi, seen=1, by=mere, text="Kia ora")
    assert stand(eoi, "acknowledge") == "kept"


def test_what_is_not_owed_any_more_is_not_acknowledged(eoi: ExpressionOfInterest, mere: User) -> None:
    eoi.undertakings.update(ended_at=NOON, ended_because="restricted")
    with pytest.raises(NotPossible, match=r"^Nothing is owed here any more\.$"):
        triage.acknowledge(eoi=eoi, seen=1, by=mere, text="Kia ora", is_full=True)
    eoi.refresh_from_db()
    assert (eoi.version, owed_mail("reply")) == (1, [])


def test_by_telephone_the_line_on_the_timeline_is_the_evidence(mere: User) -> None:
    eoi = received(email="", telephone="04 494 5718")
    triage.acknowledge(eoi=eoi, seen=1, by=mere, text="Rang at noon.", is_full=True)
    line = eoi.activities.get(kind="acknowledged")
    for kind in ("acknowledge", "reply"):
        row = row_of(eoi, kind)
        assert (row.evidence_kind, row.evidence_key) == ("activity", line.pk)
        assert row.evidence_text == "Acknowledged, as noted on the timeline"
    assert differences() == []


# --- the full reply --------------------------------------------------------------------------


def test_the_full_reply_follows_the_acknowledgement(eoi: ExpressionOfInterest, mere: User) -> None:
    triage.acknowledge(eoi=eoi, seen=1, by=mere, text="Kia ora", reply_on=DAY)
    triage.reply(eoi=eoi, seen=2, by=mere, text="All of it")
    assert (eoi.version, eoi.state, stand(eoi, "reply")) == (3, "in_hand", "kept")
    row = row_of(eoi, "reply")
    assert (row.kept_at, row.kept_by, row.evidence_text) == (NOON, mere, "Replied in full by email")
    assert owed_mail("reply")[1] == {"eoi_id": eoi.pk, "text": "All of it", "greets": False}
    line = eoi.activities.get(kind="replied")
    assert (line.contact, line.text, line.done_by) == (eoi.contact, "All of it", mere)
    with pytest.raises(NotPossible, match=r"^Nothing is owed here any more\.$"):
        triage.reply(eoi=eoi, seen=3, by=mere, text="again")
    assert (len(owed_mail("reply")), differences()) == (2, [])


def test_nobody_is_replied_to_in_full_before_the_acknowledgement(
    eoi: ExpressionOfInterest, mere: User
) -> None:
    with pytest.raises(NotPossible, match=r"^Acknowledge this first: you can say that it is the full answer"):
        triage.reply(eoi=eoi, seen=1, by=mere, text="All of it")
    assert owed_mail("reply") == []


def test_who_saw_an_older_state_neither_replies_nor_decides(eoi: ExpressionOfInterest, mere: User) -> None:
    triage.acknowledge(eoi=eoi, seen=1, by=mere, text="Kia ora", reply_on=DAY)
    with pytest.raises(ChangedMeanwhile, match=r"^Mere Staff changed this meanwhile: Acknowledged, "):
        triage.reply(eoi=eoi, seen=1, by=mere, text="All of it")
    triage.reply(eoi=eoi, seen=2, by=mere, text="All of it")
    with pytest.raises(ChangedMeanwhile, match=r"^Mere Staff changed this meanwhile: Replied in full, "):
        triage.decide(eoi=eoi, seen=2, by=mere, number=1, outcome="partly")
    assert Decision.objects.count() == 0


# --- deciding --------------------------------------------------------------------------------


def test_a_decision_is_written_down_told_and_kept(eoi: ExpressionOfInterest, mere: User) -> None:
    triage.decide(eoi=eoi, seen=1, by=mere, number=2, outcome="passed_on", text="To the council.")
    (decision,) = eoi.decisions.all()
    assert (decision.number, decision.outcome, decision.reason) == (2, "passed_on", "To the council.")
    assert (decision.decided_at, decision.decided_by) == (NOON, mere)
    assert owed(eoi)[2:] == [("decide", 1, "open"), ("decide", 2, "kept")]
    line = eoi.activities.get(kind="decided")
    assert (line.text, line.done_by) == ("a garden\nPassed on to somebody else\nTo the council.", mere)
    assert owed_mail("decision") == [{"decision_id": decision.pk, "greets": False}]
    row = eoi.undertakings.get(kind="decide", about=2)
    assert row.evidence_text == "Passed on to somebody else, told by email"
    assert (eoi.version, differences()) == (2, [])


def test_what_is_mailed_of_it_quotes_the_initiative_once_the_mailbox_confirmed_the_form(
    eoi: ExpressionOfInterest, mere: User
) -> None:
    triage.decide(eoi=eoi, seen=1, by=mere, number=2, outcome="partly", text="A small one.")
    message = OutgoingMail.objects.get(message="decision")
    assert mail.made(message).subject == f"What becomes of your initiative: {eoi.reference}"
    assert "a garden" not in mail.made(message).body
    confirming.confirm(contact=eoi.contact, eoi=eoi)
    assert "a garden" not in mail.made(message).body  # it goes out as it was shown
    eoi.refresh_from_db()
    triage.decide(eoi=eoi, seen=eoi.version, by=mere, number=1, outcome="partly", text="A small one.")
    body = mail.made(OutgoingMail.objects.filter(message="decision").latest("pk")).body
    assert "Tēnā koe Aroha Ngata\n" in body
    assert "You wrote:\n\n" in body
    assert "What we decided: Taken up in part." in body
    assert "\nA small one.\n" in body


def test_somebody_without_an_address_is_told_in_another_way(mere: User) -> None:
    eoi = received(email="", telephone="04 494 5718", initiatives="A hall")
    triage.decide(eoi=eoi, seen=1, by=mere, number=1, outcome="taken_up")
    row = row_of(eoi, "decide")
    assert (row.evidence_kind, row.evidence_text) == ("activity", "Taken up, noted on the timeline")
    assert (owed_mail("decision"), differences()) == ([], [])


@pytest.mark.parametrize("number", [0, 3])
def test_what_nobody_wrote_is_not_decided_about(eoi: ExpressionOfInterest, mere: User, number: int) -> None:
    with pytest.raises(NotPossible, match=r"^There is no such initiative in this form\.$"):
        triage.decide(eoi=eoi, seen=1, by=mere, number=number, outcome="partly")


def test_it_is_decided_about_once(eoi: ExpressionOfInterest, mere: User) -> None:
    triage.decide(eoi=eoi, seen=1, by=mere, number=1, outcome="partly")
    with pytest.raises(NotPossible, match=r"^This has already been decided\.$"):
        triage.decide(eoi=eoi, seen=2, by=mere, number=1, outcome="taken_up")
    assert Decision.objects.get().outcome == "partly"


def test_an_outcome_of_a_decision_is_one_of_the_list(eoi: ExpressionOfInterest, mere: User) -> None:
    with pytest.raises(ValueError, match="none-such"):
        triage.decide(eoi=eoi, seen=1, by=mere, number=1, outcome="none-such")
    assert Decision.objects.count() == 0
