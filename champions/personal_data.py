"""What the room of champions holds about one person; see `accord_portal.foundation.personal_data`."""

from collections.abc import Sequence

from accord_portal.foundation.personal_data import Held, Sent, Shown, listed
from accord_portal.foundation.text import isolated
from accord_portal.staff import revisions

from . import enrolment
from .models import Champion, Initiative

ERASED_NAME = "Erased"
CHAMPION = {
    "Name": "name",
    "Kind": "kind",
    "Summary": "summary",
    "The name may be public": "name_agreed",
    "The summary may be public": "summary_agreed",
    "You said so on": "agreed_at",
    "How": "agreed_how",
    "State": "state",
    "Registered": "registered_at",
    "Published": "published_at",
}
INITIATIVE = {
    "Title": "title",
    "Description": "description",
    "Champion": "champion.name",
    "May be public": "agreed",
    "You said so on": "agreed_at",
    "State": "state",
    "Registered": "registered_at",
    "Published": "published_at",
}


def held(keys: Sequence[int]) -> Held:
    """The person's champions and what they do."""
    champions = Champion.objects.filter(contact__in=keys).order_by("pk")
    initiatives = Initiative.objects.filter(champion__contact__in=keys).select_related("champion")
    return {
        "Champions": listed(champions, CHAMPION),
        "Initiatives": listed(initiatives.order_by("pk"), INITIATIVE),
        "What these said before": [
            {"When": change.line.changed_at, "Of": change.of, difference.label: difference.before}
            for change in revisions.changes([*champions, *initiatives])
            for difference in change.differences
        ],
    }


def sent(keys: Sequence[int]) -> list[Sent]:
    """Nothing of its own: messages to champions are in the outgoing mail."""
    return []


def public(keys: Sequence[int]) -> list[Shown]:
    """The person's champions and initiatives on the public pages."""
    champions = Champion.objects.published().filter(contact__in=keys).order_by("name", "pk")
    initiatives = Initiative.objects.published().filter(champion__contact__in=keys).order_by("title", "pk")
    return [
        *(Shown(f"Champion: {isolated(row.name)}", row.get_absolute_url()) for row in champions),
        *(Shown(f"Initiative: {isolated(row.title)}", row.get_absolute_url()) for row in initiatives),
    ]


def take_down(keys: Sequence[int]) -> None:
    """Withdraws every champion of the person, with their ticks."""
    for champion in Champion.objects.filter(contact__in=keys):
        enrolment.withdraw(champion=champion)


def erase(keys: Sequence[int]) -> None:
    """Blanks the champions the person registered, and what they did; each stays counted."""
    for champion in Champion.objects.filter(contact__in=keys):
        champion.name, champion.summary, champion.search_folded = ERASED_NAME, "", ""
        champion.agreed_how = ""
        champion.name_agreed = champion.summary_agreed = champion.summary_is_public = False
        champion.slug = f"erased-{champion.pk}"
        champion.save()
        revisions.forget([champion, *champion.initiatives.all()])
        for initiative in champion.initiatives.all():
            initiative.title, initiative.description, initiative.search_folded = ERASED_NAME, "", ""
            initiative.agreed, initiative.slug = False, f"erased-{initiative.pk}"
            initiative.save()
