"""Whatever happens to whom, and in whatever order, the promises about consent hold."""

import datetime as dt
import json
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from hypothesis import event, example, given
from hypothesis import strategies as st

from accord_portal.foundation import personal_data
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.addresses import mailbox
from responses.answers import intake
from responses.consent import audit, reminding
from responses.consent import switches as consent_switches
from responses.contacts import acts as contact_acts
from responses.contacts import merging
from responses.importing import steps
from responses.models import (
    Call,
    Consent,
    Contact,
    ContactImport,
    Erasure,
    ExpressionOfInterest,
    Involvement,
    Merge,
    Purpose,
    Suppression,
)
from responses.people import suppressions
from responses.privacy import erasing
from tests import factories
from tests.database import holding
from tests.profiles import costly

pytestmark = pytest.mark.django_db
BEGINNING = dt.datetime(2026, 3, 1, 23, 0, tzinfo=dt.UTC)
PEOPLE = range(4)
MARKS = ["Zebulonia", "Quixotria", "Wintergart", "Marmaladis"]  # each person's own, in all they write

people = st.sampled_from(PEOPLE)
switches = st.fixed_dictionaries({purpose: st.booleans() for purpose in Purpose.values})
purposes = st.sampled_from(Purpose.values)
acts = st.lists(
    st.one_of(
        st.tuples(st.just("answer"), people, switches),
        st.tuples(st.just("confirm"), people),
        st.tuples(st.just("switch"), people, switches),
        st.tuples(st.just("undo"), people),
        st.tuples(st.just("withdraw"), people, purposes),
        st.tuples(st.just("on_request"), people, purposes, st.booleans()),
        st.tuples(st.just("bring_in"), people, purposes, st.booleans()),
        st.tuples(st.just("never_again"), people),
        st.tuples(st.just("restrict"), people),
        st.tuples(st.just("time_passes"), st.sampled_from([1, 4, 31])),
        st.tuples(st.just("merge"), people, people),
        st.tuples(st.just("unmerge"), people),
        st.tuples(st.just("ask_to_be_erased"), people),
        st.tuples(st.just("erase"), people),
    ),
    min_size=4,
    max_size=24,
)


def address(n: int) -> str:
    return f"{MARKS[n].lower()}@example.org"


class World:
    """Four people, two members of staff, and everything that can happen to them."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self.traveller = traveller
        self.mere, self.bo = factories.UserFactory(name="Mere"), factories.UserFactory(name="Bo")
        self.call: Call = factories.CallFactory()
        self.gone: set[int] = set()
        self.words: dict[tuple[int, str], bool] = {}  # what each mailbox said last

    def contact(self, n: int) -> Contact | None:
        return Contact.objects.filter(mailbox=mailbox(address(n))).first()

    def do(self, act: str, *given: Any) -> None:
        """Does one thing; who refuses has changed nothing."""
        self.traveller.shift(dt.timedelta(minutes=7))
        if act in ("answer", "bring_in", "time_passes"):
            getattr(self, act)(*given)
            return
        contact = self.contact(given[0])
        if contact is None:
            return
        try:
            with transaction.atomic():
                getattr(self, act)(contact, *given[1:])
            event(f"{act} done")
        except NotPossible:
            event(f"{act} refused")

    def answer(self, n: int, said: dict[str, bool]) -> None:
        mark = MARKS[n]
        answers = intake.Answers(
            name=f"{mark} Walker",
            organisation=f"{mark} Trust",
            email=address(n),
            telephone=f"call {mark}",
            comments=f"So says {mark}",
            initiatives=f"{mark} will do it" if said["champion_accord"] else "",
            said_yes=said,
        )
        intake.receive(call=self.call, answers=answers)
        self.gone.discard(n)

    def heard(self, contact: Contact, said: dict[str, bool]) -> None:
        """What a mailbox says is its own word, whoever staff merged it with."""
        (n,) = [n for n in PEOPLE if mailbox(address(n)) == contact.mailbox]
        self.words.update({(n, purpose): yes for purpose, yes in said.items()})

    def said_yes(self, yes: Involvement) -> bool:
        """Whether the last that the mailbox we would write to said itself was Yes."""
        (n,) = [n for n in PEOPLE if mailbox(address(n)) == yes.contact.mailbox]
        return self.words.get((n, yes.purpose), False)

    def confirm(self, contact: Contact) -> None:
        on, off = consent_switches.waiting(contact)
        consent_switches.confirm(contact=contact)
        self.heard(contact, dict.fromkeys(on, True) | dict.fromkeys(off, False))

    def switch(self, contact: Contact, wanted: dict[str, bool]) -> None:
        changed = consent_switches.set_switches(contact=contact, wanted=wanted)
        self.heard(contact, {purpose: wanted[purpose] for purpose in changed})

    def undo(self, contact: Contact) -> None:
        lines = contact.consents.filter(source=Consent.Source.PREFERENCE_PAGE).order_by("-pk")[:2]
        changed = consent_switches.undo(contact=contact, lines={line.pk for line in lines})
        held = Involvement.objects.current().filter(contact=contact)
        self.heard(contact, {purpose: held.filter(purpose=purpose).exists() for purpose in changed})

    def withdraw(self, contact: Contact, purpose: str) -> None:
        before = Consent.objects.count()
        consent_switches.withdraw(contact=contact, purposes=[purpose], source=Consent.Source.ONE_CLICK)
        if Consent.objects.count() > before:
            self.heard(contact, {purpose: False})

    def on_request(self, contact: Contact, purpose: str, yes: bool) -> None:
        how = f"{contact.kept_record.name} rang"
        consent_switches.change_on_request(contact=contact, purpose=purpose, yes=yes, how=how, by=self.mere)

    def bring_in(self, n: int, purpose: str, has_a_basis: bool) -> None:
        """A list of one row, looked at and brought in."""
        why = "asked in 2011" if has_a_basis else ""
        text = f"name,email,{purpose},basis\n{MARKS[n]} Walker,{address(n)},yes,{why}\n"
        file = SimpleUploadedFile("list.csv", text.encode())
        basis = ContactImport.Basis.BY_ROW
        one = steps.upload(file=file, source="The register of 2011", basis=basis, by=self.mere)
        steps.go_on(one.pk)
        one.refresh_from_db()
        steps.match(contact_import=one, holds=[c["holds"] for c in one.columns], by=self.mere)
        steps.go_on(one.pk)
        steps.approve(contact_import=one, by=self.bo)
        steps.go_on(one.pk)
        if self.contact(n):
            self.gone.discard(n)

    def never_again(self, contact: Contact) -> None:
        assert contact.mailbox
        suppressions.never_again(mailbox=contact.mailbox)

    def restrict(self, contact: Contact) -> None:
        contact_acts.restrict(contact=contact, why=f"{contact.name} asked", by=self.mere)

    def ask_to_be_erased(self, contact: Contact) -> None:
        wish = erasing.ask(contact=contact)
        assert wish.contact == contact

    def time_passes(self, days: int) -> None:
        self.traveller.shift(dt.timedelta(days=days))
        now = dt.datetime.now(dt.UTC)
        reminding.remind(now)
        reminding.forget(now)

    def merge(self, contact: Contact, n: int) -> None:
        other = self.contact(n)
        if other:
            merging.merge(kept=contact, other=other, by=self.mere)

    def unmerge(self, contact: Contact) -> None:
        for merge in Merge.objects.filter(other=contact, undone_at=None):
            merging.undo_merge(merge=merge, by=self.mere)

    def erase(self, contact: Contact) -> None:
        before = counts()
        person = contact.kept_record
        theirs = {n for n in PEOPLE if (found := self.contact(n)) and found.pk in person.keys}
        erasing.propose(contact=contact, why=f"{person.name} asked", by=self.mere)
        erasing.carry_out(erasure=Erasure.objects.about(person.keys).get(state="proposed"), by=self.bo)
        assert counts() == before
        self.gone |= theirs


def counts() -> dict[str, int]:
    yeses = {p: Involvement.objects.current().filter(purpose=p).count() for p in Purpose.values}
    rows = {
        model.__name__: model._default_manager.count() for model in (Contact, ExpressionOfInterest, Consent)
    }
    return {**yeses, **rows}


def may_be_written_to(yes: Involvement) -> bool:
    """The same question asked the long way, of the evidence and not of the projection."""
    contact, kept = yes.contact, yes.contact.kept_record
    if not contact.email or contact.restricted_at or contact.erased_at or kept.restricted_because == "asked":
        return False
    if contact != kept and Involvement.objects.permitting(yes.purpose).filter(contact=kept).exists():
        return False
    said = contact.consents.filter(purpose=yes.purpose).order_by("-recorded_at", "-pk")
    from_mailbox = Consent.FROM_THE_MAILBOX
    last = next(
        line
        for line in said
        if line.decision in ("withdrawn", "lapsed", "confirmed")
        or (line.decision in ("given", "declined") and line.source in from_mailbox)
    )
    if last.decision not in ("given", "confirmed"):
        return False
    never = Suppression.objects.for_mailbox(contact.mailbox or "", "never_again").order_by("since_at").last()
    return never is None or never.since_at < last.recorded_at


def told_of(contact: Contact) -> list[str]:
    """Whose marks stand in what the contact's own link shows and gives."""
    held = json.dumps(personal_data.held([contact.pk]), cls=DjangoJSONEncoder).casefold()
    return [mark for mark in MARKS if mark.casefold() in held]


@costly(2)
@example(
    happenings=[
        *(("answer", n, {**factories.EMPTY, "keep_informed": True}) for n in (0, 1)),
        *(("confirm", n) for n in (0, 1)),
        ("merge", 0, 1),
        ("withdraw", 1, "keep_informed"),
        ("unmerge", 1),
    ]
)
@example(
    happenings=[
        *(("answer", n, {**factories.EMPTY, "keep_informed": True}) for n in (0, 1, 2)),
        *(("confirm", n) for n in (0, 1, 2)),
        ("merge", 1, 0),
        ("merge", 2, 1),
        ("ask_to_be_erased", 0),
        ("withdraw", 2, "keep_informed"),
        ("on_request", 2, "keep_informed", False),
        ("unmerge", 0),
        ("erase", 0),
    ]
)
@given(happenings=acts)
def test_the_promises_hold_whatever_happens(happenings: list[tuple[Any, ...]], settings: Any) -> None:
    settings.DISPOSAL_AUTHORITY = "DA717"
    with time_machine.travel(BEGINNING, tick=False) as traveller, transaction.atomic():
        world = World(traveller)
        for act, *given_ in happenings:
            world.do(act, *given_)
            assert list(audit.disagreements()) == []
            for purpose in Purpose.values:
                permitting = Involvement.objects.permitting(purpose).select_related("contact")
                refused = [y for y in permitting if not (may_be_written_to(y) and world.said_yes(y))]
                assert refused == []
        known = {n: contact for n in PEOPLE if (contact := world.contact(n))}
        assert {n: told_of(contact) for n, contact in known.items()} == {n: [MARKS[n]] for n in known}
        assert {n: holding(MARKS[n]) for n in world.gone} == {n: [] for n in world.gone}
        transaction.set_rollback(True)
