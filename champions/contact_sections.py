"""What the room of champions shows on the pages about a contact; see `responses.contact_sections`."""

from collections.abc import Sequence

from django.urls import reverse

from accord_portal.foundation.text import isolated
from accord_portal.staff.models import User
from champions.links import offer_url, own_page_url, publication_url
from champions.models import Champion
from responses.contact_sections import LinkList, PageLink, SentList
from responses.models import Contact, ExpressionOfInterest

REGISTER = "Register as champion"


def sent(keys: Sequence[int], limit: int) -> list[SentList]:
    """Nothing of its own: messages to champions are in the outgoing mail."""
    return []


def acts(contact: Contact, by: User) -> list[PageLink]:
    """Registering the person as champion without a form of theirs; a merged record is none any more."""
    if contact.merged_into_id or not by.has_perm("champions.change_champion"):
        return []
    url = reverse("admin:champions_champion_enrol_contact", args=[contact.pk])
    registered = Champion.objects.filter(contact__in=contact.keys).order_by("pk")
    return [*map(_registered_as, registered), PageLink(REGISTER, url, is_button=True)]


def about_form(eoi: ExpressionOfInterest, by: User) -> list[LinkList]:
    """The champion that was registered from any version of the form, or the button that registers one."""
    champion = Champion.objects.filter(eoi__in=eoi.versions).order_by("pk").first()
    if champion:
        link = _registered_as(champion)
    elif by.has_perm("champions.change_champion"):
        link = PageLink(REGISTER, reverse("admin:champions_champion_enrol", args=[eoi.pk]), is_button=True)
    else:
        return []
    return [LinkList("Champion", [link])]


def _registered_as(champion: Champion) -> PageLink:
    url = reverse("admin:champions_champion_change", args=[champion.pk])
    return PageLink(f"Registered as {isolated(champion.name)}", url)


def choices(contact: Contact, token: str) -> list[LinkList]:
    """Which parts of each champion may be public; and a story of good practice that it may offer."""
    links = []
    for champion in Champion.objects.filter(contact=contact).order_by("pk"):
        name, url = isolated(champion.name), publication_url(champion.pk, contact, token)
        links.append(PageLink(f"Choose what may be public about {name}", url))
        if champion.state != Champion.State.WITHDRAWN:
            url = own_page_url(champion.pk, contact, token)
            links.append(PageLink(f"Write the page of {name}", url))
            url = offer_url(champion.pk, contact, token)
            links.append(PageLink(f"Offer a story of good practice of {name}", url))
    return [LinkList("As a champion of the Accord", links)] if links else []
