"""The messages to champions: one function each."""

from accord_portal.foundation import mail
from responses.people import own_words

from .links import publication_url
from .models import Champion


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
