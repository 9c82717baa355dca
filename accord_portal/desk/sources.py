"""Where the items of the desk come from: a named set of rows for each kind, and how a row becomes an item.

A row with a promised day stands under it; once that has passed, under the day promised first. What nobody
promised for a day is due from the day it came: it stands under today, the oldest first, and is never late.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Model, QuerySet
from django.urls import reverse

from accord_portal.digests.models import DigestIssue, Update
from accord_portal.foundation.dates import day_in_words
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from accord_portal.staff.record_admin import sees_details
from champions.models import Champion
from responses.admin import owed
from responses.models import (
    ContactImport,
    Duplicate,
    Erasure,
    FollowUp,
    Letter,
    Purpose,
    Recommendation,
    Undertaking,
)
from responses.undertakings.initiatives import initiative_in

from .models import Snooze
from .words import age, first_lines, lateness


class Mark(NamedTuple):
    """One of the four answers."""

    label: str
    yes: bool


@dataclass(frozen=True)
class Item:
    """One thing that waits, as it stands on the desk.

    `day` is the day it stands under, `due_on` the one by which it is owed now (None where nobody promised
    one), `lines` the first lines of what was written, each under its heading ("" for none), `note` what
    staff must know of it, `snoozed` its last snooze, over or not.
    """

    kind: str
    key: int
    title: str
    what: str
    url: str
    day: dt.date
    due_on: dt.date | None
    promised_on: dt.date | None
    since_at: dt.datetime
    owner: User | None
    age: str
    lateness: str
    organisation: str = ""
    marks: Sequence[Mark] = ()
    lines: Sequence[tuple[str, str]] = ()
    note: str = ""
    snoozed: Snooze | None = None

    @property
    def name(self) -> str:
        """Its kind and key, as forms and addresses carry them: "letter.12"."""
        return f"{self.kind}.{self.key}"

    @property
    def is_late(self) -> bool:
        """Whether the day that was promised first has passed."""
        return bool(self.lateness)


class Look(NamedTuple):
    """What one row says of itself."""

    title: str
    what: str
    url: str
    organisation: str = ""
    marks: Sequence[Mark] = ()
    lines: Sequence[tuple[str, str]] = ()
    note: str = ""


@dataclass(frozen=True)
class Source:
    """One kind: which rows of it wait, and what each field of a row is called.

    `needs` is the permission to see them, any of `works` one to do what they ask, `due` and `promised` the
    fields of the day it is owed by and of the one promised first ("" where nobody promises one), `owner` the
    field of who has it ("" where a `Claim` says so), `only` what all rows of the kind have, done with or not.
    """

    kind: str
    label: str
    needs: str
    works: Sequence[str]
    rows: Callable[[], QuerySet[Any]]
    look: Callable[[Any, User], Look]
    since: str
    due: str = ""
    promised: str = ""
    owner: str = ""
    only: Mapping[str, str] = field(default_factory=dict)

    def is_for(self, user: User) -> bool:
        """Whether this member of staff may do what its items ask."""
        return any(user.has_perm(power) for power in self.works)

    def workers(self, among: Iterable[User]) -> list[User]:
        """Those who may do what its items ask; what somebody else has, nobody has."""
        return [user for user in among if self.is_for(user)]

    def every(self) -> QuerySet[Any]:
        """All rows of the kind, also what is done with."""
        return self.rows().model._default_manager.filter(**self.only)

    def item(self, row: Model, by: User, today: dt.date) -> Item:
        """The row as this member of staff sees it."""
        due = getattr(row, self.due) if self.due else None
        promised = getattr(row, self.promised) if self.promised else due
        late = lateness(promised, today) if promised else ""
        since_at = getattr(row, self.since)
        return Item(
            kind=self.kind,
            key=row.pk,
            day=(promised if late else due) or today,
            due_on=due,
            promised_on=promised,
            since_at=since_at,
            owner=getattr(row, self.owner) if self.owner else None,
            age=age(since_at, today),
            lateness=late,
            **self.look(row, by)._asdict(),
        )


def _forms() -> QuerySet[Undertaking]:
    rows = Undertaking.objects.open().filter(kind=Undertaking.Kind.ACKNOWLEDGE)
    return rows.select_related("eoi", "contact__merged_into", "owner")


def _form(row: Undertaking, by: User) -> Look:
    form = row.eoi
    assert form is not None
    answers = [Mark(Purpose(purpose).label, yes) for purpose, yes in form.answers.items()]
    written = [("Initiatives", form.initiatives), ("Comments", form.comments)]
    return Look(
        title=form.name,
        what="Acknowledge the answers",
        url=f"{form.get_absolute_url()}#acknowledge",
        organisation=form.organisation,
        marks=answers,
        lines=list(first_lines(written)),
        note=_note(row) or ("Closed without an answer" if form.state == form.State.CLOSED else ""),
    )


def _undertakings() -> QuerySet[Undertaking]:
    return owed.with_all(Undertaking.objects.open().exclude(kind=Undertaking.Kind.ACKNOWLEDGE))


def _undertaking(row: Undertaking, by: User) -> Look:
    decides = row.kind == Undertaking.Kind.DECIDE and row.eoi is not None
    initiative = initiative_in(row.eoi.initiatives, row.about) if decides and row.eoi else ""
    kept_at = owed.where_it_is_kept(row, by)
    return Look(
        title=str(
            row.contact.kept_record if row.contact else f"All who said Yes: {row.get_audience_display()}"
        ),
        what=str(row),
        url=kept_at.url if kept_at else row.get_absolute_url(),
        lines=list(first_lines([("Initiative", initiative)])),
        note=_note(row),
    )


def _note(row: Undertaking) -> str:
    if owed.is_to_be_told_again(row):
        return "Owed again: our message did not arrive"
    return f"Promised first for {day_in_words(row.first_due_on)}" if row.was_moved else ""


def _letter(row: Letter, by: User) -> Look:
    return Look(
        row.name, "Answer the letter", row.get_absolute_url(), lines=list(first_lines([("", row.message)]))
    )


def _follow_up(row: FollowUp, by: User) -> Look:
    contact = row.contact.kept_record
    return Look(str(contact), "Follow up", f"{contact.get_absolute_url()}#follow-ups", lines=[("", row.what)])


def _recommendation(row: Recommendation, by: User) -> Look:
    forgotten = f"Forgotten on {day_in_words(row.expires_on)}"
    lines = list(first_lines([("Why", row.why)]))
    return Look(
        str(row), "Approve or decline the recommendation", row.get_absolute_url(), lines=lines, note=forgotten
    )


def _erasure(row: Erasure, by: User) -> Look:
    url = reverse("admin:responses_erasure_change", args=[row.pk])
    what = "Carry out the erasure, or decline it" if row.proposed_at else "Propose the erasure, or decline it"
    return Look(str(row.contact.kept_record), what, url)


def _duplicate(row: Duplicate, by: User) -> Look:
    return Look(
        str(row), "Say whether they are one person", row.get_absolute_url(), note=row.get_reason_display()
    )


def _mail(row: OutgoingMail, by: User) -> Look:
    in_doubt = row.state == OutgoingMail.State.IN_DOUBT
    return Look(
        title=row.subject or str(row),
        what="Find out whether the message arrived" if in_doubt else "Look at the message that failed",
        url=reverse("admin:foundation_outgoingmail_change", args=[row.pk]),
        lines=[("To", row.to)] if row.to and sees_details(by) else [],
        note="In doubt: no answer came when we handed it over" if in_doubt else "",
    )


def _import(row: ContactImport, by: User) -> Look:
    matched = row.state == ContactImport.State.CHECKED
    what = "Bring the list in, or cancel it" if matched else "Say what the columns of the list hold"
    return Look(str(row), what, reverse("admin:responses_contactimport_change", args=[row.pk]))


def _champion(row: Champion, by: User) -> Look:
    url = reverse("admin:champions_champion_change", args=[row.pk])
    return Look(str(row), "Read once more, and publish", url, note="Ticked by the person")


def _update(row: Update, by: User) -> Look:
    url = reverse("admin:digests_update_change", args=[row.pk])
    return Look(
        str(row), "Finish the draft, and publish it", url, lines=list(first_lines([("", row.summary)]))
    )


def _digest(row: DigestIssue, by: User) -> Look:
    doubt = f"{row.in_doubt} in doubt" if row.in_doubt else ""
    what = (
        "Approve the draft, or compose it anew" if row.is_draft else "Look at the digest: it needs attention"
    )
    return Look(str(row), what, reverse("admin:digests_digestissue_change", args=[row.pk]), note=doubt)


def _outgoing() -> QuerySet[OutgoingMail]:
    """Not the mails to staff about the desk: those would be what they tell of."""
    found = OutgoingMail.objects.failed() | OutgoingMail.objects.in_doubt()
    return found.exclude(message__in=["what_waits", "what_is_late"])


def _digests() -> QuerySet[DigestIssue]:
    return DigestIssue.objects.needing_attention() | DigestIssue.objects.drafts()


OF_AN_UNDERTAKING: dict[str, Any] = {
    "since": "since_at",
    "due": "due_on",
    "promised": "first_due_on",
    "owner": "owner",
}
DESK_SOURCES = [  # of what is due on one day, in this order
    Source(
        kind="form",
        label="Expressions of interest",
        needs="responses.view_expressionofinterest",
        works=["responses.change_expressionofinterest"],
        rows=_forms,
        look=_form,
        only={"kind": Undertaking.Kind.ACKNOWLEDGE},
        **OF_AN_UNDERTAKING,
    ),
    Source(
        kind="letter",
        label="Letters",
        needs="responses.view_letter",
        works=["responses.change_letter"],
        rows=lambda: Letter.objects.awaiting_an_answer().select_related("assigned_to"),
        look=_letter,
        since="received_at",
        due="due_on",
        owner="assigned_to",
    ),
    Source(
        kind="undertaking",
        label="Undertakings",
        needs="responses.view_undertaking",
        works=["responses.change_undertaking"],
        rows=_undertakings,
        look=_undertaking,
        **OF_AN_UNDERTAKING,
    ),
    Source(
        kind="follow_up",
        label="Follow-ups",
        needs="responses.view_contact",
        works=["responses.change_contact"],
        rows=lambda: FollowUp.objects.outstanding().select_related("contact__merged_into", "owner"),
        look=_follow_up,
        since="created_at",
        due="due_on",
        owner="owner",
    ),
    Source(
        kind="mail",
        label="Mail that failed or is in doubt",
        needs="foundation.view_outgoingmail",
        works=["foundation.change_outgoingmail"],
        rows=_outgoing,
        look=_mail,
        since="queued_at",
    ),
    Source(
        kind="erasure",
        label="Wishes to be erased",
        needs="responses.view_erasure",
        works=["responses.add_erasure", "responses.change_erasure"],
        rows=lambda: Erasure.objects.outstanding().select_related("contact__merged_into"),
        look=_erasure,
        since="asked_at",
    ),
    Source(
        kind="recommendation",
        label="Recommendations",
        needs="responses.view_recommendation",
        works=["responses.change_recommendation"],
        rows=Recommendation.objects.awaiting_approval,
        look=_recommendation,
        since="recommended_at",
    ),
    Source(
        kind="champion",
        label="Champions to publish",
        needs="champions.view_champion",
        works=["champions.publish_champion"],
        rows=Champion.objects.ready_to_publish,
        look=_champion,
        since="agreed_at",
    ),
    Source(
        kind="update",
        label="Drafts of updates",
        needs="digests.view_update",
        works=["digests.change_update"],
        rows=Update.objects.drafts,
        look=_update,
        since="created_at",
    ),
    Source(
        kind="digest",
        label="Digests",
        needs="digests.view_digestissue",
        works=["digests.change_digestissue", "digests.approve_digestissue"],
        rows=_digests,
        look=_digest,
        since="composed_at",
    ),
    Source(
        kind="import",
        label="Lists to bring in",
        needs="responses.view_contactimport",
        works=["responses.change_contactimport", "responses.approve_contactimport"],
        rows=ContactImport.objects.to_bring_in,
        look=_import,
        since="uploaded_at",
    ),
    Source(
        kind="duplicate",
        label="Possible duplicates",
        needs="responses.view_contact",
        works=["responses.change_contact"],
        rows=lambda: Duplicate.objects.open().select_related("first", "second"),
        look=_duplicate,
        since="found_at",
    ),
]
