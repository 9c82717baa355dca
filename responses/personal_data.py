"""What the room of responses holds about one person; see `accord_portal.foundation.personal_data`."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from accord_portal.foundation.models import OutgoingMail
from accord_portal.foundation.personal_data import Held, Sent, Shown, listed
from responses.privacy.blanking import erase as erase

from .models import (
    Activity,
    Consent,
    Contact,
    Decision,
    Enquiry,
    Erasure,
    ExpressionOfInterest,
    FollowUp,
    ImportRow,
    Involvement,
    Letter,
    LetterLine,
    Recommendation,
    Referral,
    Suppression,
    Undertaking,
)

CONTACT = {
    "Name": "name",
    "Organisation": "organisation",
    "Email address": "email",
    "Address confirmed": "email_confirmed_at",
    "Telephone": "telephone",
    "Postal address": "postal_address",
    "Language": "language",
    "Known since": "created_at",
    "Not written to since": "restricted_at",
    "Why": "restricted_because",
    "Asked never to be written to": "never_again_at",
}
ANSWER_COLUMNS = {
    "Reference": "reference",
    "Call": "call.title",
    "Received": "received_at",
    "How it came": "channel",
    "Name": "name",
    "Organisation": "organisation",
    "Email address": "email",
    "Telephone": "telephone",
    "Keep informed": "keep_informed",
    "Community of interest": "community_of_interest",
    "Give advice": "give_advice",
    "Champion the Accord": "champion_accord",
    "Possible actions or initiatives": "initiatives",
    "Comments": "comments",
    "Privacy notice shown": "privacy_notice_version",
    "Version before": "replaces.reference",
    "State": "state",
    "You were to hear by": "due_on",
    "Confirmed from your mailbox": "confirmed_at",
    "Answered by us": "acknowledged_at",
    "Closed": "closed_at",
    "Outcome": "outcome",
}
LETTER = {
    "Reference": "reference",
    "Received": "received_at",
    "Name": "name",
    "Email address": "email",
    "Telephone": "telephone",
    "What it is about": "message",
    "Privacy notice shown": "privacy_notice_version",
    "State": "state",
    "You were to hear by": "due_on",
    "Answered by us": "answered_at",
    "Closed": "closed_at",
}
DONE = {"When": "happened_at", "What": "kind", "Note": "text", "About": "letter.reference"}
SWITCH = {
    "Purpose": "purpose",
    "Yes since": "since_at",
    "Confirmed": "confirmed_at",
    "Ended": "ended_at",
    "A form asked to turn it off": "off_asked_at",
    "Reminded": "reminded_at",
}
LINE = {
    "When": "recorded_at",
    "Purpose": "purpose",
    "Decision": "decision",
    "How": "source",
    "To these words": "wording.text",
    "Version of the words": "wording.version",
    "With the form": "eoi.reference",
    "More": "message",
}
HAPPENED = {"When": "happened_at", "What": "kind", "Note": "text", "About": "eoi.reference"}
PLANNED = {"What": "what", "By": "due_on", "Done": "done_at", "What came of it": "result"}
# Whether somebody said yes is theirs to tell: the state is not here, nor the name, which only a yes keeps.
RECOMMENDED = {
    "When": "recommended_at",
    "You have told them": "has_told",
    "You may be named": "may_be_named",
}
PROMISE = {
    "What": "kind",
    "About": "eoi.reference",
    "Since": "since_at",
    "Promised first for": "first_due_on",
    "By": "due_on",
    "You heard that we missed it": "missed_told_at",
    "Kept": "kept_at",
    "How": "evidence_text",
    "Not owed any more since": "ended_at",
    "Why": "ended_because",
}
DECIDED = {
    "About": "eoi.reference",
    "Initiative": "number",
    "What we decided": "outcome",
    "Why": "reason",
    "When": "decided_at",
    "Others may be told since": "told_agreed_at",
}
ENQUIRED = {
    "About": "eoi.reference",
    "When": "asked_at",
    "What we asked": "text",
    "What you answered": "answer",
    "When you answered": "answered_at",
}
REFERRED = {
    "About": "eoi.reference",
    "When we asked you": "asked_at",
    "To whom": "agency",
    "Their address": "address",
    "What": "text",
    "State": "state",
    "When you answered": "answered_at",
    "Passed on": "sent_at",
}
WISH = {"Asked": "asked_at", "State": "state", "Reason": "reason", "Decided": "decided_at"}
MESSAGE_COLUMNS = {
    "Subject": "subject",
    "Address": "to",
    "State": "state",
    "Owed since": "queued_at",
    "Sent": "sent_at",
}
ROW = {"List": "contact_import.source", "Row": "number", "What it said": "values", "Result": "fate"}


def held(keys: Sequence[int]) -> Held:
    """Everything of the person in this room, and the mail that was sent to them."""
    mine = {"contact__in": keys}
    lines = Consent.objects.filter(**mine).select_related("wording", "eoi").order_by("recorded_at", "pk")
    answers = ExpressionOfInterest.objects.filter(**mine).select_related("call", "replaces").order_by("pk")
    happened = Activity.objects.filter(**mine).select_related("eoi").order_by("happened_at", "pk")
    made = Recommendation.objects.made_by(list(keys))
    return {
        "Who you are": listed(Contact.objects.filter(pk__in=keys).order_by("pk"), CONTACT),
        "What you sent us": listed(answers, ANSWER_COLUMNS),
        "What you wrote to us": listed(_letters(keys), LETTER),
        "What we did with it": listed(_done_with_letters(keys), DONE),
        "What you said Yes to": listed(Involvement.objects.filter(**mine).order_by("pk"), SWITCH),
        "Each time you said Yes or No": listed(lines, LINE),
        "What happened": listed(happened, HAPPENED),
        "What we promised you": listed(_promises(keys), PROMISE),
        "What we decided about your initiatives": listed(_decisions(keys), DECIDED),
        "What we asked you": listed(_asked(keys), ENQUIRED),
        "What we asked to pass on": listed(_referred(keys), REFERRED),
        "What we plan to do": listed(_planned(keys), PLANNED),
        "Who recommended you": list(_recommended_by(keys)),
        "Whom you recommended": listed(made.order_by("pk"), RECOMMENDED),
        "Lists you came in": listed(ImportRow.objects.filter(**mine).select_related("contact_import"), ROW),
        "Your request to be erased": listed(Erasure.objects.filter(**mine).order_by("pk"), WISH),
        "What we remember of your address": list(_remembered(keys)),
        "Messages": listed(OutgoingMail.objects.filter(recipient__in=keys).order_by("pk"), MESSAGE_COLUMNS),
    }


def sent(keys: Sequence[int]) -> list[Sent]:
    """The messages that left, or perhaps left, digests aside."""
    State = OutgoingMail.State
    mails = OutgoingMail.objects.filter(recipient__in=keys, state__in=[State.SENT, State.IN_DOUBT])
    return [
        Sent(mail.sent_at or mail.claimed_at or mail.queued_at, mail.subject, mail.get_state_display())
        for mail in mails
    ]


def public(keys: Sequence[int]) -> list[Shown]:
    """Nothing: what people send us stays here."""
    return []


def take_down(keys: Sequence[int]) -> None:
    """There is nothing to take down."""


def recommended_by(keys: Sequence[int]) -> list[Recommendation]:
    """The recommendations by which the person came to answer."""
    found = Recommendation.objects.filter(eoi__contact__in=keys)
    return list(found.select_related("recommender").order_by("recommended_at", "pk"))


def _promises(keys: Sequence[int]) -> QuerySet[Undertaking]:
    return Undertaking.objects.of_people(list(keys)).select_related("eoi").order_by("since_at", "pk")


def _decisions(keys: Sequence[int]) -> QuerySet[Decision]:
    return Decision.objects.filter(eoi__contact__in=keys).select_related("eoi").order_by("decided_at", "pk")


def _asked(keys: Sequence[int]) -> QuerySet[Enquiry]:
    return Enquiry.objects.filter(eoi__contact__in=keys).select_related("eoi").order_by("asked_at", "pk")


def _referred(keys: Sequence[int]) -> QuerySet[Referral]:
    return Referral.objects.filter(eoi__contact__in=keys).select_related("eoi").order_by("asked_at", "pk")


def _letters(keys: Sequence[int]) -> QuerySet[Letter]:
    """What was written with an address of theirs; a number alone may be somebody else's."""
    mailboxes = Contact.objects.filter(pk__in=keys, mailbox__isnull=False).values("mailbox")
    return Letter.objects.filter(mailbox__in=mailboxes).order_by("pk")


def _planned(keys: Sequence[int]) -> QuerySet[FollowUp]:
    """What is to be done for them, and about what they wrote; not about whom they recommended."""
    about = FollowUp.objects.about(*_letters(keys))
    return (FollowUp.objects.filter(contact__in=keys) | about).order_by("due_on", "pk")


def _done_with_letters(keys: Sequence[int]) -> QuerySet[LetterLine]:
    lines = LetterLine.objects.filter(letter__in=_letters(keys))
    return lines.select_related("letter").order_by("happened_at", "pk")


def _recommended_by(keys: Sequence[int]) -> Iterator[dict[str, Any]]:
    for recommendation in recommended_by(keys):
        name = recommendation.named or "Somebody we do not name"
        yield {"When": recommendation.recommended_at, "By": name}


def _remembered(keys: Sequence[int]) -> Iterator[dict[str, Any]]:
    for contact in Contact.objects.filter(pk__in=keys, mailbox__isnull=False):
        for row in Suppression.objects.for_mailbox(str(contact.mailbox)):
            yield {"What": row.get_scope_display(), "Since": row.since_at}
