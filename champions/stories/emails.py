"""The message to a champion whose story is published."""

from django.conf import settings

from accord_portal.foundation import mail
from champions.links import offer_url
from champions.models import PracticeStory
from responses.people import own_words


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
