"""The messages to people who wrote in: one function each."""

import datetime as dt

from accord_portal.foundation import mail, signed_links
from accord_portal.foundation.addresses import mailbox

from . import own_words, wordings
from .models import Contact, ExpressionOfInterest, Letter, Recommendation, Suppression

LINKS_LAST = dt.timedelta(days=7)


def link(view: str, contact: Contact, *facts: int | str, led_here: str = "") -> str:
    """A link for this contact, good while it has the address it is mailed to now.

    `led_here` is the token of the page it is shown on, where it is not mailed: then it is as old as that.
    """
    return signed_links.address(view, contact.pk, contact.mailbox_mark, *facts, led_here=led_here)


def preferences_url(contact: Contact, led_here: str = "") -> str:
    """The one link to everything about this contact; it lasts a week, and every message has a fresh one."""
    return link("preferences", contact, led_here=led_here)


def recommend_url(contact: Contact, led_here: str = "") -> str:
    """Where this contact may recommend others, shown on a page that a mailed link leads to."""
    return link("recommend", contact, led_here=led_here)


def recommend_url_of(eoi: ExpressionOfInterest, led_here: str = "") -> str:
    """The same for whoever holds the receipt: it does not tell whether we knew the address before."""
    return signed_links.address("recommend", eoi.reference, led_here=led_here)


def invitation_url(recommendation: Recommendation) -> str:
    """Where somebody who was recommended answers, once for ever."""
    return signed_links.address("invitation", recommendation.pk, recommendation.mark)


def publication_url(champion_pk: int, contact: Contact, led_here: str = "") -> str:
    """Where a champion chooses what may be public; the page is the upper room's, known by its name."""
    return signed_links.address("publication", champion_pk, contact.mailbox_mark, led_here=led_here)


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


@mail.kind("reply")
def reply(eoi_id: int, text: str) -> mail.Message:
    """What a member of staff wrote to the person when acknowledging the expression of interest.

    It greets by name, where the mailbox has confirmed the form.
    """
    eoi = ExpressionOfInterest.objects.select_related("contact").get(pk=eoi_id)
    context = {
        "name": own_words.greeting_for(eoi),
        "text": text,
        "reference": eoi.reference,
        "received_at": eoi.received_at,
        "preferences_url": preferences_url(eoi.contact),
    }
    subject = f"Your expression of interest: {eoi.reference}"
    message = mail.compose("responses/reply", context, to=reached_at(eoi), subject=subject)
    message.extra_headers["Auto-Submitted"] = "no"  # a person wrote it (RFC 3834, section 5)
    return message


@mail.kind("please_confirm", a_day=5)
def please_confirm(contact_id: int) -> mail.Message:
    """The Yeses that wait to be confirmed from the mailbox, with the button.

    Not sent where none waits any more, or where nobody is to write to the person by now.
    """
    contact = Contact.objects.get(pk=contact_id)
    waiting = contact.involvements.waiting().order_by("pk")
    left_alone = contact.restricted_at or contact.never_again_at or contact.wants_to_be_left_alone
    if left_alone or not waiting:
        raise mail.NoLongerWanted
    texts = wordings.texts(contact.language)
    context = {
        "name": own_words.greeting(contact),
        "yeses": [texts[i.purpose] for i in waiting],
        "confirm_url": link("confirm", contact, 0),
        "preferences_url": preferences_url(contact),
    }
    subject = "Please confirm what you said Yes to"
    return mail.compose("responses/please_confirm", context, to=contact.email, subject=subject)


@mail.kind("preferences_link", a_day=8)
def preferences_link(address: str) -> mail.Message:
    """The link to everything, because somebody asked for it on our page with this address."""
    contact = Contact.objects.filter(mailbox=mailbox(address)).first()
    if contact is None:
        raise mail.NothingToKeep
    context = {"name": own_words.greeting(contact), "preferences_url": preferences_url(contact)}
    subject = "Your link to what we hold about you"
    message = mail.compose("responses/preferences_link", context, to=contact.email, subject=subject)
    message.recipient = contact.pk
    return message


@mail.kind("preferences_saved")
def preferences_saved(contact_id: int, lines: str) -> mail.Message:
    """What the preferences are now, with a link that undoes the change."""
    contact = Contact.objects.get(pk=contact_id)
    on = set(contact.involvements.confirmed().values_list("purpose", flat=True))
    context = {
        "name": own_words.greeting(contact),
        "answers": [(text, purpose in on) for purpose, text in wordings.texts(contact.language).items()],
        "undo_url": link("undo", contact, lines),
        "preferences_url": preferences_url(contact),
    }
    subject = "Your preferences are saved"
    return mail.compose("responses/preferences_saved", context, to=contact.email, subject=subject)


@mail.kind("address_asked", a_day=3)
def address_asked(contact_id: int, address: str) -> mail.Message:
    """Whether we may write to this address from now on; it names nobody, for the address may be wrong.

    Not sent to an address that asked never to be written to.
    """
    if Suppression.objects.of(mailbox(address), Suppression.Scope.NEVER_AGAIN).exists():
        raise mail.NothingToKeep
    contact = Contact.objects.get(pk=contact_id)
    context: dict[str, object] = {"address_url": link("address", contact, address)}
    subject = "Is this your new email address?"
    return mail.compose("responses/address_asked", context, to=address, subject=subject)


@mail.kind("address_changed")
def address_changed(contact_id: int, address: str) -> mail.Message:
    """To the old address: we write to another one from now on.

    It names nobody, since that address may never have been confirmed, and no link in it is the person's own.
    """
    subject = "We have changed your email address"
    return mail.compose("responses/address_changed", {}, to=address, subject=subject)


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


@mail.kind("erasure_declined")
def erasure_declined(contact_id: int, because: str) -> mail.Message:
    """The person is not erased, and why, in the words of a member of staff."""
    contact = Contact.objects.get(pk=contact_id)
    context = {
        "name": own_words.greeting(contact),
        "because": because,
        "preferences_url": preferences_url(contact),
    }
    subject = "Your wish to be erased"
    return mail.compose("responses/erasure_declined", context, to=contact.email, subject=subject)


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
