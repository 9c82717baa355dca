"""Some people, two members of staff and a mail server, and everything that can happen to what is owed."""

import datetime as dt
from typing import Any

import time_machine
from django.db import transaction
from hypothesis import event

from accord_portal.foundation import mail
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.addresses import mailbox
from accord_portal.foundation.models import OutgoingMail
from accord_portal.foundation.verdicts import NotSent, Verdict
from responses.answers import confirming, intake, triage
from responses.consent import reminding, switches
from responses.contacts import acts, merging
from responses.models import Contact, Erasure, ExpressionOfInterest, Merge, Purpose, Undertaking
from responses.privacy import erasing
from responses.undertakings import moving
from responses.undertakings.initiatives import initiatives_in
from tests import factories
from tests.responses.undertakings import office
from tests.responses.undertakings.duties import Duty, Promises

ADDRESSES = ["aroha@example.org", "tama@example.org", ""]  # the last has none, and is rung
IDEAS = ["Open the hall", "Plant a garden", "Share the van"]
SPELLINGS = [str, str.upper, lambda idea: f"- {idea}"]
LAST = dt.datetime(2027, 6, 30, tzinfo=dt.UTC)  # whatever is due later is in the table of days
VERDICTS = [None, Verdict.PERSON_NEVER, Verdict.PERSON_LATER, Verdict.IN_DOUBT]
UNTYPED = dict.fromkeys(Purpose.values, False)


class World:
    """What can happen: `do` does one thing, and tells `promises` what it means."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self.traveller = traveller
        self.mere, self.bo = factories.UserFactory(name="Mere"), factories.UserFactory(name="Bo")
        self.call = factories.CallFactory()
        self.rung = acts.add(name="Hēmi", telephone="04 494 5718", by=self.mere).pk
        self.promises = Promises()
        self.verdict: Verdict | None = None

    def hand_over(self, connection: object, message: object, intent: Any) -> bool:
        """In the place of the mail server."""
        if not intent():
            return False
        if self.verdict:
            raise NotSent(self.verdict, "no")
        return True

    def contact(self, n: int) -> Contact | None:
        if not ADDRESSES[n]:
            return Contact.objects.get(pk=self.rung)
        return Contact.objects.filter(mailbox=mailbox(ADDRESSES[n])).first()

    def do(self, act: str, *given: Any) -> None:
        """Does one thing; who refuses has changed nothing."""
        self.traveller.shift(dt.timedelta(minutes=7))
        try:
            with transaction.atomic():
                done = getattr(self, act)(*given)
        except NotPossible:
            done = "refused"
        event(f"{act} {done or 'done'}")
        self.promises.look()

    # --- from people ---

    def answer(self, n: int, yes: list[str], ideas: list[tuple[int, int]]) -> str | None:
        """A form, on the web or by telephone: a new record each time for whoever has no address."""
        answers = intake.Answers(
            name=f"Person {n}",
            email=ADDRESSES[n],
            telephone="04 494 5718",
            initiatives=_as_typed(ideas),
            said_yes={**UNTYPED, **dict.fromkeys(yes, True)},
        )
        by = None if ADDRESSES[n] else self.mere
        before = ExpressionOfInterest.objects.count()
        form = intake.receive(call=self.call, answers=answers, by=by)
        if ExpressionOfInterest.objects.count() == before:
            return "twice"
        if by:
            self.rung = form.contact_id
        self.promises.look()
        self.promises.form_came(form, [IDEAS[idea] for idea, _ in ideas])
        return None

    def change(self, n: int, yes: list[str], ideas: list[tuple[int, int]]) -> str | None:
        contact = self.contact(n)
        form = self._form_of(contact)
        if not (contact and contact.email and form):
            return "cannot be"
        said = {**UNTYPED, **dict.fromkeys(yes, True)}
        answers = intake.Answers(name=f"Person {n}", initiatives=_as_typed(ideas), said_yes=said)
        new = intake.change(before=form, answers=answers, contact=contact)
        if new.pk in self.promises.received:
            return "twice"
        self.promises.form_changed(form.pk, new, [IDEAS[idea] for idea, _ in ideas])
        return None

    def confirm(self, n: int) -> str | None:
        contact = self.contact(n)
        if not (contact and contact.email):
            return "cannot be"
        confirming.confirm(contact=contact, eoi=self._form_of(contact))
        return None

    def switch(self, n: int, purpose: str, yes: bool) -> str | None:
        contact = self.contact(n)
        if not (contact and contact.email):
            return "cannot be"
        switches.set_switches(contact=contact, wanted={purpose: yes})
        return None

    def ask_to_be_erased(self, n: int) -> str | None:
        contact = self.contact(n)
        if not contact:
            return "cannot be"
        erasing.ask(contact=contact)
        return None

    # --- from staff, about a person ---

    def on_request(self, n: int, purpose: str, yes: bool) -> str | None:
        return self._about(n, switches.change_on_request, purpose=purpose, yes=yes, how="They rang")

    def restrict(self, n: int) -> str | None:
        return self._about(n, acts.restrict, why="They asked")

    def release(self, n: int) -> str | None:
        return self._about(n, acts.release, why="They rang")

    def propose(self, n: int) -> str | None:
        return self._about(n, erasing.propose, why="They asked")

    def decide_about_erasing(self, n: int, carry_out: bool) -> str | None:
        contact = self.contact(n)
        keys = contact.kept_record.keys if contact else []
        wish = Erasure.objects.outstanding().about(keys).first()
        if not wish:
            return "cannot be"
        if carry_out:
            erasing.carry_out(erasure=wish, by=self.bo)
        else:
            erasing.decline(erasure=wish, because="The law says so", by=self.bo)
        return None

    def merge(self, n: int, other: int) -> str | None:
        kept, second = self.contact(n), self.contact(other)
        if not (kept and second):
            return "cannot be"
        merging.merge(kept=kept, other=second, by=self.mere)
        return None

    def unmerge(self, n: int) -> str | None:
        merge = Merge.objects.in_force().filter(other=self.contact(n)).first()
        if not merge:
            return "cannot be"
        merging.undo_merge(merge=merge, by=self.mere)
        return None

    def invite(self, n: int) -> str | None:
        contact, today = self.contact(n), office.day_of(dt.datetime.now(dt.UTC))
        if not contact:
            return "cannot be"
        due = [duty for duty in self._owed_to(contact) if duty.kind == "invite"]
        details = {"on": today, "reply_by": today, "place": "The hall", "text": ""}
        acts.invite(contact=contact, by=self.mere, **details)
        self.promises.done(due, *self._by_mail("meeting"))
        return None

    def ring(self, n: int, which: int) -> str | None:
        """A call, which keeps one thing or all."""
        contact = self.contact(n)
        if not contact:
            return "cannot be"
        due = sorted(self._owed_to(contact), key=lambda duty: duty.since)
        due = due[which : which + 1] or due
        rows = [self._row(duty) for duty in due]
        acts.record(contact=contact, by=self.mere, kind="called", text="We talked", keeps=rows)
        self.promises.done(due, dt.datetime.now(dt.UTC))
        return None

    def move(self, n: int, which: int, days: int) -> str | None:
        contact = self.contact(n)
        due = sorted(self._owed_to(contact), key=lambda duty: duty.since) if contact else []
        if not due[which : which + 1]:
            return "cannot be"
        row, duty = self._row(due[which]), due[which]
        to = _open_day(days)
        moving.move(undertaking=row, seen=row.due_on, to=to, because="We are short of people", by=self.mere)
        duty.due_on = to
        return None

    def _about(self, n: int, act: Any, **given: Any) -> str | None:
        contact = self.contact(n)
        if not contact:
            return "cannot be"
        act(contact=contact, by=self.mere, **given)
        return None

    # --- from staff, about a form ---

    def acknowledge(self, n: int, is_full: bool, days: int) -> str | None:
        form, today = self._form_of(self.contact(n)), office.day_of(dt.datetime.now(dt.UTC))
        if not form:
            return "cannot be"
        open_ones = [duty for duty in self.promises.open() if duty.form == form.pk]
        replies = [duty for duty in open_ones if duty.kind == "reply"]
        day = _open_day(days) if replies and not is_full else None
        kinds = ["acknowledge", "reply"] if is_full else ["acknowledge"]
        given = {"text": "Thanks", "is_full": is_full, "reply_on": day}
        triage.acknowledge(eoi=form, seen=form.version, by=self.mere, **given)
        for duty in [duty for duty in open_ones if day and duty.kind != "acknowledge"]:
            is_news = duty.due_on == duty.first_due_on >= today and not self.promises.was_answered(form.pk)
            duty.first_due_on = day if is_news else duty.first_due_on
            duty.due_on = max(duty.first_due_on, day)
        self._answered(form, [duty for duty in open_ones if duty.kind in kinds], "reply")
        return None

    def reply(self, n: int) -> str | None:
        form = self._form_of(self.contact(n))
        if not form:
            return "cannot be"
        due = [d for d in self.promises.open() if (d.form, d.kind) == (form.pk, "reply")]
        triage.reply(eoi=form, seen=form.version, by=self.mere, text="In full")
        self._answered(form, due, "reply")
        return None

    def decide(self, n: int, number: int) -> str | None:
        form = self._form_of(self.contact(n))
        ideas = initiatives_in(form.initiatives) if form else []
        if not form or number > len(ideas):
            return "cannot be"
        due = [d for d in self._owed_to(form.contact.kept_record) if d.text == _idea(ideas[number - 1])]
        triage.decide(eoi=form, seen=form.version, by=self.mere, number=number, outcome="taken_up")
        self._answered(form, due, "decision")
        return None

    def triage(self, n: int, what: str) -> str | None:
        form = self._form_of(self.contact(n))
        if not form:
            return "cannot be"
        seen = {"eoi": form, "seen": form.version, "by": self.mere}
        match what:
            case "spam":
                triage.mark_as_spam(**seen)
            case "close":
                open_ones = [d for d in self.promises.open() if d.form == form.pk and d.kind != "decide"]
                triage.close(**seen, outcome="nothing_asked", text="Thank you.")
                assert open_ones == []
            case "reopen":
                triage.reopen(**seen, text="Look again")
            case "assign":
                triage.assign(**seen, to=self.bo)
        return None

    # --- what time and the mail server do ---

    def time_passes(self, days: int) -> str | None:
        now = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
        if now > LAST:
            return "cannot be"
        self.traveller.move_to(now)
        reminding.remind(now)
        reminding.forget(now)
        moving.say_what_was_missed(today=office.day_of(now))
        return None

    def post(self, verdict: int) -> None:
        self.verdict = VERDICTS[verdict]
        mail.deliver_due()

    def comes_back(self) -> None:
        mail.came_back(self._keeping(state="sent"))

    def try_again(self) -> None:
        mail.try_again(self._keeping())

    def treat_as_sent(self) -> None:
        mail.treat_as_sent(self._keeping())

    # --- who and what ---

    def _form_of(self, contact: Contact | None) -> ExpressionOfInterest | None:
        """The last one that came from this contact, with what stands in its row now."""
        forms = ExpressionOfInterest.objects.filter(contact=contact, erased_at=None, replaced_by=None)
        return forms.order_by("pk").last()

    def _owed_to(self, contact: Contact) -> list[Duty]:
        return [duty for duty in self.promises.open() if duty.contact in contact.keys]

    def _row(self, duty: Duty) -> Undertaking:
        rows = Undertaking.objects.open().filter(contact=duty.contact, kind=duty.kind)
        return next(row for row in rows if row.eoi_id in (duty.form, None) and text_of(row) == duty.text)

    def _answered(self, form: ExpressionOfInterest, due: list[Duty], message: str) -> None:
        form.refresh_from_db()
        is_mailed = form.email and not form.contact.wants_to_be_left_alone
        self.promises.done(due, *(self._by_mail(message) if is_mailed else [dt.datetime.now(dt.UTC)]))

    def _by_mail(self, message: str) -> tuple[dt.datetime, int]:
        owed = OutgoingMail.objects.filter(message=message).order_by("pk").last()
        assert owed
        return dt.datetime.now(dt.UTC), owed.pk

    def _keeping(self, **those: Any) -> Any:
        """The last message that was to keep something."""
        keys = {duty.by_mail for duty in self.promises.duties}
        last = OutgoingMail.objects.filter(pk__in=keys, **those).order_by("pk").last()
        return OutgoingMail.objects.filter(pk=last.pk if last else 0)


def text_of(row: Undertaking) -> str:
    """Which idea a row is about; "" where it is about none."""
    if row.kind != "decide" or not row.eoi:
        return ""
    return _idea(initiatives_in(row.eoi.initiatives)[row.about - 1])


def _idea(written: str) -> str:
    return next(idea for idea in IDEAS if idea.lower() == written.lower())


def _as_typed(ideas: list[tuple[int, int]]) -> str:
    return "\n\n".join(SPELLINGS[spelling](IDEAS[idea]) for idea, spelling in ideas)


def _open_day(days: int) -> dt.date:
    """The first day so many days from now on which the office is open."""
    there = office.day_of(dt.datetime.now(dt.UTC)) + dt.timedelta(days=days)
    return next(day for day in office.OPEN if day >= there)
