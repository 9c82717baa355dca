"""A person's own pages, as their browser gets and shows them."""

from django.http import HttpResponse

from accord_portal.foundation import signed_links
from accord_portal.foundation.models import OutgoingMail
from responses.models import Contact, ExpressionOfInterest
from tests.html import Element, read


def own(contact: Contact, *parts: str) -> str:
    """The path of one of this person's own pages."""
    token = signed_links.token("preferences", contact.pk, contact.mailbox_mark)
    return "/".join(["/preferences", token, *filter(None, parts), ""])


def main(response: HttpResponse) -> Element:
    return read(response).one("main")


def summary(page: Element) -> list[str]:
    return [li.text for li in page.one(class_="error-summary").all("li")]


def terms(page: Element, **attrs: str) -> dict[str, str]:
    """What the last description list says."""
    found = page.all("dl", **attrs)[-1]
    return dict(zip([e.text for e in found.all("dt")], [e.text for e in found.all("dd")], strict=True))


def links(page: Element, path: str) -> list[str]:
    return [str(a["href"]) for a in page.all("a") if path in (a["href"] or "")]


def confirmed(contact: Contact) -> list[str]:
    return sorted(contact.involvements.confirmed().values_list("purpose", flat=True))


def checked(page: Element) -> dict[str, str]:
    return {i["name"]: i["value"] for i in page.all("input", type="radio") if "checked" in i.attrs}


def owed(message: str) -> list[str]:
    """To whom this message is owed."""
    rows = OutgoingMail.objects.filter(message=message).order_by("pk")
    return list(rows.values_list("to", flat=True))


def newest(contact: Contact) -> ExpressionOfInterest:
    return contact.eois.latest("pk")


def details(**typed: str) -> dict[str, str]:
    """What the form holds of a subscriber, with what was typed over it."""
    known = {"name": "Aroha Ngata", "organisation": "Hapū", "telephone": "04 494 5718"}
    return {**known, "postal_address": "1 Example Street\r\nWellington", "language": "en", **typed}
