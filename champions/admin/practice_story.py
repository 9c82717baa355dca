from django.contrib import admin
from django.http import HttpRequest

from accord_portal.foundation.search import PlainSearchAdmin
from champions.models import PracticeStory


@admin.register(PracticeStory)
class PracticeStoryAdmin(PlainSearchAdmin):
    """Case studies with their lessons."""

    list_display = ["title", "published_at"]
    prepopulated_fields = {"slug": ["title"]}
    search_fields = ["title", "summary"]

    def has_delete_permission(self, request: HttpRequest, obj: PracticeStory | None = None) -> bool:
        return False
