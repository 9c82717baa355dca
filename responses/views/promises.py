"""What we promised a person: owed by when, kept when and by what, or over; and what they were told."""

from django.http import HttpRequest, HttpResponse

from responses.answers import telling
from responses.forms.preferences import TellOthersForm
from responses.models import Contact
from responses.undertakings import evidence, showing

from .links import behind_the_one_link, own_page, to

TOLD_AT_FIRST = 12  # issues


@behind_the_one_link
def promises(request: HttpRequest, token: str, contact: Contact) -> HttpResponse:
    """Everything promised to this mailbox by name, and to it as one of many.

    POST says whether others may be told of one decision; of none of theirs, nothing is changed.
    """
    if request.method == "POST":
        form = TellOthersForm(request.POST, contact=contact)
        if form.is_valid():
            decision, yes = form.cleaned_data["decision"], form.cleaned_data["tell"] == "yes"
            telling.let_others_hear(decision=decision, contact=contact, yes=yes)
            return to("preferences-promises", token)
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
