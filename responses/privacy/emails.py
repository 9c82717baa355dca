"""The messages about erasure: one function each."""

from accord_portal.foundation import mail
from responses.models import Contact
from responses.people import own_words
from responses.people.links import preferences_url


@mail.kind("erasure_declined")
def erasure_declined(contact_id: int, because: str) -> mail.Message:
    """The person is not erased, and why, in the words of a member of staff."""
    contact = Contact.objects.get(pk=contact_id)
    context = {
        "name": own_words.greeting(contact),
        "because": because,
        "preferences_url": preferences_url(contact),
    }
    subject = "Your request to be erased"
    return mail.compose("responses/erasure_declined", context, to=contact.email, subject=subject)
