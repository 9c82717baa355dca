"""What was promised to whom, kept by the tests as it happens; it reads no undertaking.

What other rooms decide (who was merged into whom, who asked to be left alone, which Yeses count) is read
from their rows, which have tests of their own. Each duty is one promise made once; which of a person's duties
is owed, `owed` says anew each time.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from accord_portal.foundation.models import OutgoingMail
from responses.models import Contact, ExpressionOfInterest, Involvement
from tests.responses.undertakings import office

YESES = {"invite": "give_advice", "talk": "champion_accord"}
ON_ITS_WAY = ["queued", "sending", "sent"]


class Owed(NamedTuple):
    """One thing that is owed, or was done, as it can be compared with a row."""

    kind: str
    contact: int
    form: int
    text: str
    first_due_on: dt.date
    due_on: dt.date


@dataclass
class Duty:
    """One promise, from when it was made."""

    kind: str
    contact: int
    since: dt.datetime
    form: int = 0
    text: str = ""
    consent: int = 0
    first_due_on: dt.date = field(init=False)
    due_on: dt.date = field(init=False)
    is_over: bool = False
    done_at: dt.datetime | None = None
    by_mail: int = 0

    def __post_init__(self) -> None:
        self.first_due_on = self.due_on = office.due(self.kind, self.since)

    def as_owed(self) -> Owed:
        return Owed(self.kind, self.contact, self.form, self.text, self.first_due_on, self.due_on)


class Promises:
    """Every duty there ever was, and what the rooms around say at this moment."""

    def __init__(self) -> None:
        self.duties: list[Duty] = []
        self.before: dict[int, int] = {}
        self.look()

    # --- what happens ---

    def form_came(self, form: ExpressionOfInterest, texts: list[str]) -> None:
        """A form is owed an answer, a full one, and a decision about each thing in it."""
        contact, at, key = form.contact_id, form.received_at, form.pk
        about = [("acknowledge", ""), ("reply", ""), *(("decide", text) for text in dict.fromkeys(texts))]
        self.duties += [Duty(kind, contact, at, form=key, text=text) for kind, text in about]

    def was_answered(self, form: int) -> bool:
        """Whether the person heard from staff about these answers before, or about those they changed."""
        while form:
            if any(d.done_at for d in self.duties if (d.form, d.kind) == (form, "acknowledge")):
                return True
            form = self.before.get(form, 0)
        return False

    def form_changed(self, before: int, form: ExpressionOfInterest, texts: list[str]) -> None:
        """What was owed still goes on with the newer answers, by the day that comes first."""
        mine = [duty for duty in self.duties if duty.form == before]
        going_on = [duty for duty in mine if self.is_wanted(duty)]
        self.before[form.pk] = before
        self.form_came(form, texts)
        fresh = {(duty.kind, duty.text): duty for duty in self.duties if duty.form == form.pk}
        for duty in going_on:
            if newer := fresh.get((duty.kind, duty.text)):
                newer.since = duty.since
                newer.first_due_on = min(newer.first_due_on, duty.first_due_on)
                newer.due_on = min(newer.due_on, duty.due_on)
        for duty in mine:
            duty.is_over = True

    def done(self, duties: list[Duty], at: dt.datetime, by_mail: int = 0) -> None:
        """These were done: what was owed is not any more."""
        for duty in duties:
            duty.done_at, duty.by_mail = at, by_mail

    def look(self) -> None:
        """Reads the rooms around, and begins and ends what depends on them."""
        self.contacts = Contact.objects.in_bulk()
        forms = ExpressionOfInterest.objects.all()
        self.spam = {form.pk for form in forms if form.state == "spam"}
        self.received = {form.pk: form.received_at for form in forms}
        self._look_at_yeses()
        self._look_at_mail()

    def _look_at_yeses(self) -> None:
        held = {(yes.contact_id, yes.purpose): yes for yes in Involvement.objects.select_related("consent")}
        for (contact, purpose), yes in held.items():
            kind = next((kind for kind, asked in YESES.items() if asked == purpose), "")
            going = [d for d in self.duties if (d.contact, d.kind) == (contact, kind) and not d.is_over]
            for duty in going:
                duty.is_over = bool(yes.ended_at or yes.consent_id != duty.consent)
            counts_at = yes.confirmed_at
            if not self.contacts[contact].email and yes.consent.recorded_by_id:
                counts_at = yes.since_at
            counts = kind and counts_at and not yes.ended_at and not self.contacts[contact].erased_at
            if counts and counts_at and all(duty.is_over for duty in going):
                self.duties.append(Duty(kind, contact, counts_at, consent=yes.consent_id))

    def _look_at_mail(self) -> None:
        """What a message was to do is done from when it arrived, and is not where it did not."""
        by_mail = [duty for duty in self.duties if duty.by_mail]
        mails = OutgoingMail.objects.in_bulk({duty.by_mail for duty in by_mail})
        for duty in by_mail:
            mail = mails[duty.by_mail]
            if mail.state not in ON_ITS_WAY:
                duty.done_at = None
            elif mail.sent_at and (duty.done_at or not duty.is_over):
                duty.done_at = mail.sent_at

    # --- what is owed ---

    def left_alone_since(self, contact: int) -> dt.datetime | None:
        """Since when somebody wants nothing: their own wish, or what they asked of us as a person."""
        record = self.contacts[contact]
        wishes = [record.restricted_at] if record.restricted_because in ("asked", "erasure") else []
        person = self.contacts[record.merged_into_id or record.pk]
        wishes += [person.restricted_at] if person.restricted_because == "asked" else []
        return max((wish for wish in wishes if wish), default=None)

    def is_wanted(self, duty: Duty) -> bool:
        """Whether anybody would miss it: it is not over, and nobody asked for quiet since."""
        left_alone = self.left_alone_since(duty.contact)
        began = self.received[duty.form] if duty.form else duty.since
        quiet = left_alone and began <= left_alone
        erased = self.contacts[duty.contact].erased_at
        return not (duty.is_over or duty.done_at or quiet or erased or duty.form in self.spam)

    def people(self) -> list[list[Duty]]:
        """The duties of each person, the oldest first."""
        found: dict[int, list[Duty]] = defaultdict(list)
        for duty in sorted(self.duties, key=lambda duty: duty.since):
            found[self.contacts[duty.contact].merged_into_id or duty.contact].append(duty)
        return list(found.values())

    def open(self) -> Iterator[Duty]:
        """What is owed at this moment, each thing once a person."""
        for duties in self.people():
            wanted = [duty for duty in duties if self.is_wanted(duty)]
            yield from (duty for duty in wanted if duty.kind in ("acknowledge", "reply"))
            for text in {duty.text for duty in wanted if duty.kind == "decide"}:
                same = [duty for duty in duties if (duty.kind, duty.text) == ("decide", text)]
                if not any(duty.done_at for duty in same if not self.contacts[duty.contact].erased_at):
                    yield next(duty for duty in same if self.is_wanted(duty))
            for kind in YESES:
                same = [duty for duty in duties if duty.kind == kind]
                yield from [d for d in same if self.is_wanted(d) and not _was_done(d, same)][:1]

    def owed(self) -> list[Owed]:
        """The same, to compare with rows."""
        return sorted(duty.as_owed() for duty in self.open())

    def kept(self) -> list[Owed]:
        """What was done, to compare with rows."""
        return sorted(duty.as_owed() for duty in self.duties if duty.done_at)


def _was_done(duty: Duty, same: list[Duty]) -> bool:
    """Whether another record of the person got the same since this was promised."""
    others = [other.done_at for other in same if other.contact != duty.contact and other.done_at]
    return any(done_at >= duty.since for done_at in others)
