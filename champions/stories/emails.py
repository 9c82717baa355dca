"""The messages about stories: one function each."""

from django.conf import settings

from accord_portal.foundation import mail
from champions.links import offer_url, relay_url
from champions.models import PracticeStory, Relay
from responses.people import own_words
from responses.people.links import preferences_url


@mail.kind("story_published")
def story_published(story_id: int) -> mail.Message:
    """Your story is published: where it stands, and whom to tell if something is not right."""
    story = PracticeStory.objects.select_related("champion__contact").get(pk=story_id)
    champion = story.champion
    if champion is None or champion.contact.wants_to_be_left_alone:
        raise mail.NoLongerWanted
    if not PracticeStory.objects.published().filter(pk=story.pk).exists():
        raise mail.NoLongerWanted
    contact = champion.contact
    context = {
        "name": own_words.greeting(contact),
        "title": own_words.said_to(contact, story.title),
        "story_url": settings.BASE_URL + story.get_absolute_url() if contact.email_confirmed_at else "",
        "stories_url": f"{settings.BASE_URL}/good-practice/",
        "offer_url": offer_url(champion.pk, contact),
    }
    message = mail.compose(
        "champions/story_published", context, to=contact.email, subject="Your story is published"
    )
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    return message


@mail.kind("confirm_relay", a_day=3)
def confirm_relay(relay_id: int) -> mail.Message:
    """Whether it was they who asked; nothing of what was typed, which the page behind the link shows."""
    relay = Relay.objects.filter(pk=relay_id, state=Relay.State.UNCONFIRMED).exclude(email="").first()
    if relay is None:
        raise mail.NoLongerWanted
    context: dict[str, object] = {"confirm_url": relay_url(relay)}
    return mail.compose(
        "champions/confirm_relay", context, to=relay.email, subject="Is this your question about a story?"
    )


@mail.kind("relay_passed_on", a_day=3)
def relay_passed_on(relay_id: int) -> mail.Message:
    """What somebody asks about a story, to whoever may be asked: confirmed by its writer, read by staff."""
    relay = Relay.objects.select_related("story__contact").get(pk=relay_id)
    contact = relay.story.contact
    if relay.state != Relay.State.PASSED_ON or not relay.words or contact is None:
        raise mail.NoLongerWanted
    if not contact.email_confirmed_at or contact.wants_to_be_left_alone:
        raise mail.NoLongerWanted
    context: dict[str, object] = {
        "name": own_words.greeting(contact),
        "title": relay.story.title,
        "asker": relay.name,
        "asker_email": relay.email,
        "words": relay.words,
        "public_url": f"{preferences_url(contact)}public/",
    }
    subject = "Somebody asks about your story"
    message = mail.compose("champions/relay_passed_on", context, to=contact.email, subject=subject)
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    return message
