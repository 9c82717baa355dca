"""The pages of a contact, as a browser of staff meets them."""

from django.test import Client

from responses.models import Contact, Duplicate
from tests.html import Element, read
from tests.staff.pages import filled_in, said

LIST, PAIRS = "/staff/responses/contact/", "/staff/responses/duplicate/"


def url(contact: Contact | Duplicate, act: str = "") -> str:
    return (
        f"{LIST if isinstance(contact, Contact) else PAIRS}{contact.pk}/{f'act/{act}' if act else 'change'}/"
    )


def page(client: Client, contact: Contact | Duplicate) -> Element:
    return read(client.get(url(contact)))


def press(client: Client, contact: Contact | Duplicate, act: str, **typed: str) -> list[str]:
    """What the portal says when a button is pressed on the page as it is."""
    sent = {**filled_in(page(client, contact), url(contact, act)), **typed}
    return said(client.post(url(contact, act), sent, follow=True))


def headings(element: Element) -> list[str]:
    return [heading.text for heading in element.all("h2")]
