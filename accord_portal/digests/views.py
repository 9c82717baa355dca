"""The public pages of updates."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accord_portal.foundation.pages import page

from .models import Update


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
