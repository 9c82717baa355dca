"""The messages to champions: one function each."""

from accord_portal.foundation import mail
from champions import told
from champions.links import PROGRESS_LINKS_LAST, offer_url, own_page_url, progress_url, publication_url
from champions.models import Champion, Initiative, InitiativeSide, ProgressReport
from responses.models import Involvement, Purpose
from responses.people import own_words
from responses.people.links import promises_url


@mail.kind("asked_what_may_be_public")
def asked_what_may_be_public(champion_id: int) -> mail.Message:
    """You are registered; nothing is public yet; tick what may be."""
    champion = Champion.objects.select_related("contact").get(pk=champion_id)
    context = {
        "name": own_words.greeting(champion.contact),
        "champion": own_words.said_to(champion.contact, champion.name),
        "publication_url": publication_url(champion.pk, champion.contact),
    }
    return mail.compose(
        "champions/publication",
        context,
        to=champion.contact.email,
        subject="You are registered as a champion: choose what may be public",
    )


@mail.kind("asked_what_else_may_be_public")
def asked_what_else_may_be_public(champion_id: int) -> mail.Message:
    """Something new is written down about your champion; tick whether it may be public."""
    champion = Champion.objects.select_related("contact").get(pk=champion_id)
    if champion.contact.wants_to_be_left_alone:
        raise mail.NoLongerWanted
    context = {
        "name": own_words.greeting(champion.contact),
        "champion": own_words.said_to(champion.contact, champion.name),
        "publication_url": publication_url(champion.pk, champion.contact),
    }
    message = mail.compose(
        "champions/something_new",
        context,
        to=champion.contact.email,
        subject="Something new about you as a champion: choose what may be public",
    )
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    return message


@mail.kind("how_is_it_going")
def how_is_it_going(initiative_id: int, champion_id: int = 0) -> mail.Message:
    """How an initiative is going, of the champion whose it is or of a partner: what was said last, and four
    links, each to a page with one button.

    It is named where the champion ticked it, or confirmed what they sent; to a partner, where it is public.
    """
    initiative = Initiative.objects.select_related("champion__contact", "champion__eoi").get(pk=initiative_id)
    champion = Champion.objects.select_related("contact").get(pk=champion_id or initiative.champion_id)
    contact, form = champion.contact, initiative.champion.eoi
    if not Involvement.objects.permitting(Purpose.CHAMPION_ACCORD).filter(contact=contact).exists():
        raise mail.NoLongerWanted
    is_own = initiative.champion_id == champion.pk
    is_theirs = initiative.agreed or form is None or form.confirmed_at
    may_be_named = is_theirs if is_own else told.may_be_named(initiative, champion)
    last = ProgressReport.objects.filter(initiative=initiative, side=InitiativeSide.of(champion))
    said = last.order_by("-pk").first()
    context = {
        "name": own_words.greeting(contact),
        "initiative": own_words.said_to(contact, initiative.title) if may_be_named else "",
        "is_own": is_own,
        "state": str(said.get_state_display()).lower() if said else "",
        "said_on": said.said_on if said else None,
        "words": own_words.said_to(contact, told.words(said, champion)),
        "progress_url": progress_url(champion.pk, contact, initiative.pk),
        "offer_url": offer_url(champion.pk, contact),
        "own_page_url": own_page_url(champion.pk, contact),
        "days": PROGRESS_LINKS_LAST.days,
        "promises_url": promises_url(contact),
    }
    subject = "How is your initiative going?"
    message = mail.compose("champions/how_is_it_going", context, to=contact.email, subject=subject)
    message.extra_headers["Auto-Submitted"] = "no"  # a person asks (RFC 3834, section 5)
    return message
