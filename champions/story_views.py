"""The public pages of practice stories."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from .models import Champion, Initiative, PracticeStory


@require_safe
def practice_story_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One story, with what it belongs to of what is public."""
    story = get_object_or_404(PracticeStory.objects.published(), slug=slug)
    context = {
        "story": story,
        "champion": Champion.objects.published().filter(pk=story.champion_id).first(),
        "initiative": Initiative.objects.published().filter(pk=story.initiative_id).first(),
        "principles": story.principles.all(),
        "features": story.features.all(),
        "regions": story.regions.all(),
    }
    return render(request, "champions/practice_story_detail.html", context)
