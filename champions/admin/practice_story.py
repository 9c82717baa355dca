"""Practice stories: written on a form, published by a second person after a look at the page."""

from typing import Any

from django.contrib import admin, messages
from django.forms import Form
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from accord_portal.staff import revisions
from accord_portal.staff.act_admin import Act, signed_in
from accord_portal.staff.lists import PlainSearchAdmin
from accord_portal.staff.two_people import why_another
from champions.admin.champion import PUBLISH
from champions.admin.written import WrittenAdmin
from champions.forms.relay import ReadRelayForm
from champions.forms.reuse import READ_AT_ONCE, ReadReuseForm
from champions.forms.story import SendBackForm, StoryForm
from champions.models import PracticeStory, Relay
from champions.stories import publishing, relaying, reusing, writing

CAME_BACK = "It is not public until a second person publishes it again."


@admin.register(PracticeStory)
class PracticeStoryAdmin(PlainSearchAdmin, WrittenAdmin[PracticeStory]):
    """Case studies with their lessons."""

    page_template = "staff/practice_story.html"
    box_lines = 6
    previewed = {"publish": "Publish"}
    acts = {
        "submit": Act(publishing.submit, "It waits for a second person to review it."),
        "send_back": Act(publishing.send_back, "It is a draft again.", SendBackForm, needs=PUBLISH),
        "publish": Act(publishing.publish, "Published.", needs=PUBLISH),
        "withdraw": Act(publishing.withdraw, "Taken down.", needs=PUBLISH),
        "reuse": Act(reusing.read_reuse, "Saved.", ReadReuseForm, needs=PUBLISH),
        "relay": Act(relaying.read_relay, "Saved.", ReadRelayForm, needs=PUBLISH),
    }
    form = StoryForm
    list_display = ["title", "state", "champion", "published_at"]
    list_filter = ["state", "principles"]
    list_select_related = ["champion"]
    free_text = ["champion"]
    search_fields = ["title", "summary"]
    fieldsets = [
        ("The story", {"fields": ["title", "summary"]}),
        ("What it tells", {"fields": ["problem", "done", "changed", "known_by", "differently", "body"]}),
        ("Whose it is", {"fields": ["of_champion", "of_initiative", "of_contact"]}),
        ("How it may be used", {"fields": ["licence", "licence_words"]}),
        ("What it is about, and where", {"fields": ["principles", "features", "regions"]}),
    ]

    def save_model(self, request: HttpRequest, obj: PracticeStory, form: Any, change: bool) -> None:
        writing.give_address(obj)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.has_changed() and writing.written(story=form.instance, by=signed_in(request)):
            messages.info(request, CAME_BACK)

    def fingerprint(self, record: PracticeStory) -> str:
        """Everything that the story says."""
        said = list(revisions.said([record]).values())
        return salted_hmac("practice story", repr(said), algorithm="sha256").hexdigest()[:16]

    def arguments(self, request: HttpRequest, record: PracticeStory, act: str, form: Form) -> dict[str, Any]:
        return {"story": record, **super().arguments(request, record, act, form)}

    def form_arguments(self, record: PracticeStory, act: str) -> dict[str, Any]:
        return {"story": record} if act in ("reuse", "relay") else {}

    def page_context(self, request: HttpRequest, record: PracticeStory) -> dict[str, Any]:
        by = signed_in(request)
        return {
            "story": record,
            "is_seen": PracticeStory.objects.published().filter(pk=record.pk).exists(),
            "principles": record.principles.all(),
            "features": record.features.all(),
            "regions": record.regions.all(),
            "reuses": record.reuses.exclude(words="")[:READ_AT_ONCE],
            "relays": record.relays.exclude(state=Relay.State.UNCONFIRMED).exclude(words="")[:READ_AT_ONCE],
            "relays_wait": record.relays.to_read().exists(),
            "times_used": reusing.times_used(record),
            "missing": publishing.missing_to_publish(record),
            "somebody_else": why_another(record.writers.all(), by=by, did="wrote", must="publish it"),
            "changes": writing.changes_since_published(record),
            "may_change": self.has_change_permission(request, record),
        }
