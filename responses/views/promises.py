"""What we promised a person: owed by when, kept when and by what, or over; and what they were told."""

from django.http import HttpRequest, HttpResponse

from responses.models import Contact
from responses.undertakings import evidence, showing

from .links import behind_the_one_link, own_page

TOLD_AT_FIRST = 12  # issues


@behind_the_one_link
def promises(request: HttpRequest, token: str, contact: Contact) -> HttpResponse:
    """Everything promised to this mailbox by name, and to it as one of many."""
    every = showing.promises_to(contact)
    told = evidence.told([contact.pk])
    context = {
        "owed": [promise for promise in every if promise.row.is_open],
        "kept": [promise for promise in every if promise.row.kept_at],
        "over": [promise for promise in every if promise.row.ended_at],
        "latest": told[:TOLD_AT_FIRST],
        "earlier": told[TOLD_AT_FIRST:],
    }
    return own_page(request, "preferences_promises", "show", token=token, **context)
