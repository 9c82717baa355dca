"""Where the items of the desk come from: a named set of rows for each kind, and how a row becomes an item.

A row with a promised day stands under it; once that has passed, under the day promised first. What nobody
promised for a day is due from the day it came: it stands under today, the oldest first, and is never late.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Prefetch, QuerySet

from accord_portal.digests.models import DigestIssue, Update
from accord_portal.foundation import working_days
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from champions.models import (
    Champion,
    PageProposal,
    Partnership,
    PracticeStory,
    ProgressReport,
    Relay,
    Reuse,
)
from responses.admin import owed
from responses.models import (
    ContactImport,
    Duplicate,
    Enquiry,
    Erasure,
    FollowUp,
    Letter,
    Recommendation,
    Referral,
    Undertaking,
)

from . import looks
from .looks import Look, Mark
from .models import Snooze
from .words import age, lateness

WHAT_WAS_ASKED = [  # for `asked_at`
    Prefetch("eoi__enquiries", Enquiry.objects.select_related("mail")),
    Prefetch("eoi__referrals", Referral.objects.select_related("question")),
]


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


@dataclass(frozen=True)
class Source:
    """One kind: which rows of it wait, and what each field of a row is called.

    `needs` is the permission to see them, any of `works` one to do what they ask, `due` and `promised` the
    fields of the day it is owed by and of the one promised first ("" where nobody promises one), `owner` the
    field of who has it ("" where a `Claim` says so), `only` what all rows of the kind have, done with or not,
    `prefetched` what is looked up for those that are shown.
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
    prefetched: Sequence[Prefetch[Any]] = ()

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


def _undertakings() -> QuerySet[Undertaking]:
    return owed.with_all(Undertaking.objects.open().exclude(kind=Undertaking.Kind.ACKNOWLEDGE))


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
        look=looks.of_form,
        prefetched=WHAT_WAS_ASKED,
        only={"kind": Undertaking.Kind.ACKNOWLEDGE},
        **OF_AN_UNDERTAKING,
    ),
    Source(
        kind="letter",
        label="Letters",
        needs="responses.view_letter",
        works=["responses.change_letter"],
        rows=lambda: Letter.objects.awaiting_an_answer().select_related("assigned_to"),
        look=looks.of_letter,
        since="received_at",
        due="due_on",
        owner="assigned_to",
    ),
    Source(
        kind="enquiry",
        label="Answers to what we asked",
        needs="responses.view_expressionofinterest",
        works=["responses.change_expressionofinterest"],
        rows=lambda: Enquiry.objects.unread().select_related("eoi", "owner"),
        look=looks.of_enquiry,
        since="answered_at",
        owner="owner",
    ),
    Source(
        kind="referral",
        label="Referrals to agencies",
        needs="responses.view_expressionofinterest",
        works=["responses.change_expressionofinterest"],
        rows=lambda: Referral.objects.unread().select_related("eoi", "owner", "mail"),
        look=looks.of_referral,
        since="asked_at",
        owner="owner",
    ),
    Source(
        kind="undertaking",
        label="Undertakings",
        needs="responses.view_undertaking",
        works=["responses.change_undertaking"],
        rows=_undertakings,
        look=looks.of_undertaking,
        prefetched=WHAT_WAS_ASKED,
        **OF_AN_UNDERTAKING,
    ),
    Source(
        kind="follow_up",
        label="Follow-ups",
        needs="responses.view_followup",
        works=["responses.change_followup"],
        rows=lambda: FollowUp.objects.outstanding().select_related("contact__merged_into", "owner"),
        look=looks.of_follow_up,
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
        look=looks.of_mail,
        since="queued_at",
    ),
    Source(
        kind="erasure",
        label="Wishes to be erased",
        needs="responses.view_erasure",
        works=["responses.add_erasure", "responses.change_erasure"],
        rows=lambda: Erasure.objects.outstanding().select_related("contact__merged_into"),
        look=looks.of_erasure,
        since="asked_at",
    ),
    Source(
        kind="recommendation",
        label="Recommendations",
        needs="responses.view_recommendation",
        works=["responses.change_recommendation"],
        rows=Recommendation.objects.awaiting_approval,
        look=looks.of_recommendation,
        since="recommended_at",
    ),
    Source(
        kind="champion",
        label="Champions to publish",
        needs="champions.view_champion",
        works=["champions.publish_champion"],
        rows=Champion.objects.ready_to_publish,
        look=looks.of_champion,
        since="agreed_at",
    ),
    Source(
        kind="partnership",
        label="Partnerships to publish",
        needs="champions.view_partnership",
        works=["champions.publish_champion"],
        rows=Partnership.objects.ready_to_publish,
        look=looks.of_partnership,
        since="recorded_at",
    ),
    Source(
        kind="review",
        label="Reviews of partnerships",
        needs="champions.view_partnership",
        works=["champions.change_partnership"],
        rows=lambda: Partnership.objects.to_review(working_days.today()),
        look=looks.of_review,
        since="recorded_at",
        due="review_on",
    ),
    Source(
        kind="report",
        label="Words of champions to read",
        needs="champions.view_initiative",
        works=["champions.publish_champion"],
        rows=lambda: ProgressReport.objects.with_words_to_read().select_related("initiative"),
        look=looks.of_report,
        since="recorded_at",
    ),
    Source(
        kind="own_page",
        label="Pages that champions propose",
        needs="champions.view_pageproposal",
        works=["champions.publish_champion"],
        rows=lambda: PageProposal.objects.to_decide().select_related("champion"),
        look=looks.of_own_page,
        since="proposed_at",
    ),
    Source(
        kind="story",
        label="Stories to review",
        needs="champions.view_practicestory",
        works=["champions.publish_champion"],
        rows=PracticeStory.objects.to_review,
        look=looks.of_story,
        since="submitted_at",
        prefetched=[Prefetch("writers")],
    ),
    Source(
        kind="relay",
        label="Questions to pass on",
        needs="champions.view_practicestory",
        works=["champions.publish_champion"],
        rows=lambda: Relay.objects.to_read().select_related("story"),
        look=looks.of_relay,
        since="written_at",
    ),
    Source(
        kind="reuse",
        label="Uses of stories to read",
        needs="champions.view_practicestory",
        works=["champions.publish_champion"],
        rows=lambda: Reuse.objects.to_read().select_related("story"),
        look=looks.of_reuse,
        since="told_at",
    ),
    Source(
        kind="story_draft",
        label="Drafts of stories",
        needs="champions.view_practicestory",
        works=["champions.change_practicestory"],
        rows=lambda: PracticeStory.objects.drafts().select_related("champion"),
        look=looks.of_story_draft,
        since="written_at",
    ),
    Source(
        kind="update",
        label="Drafts of updates",
        needs="digests.view_update",
        works=["digests.change_update"],
        rows=Update.objects.drafts,
        look=looks.of_update,
        since="created_at",
    ),
    Source(
        kind="digest",
        label="Digests",
        needs="digests.view_digestissue",
        works=["digests.change_digestissue", "digests.approve_digestissue"],
        rows=_digests,
        look=looks.of_digest,
        since="composed_at",
    ),
    Source(
        kind="import",
        label="Lists to bring in",
        needs="responses.view_contactimport",
        works=["responses.change_contactimport", "responses.approve_contactimport"],
        rows=ContactImport.objects.to_bring_in,
        look=looks.of_import,
        since="uploaded_at",
    ),
    Source(
        kind="duplicate",
        label="Possible duplicates",
        needs="responses.view_contact",
        works=["responses.change_contact"],
        rows=lambda: Duplicate.objects.open().select_related("first", "second"),
        look=looks.of_duplicate,
        since="found_at",
    ),
]
