"""What an item of the desk says of its row: whose it is, what it asks, and what was written, at a glance."""

from collections.abc import Sequence
from typing import NamedTuple

from django.urls import reverse

from accord_portal.digests.models import DigestIssue, Update
from accord_portal.foundation.dates import day_in_words
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from accord_portal.staff.record_admin import sees_details
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
    Purpose,
    Recommendation,
    Referral,
    Undertaking,
)
from responses.undertakings.initiatives import initiative_in

from .words import first_lines


class Mark(NamedTuple):
    """One of the four answers."""

    label: str
    yes: bool


class Look(NamedTuple):
    """What one row says of itself."""

    title: str
    what: str
    url: str
    organisation: str = ""
    marks: Sequence[Mark] = ()
    lines: Sequence[tuple[str, str]] = ()
    note: str = ""


def of_form(row: Undertaking, by: User) -> Look:
    """A form that awaits its acknowledgement, with the four answers."""
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


def of_enquiry(row: Enquiry, by: User) -> Look:
    """What a person answered to what we asked them."""
    return Look(
        title=row.eoi.name,
        what="Read what they answered",
        url=f"{row.eoi.get_absolute_url()}#enquiries",
        organisation=row.eoi.organisation,
        lines=list(first_lines([("Asked", row.text), ("Answered", row.answer)])),
    )


def of_referral(row: Referral, by: User) -> Look:
    """What came of the question whether something may go to an agency."""
    lost = row.mail is not None and row.mail.did_not_arrive
    return Look(
        title=row.eoi.name,
        what=f"See what came of the referral: {row.get_state_display()}",
        url=f"{row.eoi.get_absolute_url()}#referrals",
        organisation=row.eoi.organisation,
        lines=[("Agency", row.agency)],
        note="Our message to the agency did not arrive" if lost else "",
    )


def of_undertaking(row: Undertaking, by: User) -> Look:
    """What is owed to a person or an audience."""
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
    if asked_at := row.eoi and row.eoi.asked_at:
        return f"Asked on {day_in_words(asked_at)}, waiting for their answer"
    return f"Promised first for {day_in_words(row.first_due_on)}" if row.was_moved else ""


def of_letter(row: Letter, by: User) -> Look:
    """A letter that awaits an answer."""
    return Look(
        row.name, "Answer the letter", row.get_absolute_url(), lines=list(first_lines([("", row.message)]))
    )


def of_follow_up(row: FollowUp, by: User) -> Look:
    """Something to be done for a contact, or about a record."""
    return Look(row.whom, "Follow up", row.get_absolute_url(), lines=[("", row.what)])


def of_recommendation(row: Recommendation, by: User) -> Look:
    """Somebody who was recommended."""
    forgotten = f"Forgotten on {day_in_words(row.expires_on)}"
    lines = list(first_lines([("Why", row.why)]))
    return Look(
        str(row), "Approve or decline the recommendation", row.get_absolute_url(), lines=lines, note=forgotten
    )


def of_erasure(row: Erasure, by: User) -> Look:
    """A wish to be erased."""
    url = reverse("admin:responses_erasure_change", args=[row.pk])
    what = "Carry out the erasure, or decline it" if row.proposed_at else "Propose the erasure, or decline it"
    if row.proposed_by_id == by.pk:
        what = "You proposed the erasure: somebody else must carry it out"
    return Look(str(row.contact.kept_record), what, url)


def of_duplicate(row: Duplicate, by: User) -> Look:
    """Two contacts that may be one person."""
    return Look(
        str(row), "Say whether they are one person", row.get_absolute_url(), note=row.get_reason_display()
    )


def of_mail(row: OutgoingMail, by: User) -> Look:
    """A message that failed or is in doubt."""
    in_doubt = row.state == OutgoingMail.State.IN_DOUBT
    return Look(
        title=row.subject or str(row),
        what="Find out whether the message arrived" if in_doubt else "Look at the message that failed",
        url=reverse("admin:foundation_outgoingmail_change", args=[row.pk]),
        lines=[("To", row.to)] if row.to and sees_details(by) else [],
        note="In doubt: no answer came when we handed it over" if in_doubt else "",
    )


def of_import(row: ContactImport, by: User) -> Look:
    """A list to bring in."""
    matched = row.state == ContactImport.State.CHECKED
    what = "Bring the list in, or cancel it" if matched else "Say what the columns of the list hold"
    if matched and by.pk in (row.uploaded_by_id, row.matched_by_id):
        what = "You prepared the list: somebody else must bring it in"
    return Look(str(row), what, reverse("admin:responses_contactimport_change", args=[row.pk]))


def of_champion(row: Champion, by: User) -> Look:
    """A champion to publish."""
    url = reverse("admin:champions_champion_change", args=[row.pk])
    return Look(str(row), "Read once more, and publish", url, note="Ticked by the person")


def of_partnership(row: Partnership, by: User) -> Look:
    """A partnership to publish."""
    url = reverse("admin:champions_partnership_change", args=[row.pk])
    return Look(
        str(row), "Read once more, and publish", url, note="The partners agreed that it may be public"
    )


def of_review(row: Partnership, by: User) -> Look:
    """A partnership whose review day comes or has passed."""
    url = reverse("admin:champions_partnership_change", args=[row.pk])
    lines = list(first_lines([("How", row.review_how)]))
    what = f"See that the partners review it: {day_in_words(row.review_on)}" if row.review_on else "Review it"
    return Look(str(row), what, f"{url}#review", lines=lines)


def of_report(row: ProgressReport, by: User) -> Look:
    """What a champion said of an initiative, which nobody of ours has read."""
    url = reverse("admin:champions_initiative_change", args=[row.initiative_id])
    lines = list(first_lines([("", row.why)]))
    return Look(str(row.initiative), "Read what a champion said of the initiative", url, lines=lines)


def of_own_page(row: PageProposal, by: User) -> Look:
    """What a champion proposes for their own page."""
    url = reverse("admin:champions_pageproposal_change", args=[row.pk])
    said = [("", row.summary), ("New initiative", row.initiative_title)]
    what = "Read what they want their page to say, and publish it or not"
    return Look(str(row), what, url, lines=list(first_lines(said)))


def of_story(row: PracticeStory, by: User) -> Look:
    """A story that waits for a second person."""
    own = by in row.writers.all()
    what = "You wrote the story: somebody else must publish it" if own else "Review the story, and publish it"
    return Look(str(row), what, _page_of(row), lines=list(first_lines([("", row.summary)])))


def of_story_draft(row: PracticeStory, by: User) -> Look:
    """A story that is being written, or that a champion offered."""
    lines = list(first_lines([("Sent back", row.sent_back_because), ("", row.summary)]))
    what = "Edit the story that was offered" if row.offered_at else "Finish the draft of the story"
    return Look(str(row), what, _page_of(row), str(row.champion or ""), lines=lines)


def of_relay(row: Relay, by: User) -> Look:
    """What a reader asks about a story, which nobody of ours has read."""
    lines = list(first_lines([("", row.words)]))
    return Look(str(row.story), "Read what a reader asks, and pass it on", _page_of(row.story), lines=lines)


def of_reuse(row: Reuse, by: User) -> Look:
    """That somebody used a story, which nobody of ours has read."""
    lines = list(first_lines([("", row.words)]))
    return Look(str(row.story), "Read how somebody used the story", _page_of(row.story), lines=lines)


def _page_of(row: PracticeStory) -> str:
    return reverse("admin:champions_practicestory_change", args=[row.pk])


def of_update(row: Update, by: User) -> Look:
    """A draft of news."""
    url = reverse("admin:digests_update_change", args=[row.pk])
    return Look(
        str(row), "Finish the draft, and publish it", url, lines=list(first_lines([("", row.summary)]))
    )


def of_digest(row: DigestIssue, by: User) -> Look:
    """A digest that needs somebody."""
    doubt = f"{row.in_doubt} in doubt" if row.in_doubt else ""
    what = (
        "Approve the draft, or compose it anew" if row.is_draft else "Look at the digest: it needs attention"
    )
    if row.state == DigestIssue.State.PAUSED:
        what = "The digest is paused: go on or cancel it"
    if row.is_draft and by.pk in (row.composed_by_id, row.introduced_by_id):
        what = "You composed or changed the draft: somebody else must approve it"
    return Look(str(row), what, reverse("admin:digests_digestissue_change", args=[row.pk]), note=doubt)
