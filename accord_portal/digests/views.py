"""The public pages of updates."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accord_portal.digests import content
from accord_portal.digests.models import DigestIssue, Update
from accord_portal.digests.sections import sections
from accord_portal.foundation.pages import page


@require_safe
def update_list(request: HttpRequest) -> HttpResponse:
    """Published updates, the newest first."""
    found = page(Update.objects.published(), "-published_at", request.GET.get("after", ""))
    context = {
        "page": found,
        "next_url": f"?after={found.after}" if found.after else "",
        "first_url": reverse("updates"),
    }
    return render(request, "digests/update_list.html", context)


@require_safe
def update_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One update."""
    update = get_object_or_404(Update.objects.published(), slug=slug)
    return render(request, "digests/update_detail.html", {"update": update})


@require_safe
def digest(request: HttpRequest, pk: int) -> HttpResponse:
    """An issue as its readers have it, without what was taken down since; not found where nothing is left.

    With that goes what stood above the news, which may speak of it: subject, introduction and question.
    """
    issue = get_object_or_404(DigestIssue.objects.shown(), pk=pk)
    items, number_gone = content.public_items(issue)
    if not items:
        raise Http404
    context = {"issue": issue, "sections": sections(items), "number_gone": number_gone}
    return render(request, "digests/digest_detail.html", context)
