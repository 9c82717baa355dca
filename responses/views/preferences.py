"""One link, no account: a person's own pages, where everything about them is seen and changed."""

from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accord_portal.foundation import rate_limit
from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from accord_portal.foundation.http_answers import must_wait, unkept
from responses.consent import switches
from responses.contacts import acts, addresses
from responses.forms.preferences import AskForLinkForm, DetailsForm, NewAddressForm, PreferencesForm
from responses.models import Contact, Purpose
from responses.people.links import recommend_url
from responses.privacy import erasing

from .links import WAIT, behind_the_one_link, own_page, to


@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_link(request: HttpRequest) -> HttpResponse:
    """Mails the link to whoever asks with a known address; says the same to all."""
    if request.method != "POST":
        return unkept(_link_page(request, AskForLinkForm()))
    form = AskForLinkForm(request.POST)
    if rate_limit.sent_too_much(request):
        typed = [("email", "Email address", request.POST.get("email", ""))]
        return must_wait(render(request, "429.html", {"typed": typed}))
    if not form.is_valid():
        return unkept(_link_page(request, form))
    addresses.mail_link(address=form.cleaned_data["email"])
    return unkept(_link_page(request, None))


def _link_page(request: HttpRequest, form: AskForLinkForm | None) -> HttpResponse:
    return render(request, "responses/preferences_link.html", {"form": form})


@behind_the_one_link
def preferences(request: HttpRequest, token: str, contact: Contact) -> HttpResponse:
    """The four switches in their exact wording, and the way to the rest; saving adds consent lines."""
    step = "show"
    if request.method == "POST":
        form = PreferencesForm(request.POST, contact=contact)
        if form.is_valid():
            marked, shown = form.cleaned_data["wording"], form.as_it_was_shown()
            try:
                changed = switches.set_switches(
                    contact=contact, wanted=form.switches(), marked=marked, shown=shown
                )
                step = "saved" if changed else "unchanged"
            except ChangedMeanwhile as refusal:
                form.refuse(str(refusal), contact)
    if request.method != "POST" or step != "show":
        form = PreferencesForm(contact=contact)
    context = {
        "form": form,
        "contact": contact,
        "wish": contact.erasures.outstanding().first(),
        "recommend_url": recommend_url(contact, token),
    }
    return own_page(request, "preferences", step, token=token, **context)


@behind_the_one_link
def stop(request: HttpRequest, token: str, contact: Contact) -> HttpResponse:
    """GET says what stops; POST takes every Yes back at once."""
    if request.method == "POST":
        switches.set_switches(contact=contact, wanted=dict.fromkeys(Purpose.values, False))
        return own_page(request, "preferences_stop", "done", token=token)
    step = "ask" if contact.involvements.current().exists() else "nothing"
    return own_page(request, "preferences_stop", step, token=token)


@behind_the_one_link
def correct(request: HttpRequest, token: str, contact: Contact) -> HttpResponse:
    """What we wrote down of the person, for them to put right; the address has a page of its own."""
    form = DetailsForm(request.POST if request.method == "POST" else None, contact=contact)
    if form.is_valid():
        try:
            with suppress(acts.NothingDifferent):
                acts.correct(contact=contact, by=None, **form.said(), shown=form.as_it_was_shown())
            return to("preferences-details", token)
        except ChangedMeanwhile as refusal:
            contact.refresh_from_db()
            form.refuse(str(refusal), contact)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
    return own_page(request, "preferences_correct", "ask", form=form, token=token)


@behind_the_one_link
def new_address(request: HttpRequest, token: str, contact: Contact) -> HttpResponse:
    """The new address is asked, and nothing changes yet. Says the same of every address."""
    form = NewAddressForm(request.POST if request.method == "POST" else None)
    step = "ask"
    too_much = form.is_valid() and rate_limit.sent_too_much(request)
    if too_much:
        form.add_error(None, WAIT)
    elif form.is_valid():
        try:
            addresses.ask_to_change(contact=contact, address=form.cleaned_data["email"])
            step = "asked"
        except NotPossible as refusal:
            form.add_error("email", str(refusal))
    response = own_page(request, "preferences_address", step, form=form, token=token)
    return must_wait(response) if too_much else response


@behind_the_one_link
def erasure(request: HttpRequest, token: str, contact: Contact) -> HttpResponse:
    """GET says honestly what being erased means; POST asks for it."""
    wish = contact.erasures.outstanding().first()
    if request.method == "POST":
        wish = erasing.ask(contact=contact)
    context = {"wish": wish, "may_be_allowed": bool(settings.DISPOSAL_AUTHORITY)}
    return own_page(request, "preferences_erasure", "asked" if wish else "ask", token=token, **context)
