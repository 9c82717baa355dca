"""Pages reached by a signed link. A GET shows what a button would do; only the button does it."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accord_portal.foundation import signed_links
from accord_portal.foundation.http_answers import see_other, unkept
from accord_portal.foundation.malformed import said
from accord_portal.foundation.signed_links import BadLink, Facts
from responses.answers import confirming, own_words
from responses.consent import switches, wordings
from responses.models import Consent, Contact, Purpose
from responses.people.links import LINKS_LAST, preferences_url, promises_url

OWN_PAGES = {
    "preferences": "Your preferences",
    "preferences-details": "How we reach you",
    "preferences-answers": "What you sent us",
    "preferences-promises": "What we promised you",
    "preferences-messages": "What we sent you",
    "preferences-public": "What is public about you",
    "preferences-download": "Download your information",
    "preferences-erasure": "Ask to be erased",
}
WAIT = "You have sent several forms in a short time. Wait an hour, then press the button again"


def linked_contact(purpose: str, token: str) -> tuple[Contact, Facts]:
    """The contact a link was mailed to, and what else it carries. Raises BadLink.

    A link lasts a week, and no longer than the address it was mailed to. It shows and changes what came with
    that mailbox and nothing else: who else staff merged it with is their finding, and no proof.
    """
    key, mark, facts = signed_links.read_marked(purpose, token, LINKS_LAST)
    contact = Contact.objects.filter(pk=key).first()
    if contact is None or not contact.mailbox or not contact.goes_by(mark):
        raise BadLink("no such contact at this address")
    return contact, [*facts, ""]


def page(request: HttpRequest, name: str, step: str, **context: object) -> HttpResponse:
    """A page reached by signed link: never kept by anybody on the way, and 404 when the link is stale."""
    stale = step == "stale"
    template = f"responses/{'stale' if stale else name}.html"
    return unkept(render(request, template, {"step": step, **context}, status=404 if stale else 200))


def own_page(request: HttpRequest, name: str, step: str, *, token: str, **context: object) -> HttpResponse:
    """One of a person's own pages, with the way to all of them."""
    pages = [(label, reverse(view, args=[token])) for view, label in OWN_PAGES.items()]
    saved = "saved" in request.GET
    return page(request, name, step, token=token, own_pages=pages, saved=saved, **context)


def to(view: str, token: str, *facts: str) -> HttpResponse:
    """Sends the browser on to another page of the same person, which says that the change is saved."""
    there = f"{reverse(view, args=[token, *facts])}?saved"
    return unkept(see_other(there))


def behind_the_one_link(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of one person's own: the view is given the link's token and the contact it was mailed to."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def linked(request: HttpRequest, token: str, **about: str) -> HttpResponseBase:
        try:
            contact, _ = linked_contact("preferences", token)
        except BadLink:
            return page(request, "stale", "stale")
        return view(request, token, contact, **about)

    return linked


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """GET lists what waits for the mailbox; POST confirms it, and that the mailbox is the person's own."""
    try:
        contact, facts = linked_contact("confirm", token)
    except BadLink:
        return page(request, "confirm", "stale")
    eoi = contact.eois.filter(pk=facts[0] or 0).first()
    if request.method == "POST":
        confirming.confirm(contact=contact, eoi=eoi)
        if eoi:
            eoi.refresh_from_db()
    texts = wordings.texts(contact.language)
    on, off = switches.waiting(contact, eoi)
    asks = on or off or not contact.email_confirmed_at or (eoi and not eoi.confirmed_at)
    if request.method != "POST" and asks:
        context = {
            "yeses": [texts[p] for p in on],
            "noes": [texts[p] for p in off],
            "sends_copy": bool(eoi and not eoi.confirmed_at),
        }
        return page(request, "confirm", "ask", preferences_url=preferences_url(contact, token), **context)
    yeses = [texts[i.purpose] for i in contact.involvements.confirmed().order_by("pk")]
    copy = own_words.copy_of(eoi) if eoi else []
    context = {
        "yeses": yeses,
        "copy": copy,
        "reference": eoi.reference if eoi else "",
        "promises_url": promises_url(contact, token),
        "preferences_url": preferences_url(contact, token),
    }
    return page(request, "confirm", "done", **context)


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """GET says what was changed; POST turns it back. Pressing again changes nothing."""
    try:
        contact, facts = linked_contact("undo", token)
    except BadLink:
        return page(request, "undo", "stale")
    keys = [int(key) for key in str(facts[0]).split("-") if key]
    if request.method == "POST":
        switches.undo(contact=contact, lines=keys)
    texts = wordings.texts(contact.language)
    on, off = switches.undoable(contact, keys)
    if request.method != "POST" and (on or off):
        changes = [(text, purpose in off) for purpose, text in texts.items() if purpose in [*on, *off]]
        return page(request, "undo", "ask", changes=changes)
    yeses = set(contact.involvements.confirmed().values_list("purpose", flat=True))
    answers = [(text, purpose in yeses) for purpose, text in texts.items()]
    step = "done" if request.method == "POST" else "nothing"
    return page(request, "undo", step, answers=answers, preferences_url=preferences_url(contact, token))


@csrf_exempt  # RFC 8058: the mail program posts without a cookie; the signed token is the authority
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows one button; POST, from the button or from a mail program (RFC 8058), acts at once."""
    try:
        key, about, *rest = (*signed_links.read("unsubscribe", token), "")
        contact, purpose = Contact.objects.get(pk=key), Purpose(str(about))
    except (BadLink, ValueError, Contact.DoesNotExist):
        return page(request, "unsubscribe", "stale")
    context = {"purpose_label": purpose.label, "wording": wordings.texts(contact.language)[purpose]}
    if request.method != "POST":
        subscribed = contact.involvements.current().filter(purpose=purpose).exists()
        return page(request, "unsubscribe", "ask" if subscribed else "done", **context)
    one_click = said(request, "List-Unsubscribe") == "One-Click"
    source = Consent.Source.ONE_CLICK if one_click else Consent.Source.UNSUBSCRIBE_PAGE
    message = f"Digest issue {rest[0]}" if rest[0] else ""
    switches.withdraw(contact=contact, purposes=[purpose], source=source, message=message)
    return page(request, "unsubscribe", "done", **context)
