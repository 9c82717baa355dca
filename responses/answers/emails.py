"""The messages about what somebody sent us: one function each."""

import datetime as dt

from accord_portal.foundation import mail
from accord_portal.foundation.addresses import mailbox
from responses.answers import own_words
from responses.consent import wordings
from responses.models import Decision, Enquiry, ExpressionOfInterest, Letter, Recommendation, Referral
from responses.people.links import (
    enquiry_url,
    invitation_url,
    link,
    preferences_url,
    promises_url,
    referral_url,
)


@mail.kind("acknowledgement", a_day=5)
def acknowledgement(eoi_id: int) -> mail.Message:
    """That we received a form: its reference, the day, the four answers, and a button to confirm it."""
    eoi = ExpressionOfInterest.objects.select_related("contact").get(pk=eoi_id)
    owner = eoi.contact
    texts = wordings.texts(eoi.contact.language)
    held = {i.purpose: i for i in eoi.contact.involvements.current()}
    on = [texts[p] for p, i in held.items() if eoi.answers[p] and not i.confirmed_at]
    off = [texts[p] for p, i in held.items() if not eoi.answers[p] and i.off_asked_at]
    context = {
        "reference": eoi.reference,
        "due_on": eoi.due_on,
        "confirms": on,
        "ends": off,
        "answers": own_words.answers_to(eoi),
        "confirm_url": link("confirm", owner, eoi.pk),
        "preferences_url": preferences_url(owner),
    }
    subject = f"We have received your answers: {eoi.reference}"
    to = reached_at(eoi)
    return mail.compose("responses/acknowledgement", context, to=to, subject=subject)


@mail.kind("copy_of_answers")
def copy_of_answers(eoi_id: int) -> mail.Message:
    """All that a form says, once the mailbox has confirmed it or changed it from there."""
    eoi = ExpressionOfInterest.objects.select_related("contact").get(pk=eoi_id)
    if not eoi.confirmed_at:
        raise mail.NoLongerWanted
    context = {
        "name": own_words.greeting_for(eoi),
        "reference": eoi.reference,
        "due_on": None if eoi.acknowledged_at or not eoi.is_open else eoi.due_on,
        "changed": bool(eoi.replaces_id),
        "copy": own_words.copy_of(eoi),
        "differences": own_words.differences_of(eoi),
        "preferences_url": preferences_url(eoi.contact),
    }
    subject = f"A copy of your answers: {eoi.reference}"
    to = reached_at(eoi)
    return mail.compose("responses/copy_of_answers", context, to=to, subject=subject)


def reached_at(eoi: ExpressionOfInterest) -> str:
    """Where whoever sent the answers is mailed now: as they typed it, unless they have changed it since."""
    if not eoi.email:
        return ""
    return eoi.email if eoi.contact.mailbox == mailbox(eoi.email) else eoi.contact.email


def mailed_to(eoi: ExpressionOfInterest) -> str:
    """Where the person is mailed; "" where there is no address, or they want to be left alone."""
    return "" if eoi.contact.wants_to_be_left_alone else reached_at(eoi)


def greeting(eoi: ExpressionOfInterest) -> dict[str, bool]:
    """Whether the message greets by name as it is shown now: it goes out so, whatever is confirmed since."""
    return {"greets": bool(eoi.confirmed_at)}


@mail.kind("reply")
def reply(eoi_id: int, text: str, reply_on: str = "", greets: bool = True) -> mail.Message:
    """What a member of staff wrote to the person who sent the form: the acknowledgement, or the full answer.

    `reply_on` is the day (as in ISO 8601) by which the full answer comes, where this is not it. It greets by
    name, where the mailbox has confirmed the form; `greets` says whether it did when staff were shown it.
    """
    eoi = ExpressionOfInterest.objects.select_related("contact").get(pk=eoi_id)
    context = {
        "name": own_words.greeting_for(eoi) if greets else "",
        "text": text,
        "reply_on": dt.date.fromisoformat(reply_on) if reply_on else None,
        "reference": eoi.reference,
        "received_at": eoi.received_at,
        "promises_url": promises_url(eoi.contact),
    }
    subject = f"Your expression of interest: {eoi.reference}"
    message = mail.compose("responses/reply", context, to=reached_at(eoi), subject=subject)
    message.extra_headers["Auto-Submitted"] = "no"  # a person wrote it (RFC 3834, section 5)
    return message


@mail.kind("ask_for_more")
def ask_for_more(enquiry_id: int, reply_on: str = "", greets: bool = True) -> mail.Message:
    """What staff ask of the person, and the page to answer on; name and day as in `reply`."""
    enquiry = Enquiry.objects.select_related("eoi__contact").get(pk=enquiry_id)
    eoi = enquiry.eoi
    if eoi.erased_at or eoi.contact.wants_to_be_left_alone:
        raise mail.NoLongerWanted
    context = {
        "name": own_words.greeting_for(eoi) if greets else "",
        "text": enquiry.text,
        "reply_on": dt.date.fromisoformat(reply_on) if reply_on else None,
        "reference": eoi.reference,
        "received_at": eoi.received_at,
        "enquiry_url": enquiry_url(enquiry),
    }
    subject = f"A question about your expression of interest: {eoi.reference}"
    message = mail.compose("responses/ask_for_more", context, to=reached_at(eoi), subject=subject)
    message.extra_headers["Auto-Submitted"] = "no"  # a person wrote it (RFC 3834, section 5)
    return message


@mail.kind("may_we_pass_it_on")
def may_we_pass_it_on(referral_id: int, greets: bool = True) -> mail.Message:
    """Whether something may go to an agency, which it names; the page behind the link shows what."""
    referral = Referral.objects.select_related("eoi__contact").get(pk=referral_id)
    eoi = referral.eoi
    if referral.state != Referral.State.ASKED or eoi.contact.wants_to_be_left_alone:
        raise mail.NoLongerWanted
    context = {
        "name": own_words.greeting_for(eoi) if greets else "",
        "agency": referral.agency,
        "expires_on": referral.expires_on,
        "reference": eoi.reference,
        "received_at": eoi.received_at,
        "referral_url": referral_url(referral),
    }
    subject = f"May we pass on your expression of interest? {eoi.reference}"
    message = mail.compose("responses/may_we_pass_it_on", context, to=reached_at(eoi), subject=subject)
    message.extra_headers["Auto-Submitted"] = "no"  # a person asks it (RFC 3834, section 5)
    return message


@mail.kind("passed_on")
def passed_on(referral_id: int) -> mail.Message:
    """To the agency: the text that the person was shown and agreed to, word for word."""
    referral = Referral.objects.select_related("eoi").get(pk=referral_id)
    if referral.answered_at is None or not referral.address:
        raise mail.NoLongerWanted
    context: dict[str, object] = {
        "agency": referral.agency,
        "text": referral.text,
        "agreed_at": referral.answered_at,
        "reference": referral.eoi.reference,
    }
    subject = f"Passed on to you: an expression of interest, {referral.eoi.reference}"
    message = mail.compose("responses/passed_on", context, to=referral.address, subject=subject)
    message.extra_headers["Auto-Submitted"] = "auto-generated"  # so that the agency has it once
    return message


@mail.kind("decision")
def decision(decision_id: int, greets: bool = True) -> mail.Message:
    """What we decided about an initiative, and why; name and its words as in `reply`."""
    decision = Decision.objects.select_related("eoi__contact").get(pk=decision_id)
    eoi = decision.eoi
    context = {
        "name": own_words.greeting_for(eoi) if greets else "",
        "reference": eoi.reference,
        "received_at": eoi.received_at,
        "wrote": own_words.initiative_of(eoi, decision.number) if greets else "",
        "outcome": decision.get_outcome_display(),
        "reason": decision.reason,
        "promises_url": promises_url(eoi.contact),
    }
    subject = f"What becomes of your initiative: {eoi.reference}"
    message = mail.compose("responses/decision", context, to=reached_at(eoi), subject=subject)
    message.extra_headers["Auto-Submitted"] = "no"  # a person decided it (RFC 3834, section 5)
    return message


@mail.kind("closed")
def closed(eoi_id: int, outcome: str, text: str, greets: bool = True) -> mail.Message:
    """What came of a form as its work ended: the outcome as it was called then, and why; see `reply`."""
    eoi = ExpressionOfInterest.objects.select_related("contact").get(pk=eoi_id)
    if eoi.erased_at or eoi.contact.wants_to_be_left_alone:
        raise mail.NoLongerWanted
    context = {
        "name": own_words.greeting_for(eoi) if greets else "",
        "reference": eoi.reference,
        "received_at": eoi.received_at,
        "outcome": outcome,
        "text": text,
        "promises_url": promises_url(eoi.contact),
    }
    subject = f"What came of your expression of interest: {eoi.reference}"
    message = mail.compose("responses/closed", context, to=reached_at(eoi), subject=subject)
    message.extra_headers["Auto-Submitted"] = "no"  # a person closed it (RFC 3834, section 5)
    return message


@mail.kind("invitation", a_day=3)
def invitation(recommendation_id: int) -> mail.Message:
    """Somebody recommended this person: what they must be told of it, and a page with three answers.

    Who it was and why, staff have read, and it stands on the page behind the link.
    """
    recommendation = Recommendation.objects.get(pk=recommendation_id)
    context: dict[str, object] = {
        "recommended_at": recommendation.recommended_at,
        "has_told": recommendation.has_told,
        "expires_on": recommendation.expires_on,
        "invitation_url": invitation_url(recommendation),
    }
    subject = "An invitation to take part in the Kia Tūtahi Accord"
    message = mail.compose("responses/invitation", context, to=recommendation.email, subject=subject)
    message.extra_headers["Auto-Submitted"] = "auto-generated"  # it answers nothing (RFC 3834, section 5)
    return message


@mail.kind("letter_received", a_day=3)
def letter_received(letter_id: int) -> mail.Message:
    """The reference of a letter and the day by which a person answers; nothing of what was typed."""
    letter = Letter.objects.get(pk=letter_id)
    if not letter.email:
        raise mail.NoLongerWanted  # erased meanwhile
    subject = f"We have received your message: {letter.reference}"
    context: dict[str, object] = {"reference": letter.reference, "due_on": letter.due_on}
    return mail.compose("responses/letter_received", context, to=letter.email, subject=subject)


@mail.kind("letter_answer")
def letter_answer(letter_id: int, text: str) -> mail.Message:
    """What a member of staff answered; the letter itself, which anybody may have written, is not quoted."""
    letter = Letter.objects.get(pk=letter_id)
    if not letter.email:
        raise mail.NoLongerWanted
    context: dict[str, object] = {"reference": letter.reference, "text": text, "on": letter.received_at}
    subject = f"Our answer: {letter.reference}"
    message = mail.compose("responses/letter_answer", context, to=letter.email, subject=subject)
    message.extra_headers["Auto-Submitted"] = "no"  # a person wrote it (RFC 3834, section 5)
    return message
