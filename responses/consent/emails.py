"""The messages about what somebody said Yes and No to: one function each."""

from accord_portal.foundation import mail
from responses.consent import wordings
from responses.models import Contact
from responses.people import own_words
from responses.people.links import link, preferences_url


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
    subject = "Please confirm your choices"
    return mail.compose("responses/please_confirm", context, to=contact.email, subject=subject)


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
