"""The message to whoever leads a partnership that comes up for review."""

from accord_portal.foundation import mail
from champions.models import Partnership
from responses.models import Contact, Involvement, Purpose
from responses.people import own_words


@mail.kind("partnership_is_reviewed")
def partnership_is_reviewed(partnership_id: int, contact_id: int) -> mail.Message:
    """The review day of a partnership that they lead: how it is reviewed, and that we ring them."""
    partnership = Partnership.objects.get(pk=partnership_id)
    contact = Contact.objects.get(pk=contact_id)
    permitted = Involvement.objects.permitting(Purpose.CHAMPION_ACCORD).filter(contact=contact)
    if not partnership.is_at_work or not permitted.exists():
        raise mail.NoLongerWanted
    context = {
        "name": own_words.greeting(contact),
        "title": own_words.said_to(contact, partnership.title),
        "review_how": own_words.said_to(contact, partnership.review_how),
        "review_on": partnership.review_on,
        "is_public": Partnership.objects.published().filter(pk=partnership.pk).exists(),
    }
    message = mail.compose(
        "champions/partnership_is_reviewed",
        context,
        to=contact.email,
        subject="Your partnership comes up for review",
    )
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    return message
