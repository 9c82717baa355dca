"""The page that a new address is mailed: whoever reads that mailbox says whether it is theirs."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from accord_portal.foundation import signed_links
from accord_portal.foundation.addresses import mailbox
from accord_portal.foundation.signed_links import BadLink
from responses.contacts import addresses
from responses.models import Contact
from responses.people.links import LINKS_LAST

from .links import page


@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows one button; POST makes this the address we write to. Pressing again changes nothing."""
    try:
        contact, new = _linked(token)
    except BadLink:
        return page(request, "address", "stale")
    if request.method == "POST":
        is_theirs = addresses.change(contact=contact, address=new)
        return page(request, "address", "done" if is_theirs else "told")
    if contact.mailbox == mailbox(new):
        return page(request, "address", "done")
    known = Contact.objects.filter(mailbox=mailbox(new)).exists()
    return page(request, "address", "known" if known else "ask")


def _linked(token: str) -> tuple[Contact, str]:
    """Whose address it is to be, and the address: good while the old one stands, or the new one by then."""
    key, mark, facts = signed_links.read_marked("address", token, LINKS_LAST)
    new = str(facts[0]) if facts else ""
    contact = Contact.objects.filter(pk=key).first()
    if contact is None or not new or not (contact.goes_by(mark) or contact.mailbox == mailbox(new)):
        raise BadLink("no such contact at this address")
    return contact, new
