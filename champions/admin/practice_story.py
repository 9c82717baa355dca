from django.contrib import admin

from accord_portal.staff.lists import PlainSearchAdmin
from accord_portal.staff.record_admin import RecordAdmin
from champions.models import PracticeStory


@admin.register(PracticeStory)
class PracticeStoryAdmin(PlainSearchAdmin, RecordAdmin):
    """Case studies with their lessons."""

    list_display = ["title", "published_at"]
    prepopulated_fields = {"slug": ["title"]}
    search_fields = ["title", "summary"]
