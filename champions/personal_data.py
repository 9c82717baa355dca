"""What the room of champions holds about one person; see `accord_portal.foundation.personal_data`."""

from collections.abc import Sequence

from django.db.models import Q

from accord_portal.foundation import append_only
from accord_portal.foundation.personal_data import Held, Sent, Shown, listed
from accord_portal.foundation.text import isolated
from accord_portal.staff import revisions
from champions import enrolment
from champions.models import Champion, Initiative, Milestone, OfficeHolder, Partner, ProgressReport

ERASED_NAME = "Erased"
CHAMPION = {
    "Name": "name",
    "Kind": "kind",
    "Summary": "summary",
    "Champion since": "appointed_on",
    "Champion until": "ended_on",
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
    "Why": "reason",
    "With whom": "with_whom",
    "Since": "since_on",
    "Champion": "champion.name",
    "May be public": "agreed",
    "You said so on": "agreed_at",
    "State": "state",
    "Registered": "registered_at",
    "Published": "published_at",
}

MILESTONE = {"Initiative": "initiative.title", "What": "what", "By": "due_on", "Reached": "reached_on"}
PARTNER = {
    "Initiative of another champion": "initiative.pk",
    "You may be named beside it": "agreed",
    "You said so on": "agreed_at",
    "Since": "added_at",
    "Until": "ended_at",
}
REPORT = {
    "Initiative": "initiative.pk",
    "How it stands": "state",
    "Why": "why",
    "Said on": "said_on",
    "For": "side",
    "Name shown with it": "speaker",
    "How": "how",
}

OFFICE_HELD = {
    "Office": "office",
    "Name": "name",
    "Since": "since_on",
    "Until": "until_on",
    "The name may be public": "may_be_named",
    "How they said so": "agreed_how",
}


def held(keys: Sequence[int]) -> Held:
    """The person's champions and what they do."""
    champions = Champion.objects.filter(contact__in=keys).order_by("pk")
    initiatives = Initiative.objects.filter(champion__contact__in=keys).select_related("champion")
    milestones = Milestone.objects.filter(initiative__in=initiatives).select_related("initiative")
    return {
        "Champions": listed(champions, CHAMPION),
        "Initiatives": listed(initiatives.order_by("pk"), INITIATIVE),
        "Who holds an office with you": listed(
            OfficeHolder.objects.filter(champion__in=champions), OFFICE_HELD
        ),
        "Milestones": listed(milestones, MILESTONE),
        "Initiatives you are a partner in": listed(Partner.objects.filter(champion__in=champions), PARTNER),
        "What you said of initiatives": listed(
            ProgressReport.objects.filter(champion__in=champions).order_by("pk"), REPORT
        ),
        "What these said before": [
            {"When": change.line.changed_at, "Of": change.of, difference.label: difference.before}
            for change in revisions.changes([*champions, *initiatives, *milestones])
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
    named = Partner.objects.shown().filter(champion__contact__in=keys).values("initiative")
    joined = Initiative.objects.published().filter(pk__in=named).order_by("title", "pk")
    return [
        *(Shown(f"Champion: {isolated(row.name)}", row.get_absolute_url()) for row in champions),
        *(Shown(f"Initiative: {isolated(row.title)}", row.get_absolute_url()) for row in initiatives),
        *(Shown(f"Partner in: {isolated(row.title)}", row.get_absolute_url()) for row in joined),
    ]


def take_down(keys: Sequence[int]) -> None:
    """Withdraws every champion of the person, with their ticks."""
    for champion in Champion.objects.filter(contact__in=keys):
        enrolment.withdraw(champion=champion)


def erase(keys: Sequence[int]) -> None:
    """Blanks the champions the person registered, what they did, and what was said; each stays counted."""
    theirs = Q(champion__contact__in=keys) | Q(initiative__champion__contact__in=keys)
    with append_only.door():
        ProgressReport.objects.filter(theirs).update(why="", speaker="")
    milestones = Milestone.objects.filter(initiative__champion__contact__in=keys)
    revisions.forget(list(milestones))
    milestones.update(what=ERASED_NAME)
    Partner.objects.filter(champion__contact__in=keys).update(agreed=False)
    holders = OfficeHolder.objects.filter(champion__contact__in=keys)
    revisions.forget(list(holders))
    holders.update(name=ERASED_NAME, may_be_named=False, agreed_how="")
    for champion in Champion.objects.filter(contact__in=keys):
        champion.name, champion.summary, champion.search_folded = ERASED_NAME, "", ""
        champion.agreed_how = ""
        champion.name_agreed = champion.summary_agreed = champion.summary_is_public = False
        champion.slug = f"erased-{champion.pk}"
        champion.save()
        revisions.forget([champion, *champion.initiatives.all()])
        for initiative in champion.initiatives.all():
            initiative.title, initiative.description, initiative.search_folded = ERASED_NAME, "", ""
            initiative.reason = initiative.with_whom = ""
            initiative.agreed, initiative.slug = False, f"erased-{initiative.pk}"
            initiative.save()
