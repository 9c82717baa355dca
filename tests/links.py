"""Every address with a token, and a link of each kind."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from accord_portal.foundation import signed_links
from accord_portal.staff import emails as staff_emails
from champions.links import offer_url, own_page_url, progress_url, relay_url
from champions.models import Champion
from responses.consent import switches
from responses.models import Contact, ExpressionOfInterest, Purpose, Recommendation
from responses.people import links
from tests import factories
from tests.asked import EnquiryFactory, ReferralFactory
from tests.database import everything
from tests.register import ChampionPageFactory, RelayFactory


def patterns(found: list[URLPattern | URLResolver] | None = None, at: str = "") -> Iterator[tuple[str, str]]:
    """The name and the route of every page whose address carries a token."""
    for pattern in get_resolver().url_patterns if found is None else found:
        route = at + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns, route)
        elif "token" in pattern.pattern.converters:
            yield str(pattern.name), route


def champion() -> Champion:
    return factories.ChampionFactory(published=True, contact=person())


def person() -> Contact:
    """Somebody with a Yes that waits, a No that waits, and one that was confirmed."""
    contact = Contact.objects.filter(email="aroha@example.org").first()
    if contact is None:
        contact = factories.received("keep_informed", "give_advice").contact
        switches.confirm(contact=contact)
        factories.received("champion_accord", "give_advice", initiatives="Open the hall")
    return contact


def a_change(contact: Contact) -> str:
    """The lines that saving the preferences wrote."""
    switches.set_switches(contact=contact, wanted={Purpose.GIVE_ADVICE: False})
    return str(contact.consents.order_by("pk").last().pk)  # type: ignore[union-attr]


def invited() -> Recommendation:
    """Somebody who was recommended and whose invitation is on its way."""
    return factories.RecommendationFactory(recommender=person(), state="invited")


def own(*parts: str) -> str:
    """One of the person's own pages: the link that was mailed, and where one goes from there."""
    return "/".join([links.link("preferences", person()).rstrip("/"), *parts, ""])


def a_passphrase_link() -> str:
    """The link that a member of staff is mailed."""
    letter = staff_emails.set_passphrase(factories.UserFactory().pk)
    (path,) = re.findall(r"https?://[^/]+(/staff/reset/\S+)", str(letter.body))
    return str(path)


def last_form() -> ExpressionOfInterest:
    """The form the person sent last."""
    return person().eois.latest("pk")


def offer_link() -> str:
    """The link by which a champion offers a story."""
    one = champion()
    return offer_url(one.pk, one.contact)


def own_page_link() -> str:
    """The link by which a champion writes their page, on which a picture stands."""
    one = champion()
    ChampionPageFactory(champion=one)
    return own_page_url(one.pk, one.contact)


def progress_link() -> str:
    """The link in our asking after an initiative of which nothing was said yet."""
    one = champion()
    initiative = factories.InitiativeFactory(published=True, champion=one)
    return progress_url(one.pk, one.contact, initiative.pk)


LINKS: dict[str, Callable[[], str]] = {
    "offer-story": offer_link,
    "confirm-relay": lambda: relay_url(RelayFactory()),
    "own-page": own_page_link,
    "own-page-picture": lambda: f"{own_page_link()}picture/",
    "confirm": lambda: links.link("confirm", person(), ExpressionOfInterest.objects.latest("pk").pk),
    "undo": lambda: links.link("undo", person(), a_change(person())),
    "unsubscribe": lambda: signed_links.address("unsubscribe", person().pk, "keep_informed", 1),
    "preferences": lambda: own(),
    "preferences-stop": lambda: own("stop"),
    "preferences-details": lambda: own("details"),
    "preferences-correct": lambda: own("details", "correct"),
    "preferences-address": lambda: own("address"),
    "preferences-answers": lambda: own("answers"),
    "preferences-answer": lambda: own("answers", last_form().reference),
    "preferences-change": lambda: own("answers", last_form().reference, "change"),
    "preferences-promises": lambda: own("promises"),
    "preferences-messages": lambda: own("messages"),
    "preferences-public": lambda: own("public"),
    "preferences-download": lambda: own("download"),
    "preferences-erasure": lambda: own("erasure"),
    "password_reset_confirm": a_passphrase_link,
    "address": lambda: links.link("address", person(), "new@example.org"),
    "recommend": lambda: links.recommend_url(person()),
    "invitation": lambda: links.invitation_url(invited()),
    "question": lambda: links.enquiry_url(EnquiryFactory(eoi=last_form())),
    "progress": progress_link,
    "progress-choice": lambda: f"{progress_link()}changed/",
    "referral": lambda: links.referral_url(ReferralFactory(eoi=last_form())),
    "publication": lambda: (lambda c: signed_links.address("publication", c.pk, c.contact.mailbox_mark))(
        champion()
    ),
}


def link_to(name: str) -> str:
    """A link that works, as it was mailed."""
    return LINKS[name]()


def kept(name: str) -> dict[str, list[Any]]:
    """Everything, but not where Django keeps a passphrase's link for who looks: in their own session."""
    found = everything()
    if name == "password_reset_confirm":
        del found["django_session"]
    return found
