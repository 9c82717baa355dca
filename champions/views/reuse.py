"""Anybody tells that they used a story; staff read it before anybody else does."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from accord_portal.foundation import rate_limit
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.http_answers import must_wait, see_other, unkept
from champions.forms.reuse import ReuseForm
from champions.models import PracticeStory
from champions.stories import reusing
from responses.forms.fields import started_token


@require_http_methods(["GET", "HEAD", "POST"])
def tell_reuse(request: HttpRequest, slug: str) -> HttpResponse:
    """One sentence, then thanks. A reload of the thanks sends nothing."""
    story = get_object_or_404(PracticeStory.objects.published(), slug=slug)
    if request.method != "POST":
        step = "done" if "thanks" in request.GET else "ask"
        return _page(request, {"story": story, "step": step, "form": _form()})
    form = ReuseForm(request.POST)
    if rate_limit.sent_too_much(request):
        typed = [(f.name, f.label, request.POST[f.name]) for f in form if request.POST.get(f.name)]
        typed = [row for row in typed if row[0] in ReuseForm.TOLD]
        return must_wait(render(request, "429.html", {"typed": typed, "started": started_token()}))
    if form.is_valid():
        try:
            reusing.tell_reuse(story=story, **form.told())
        except NotPossible as refused:
            form.add_error(None, str(refused))
        else:
            return unkept(see_other(f"{request.path}?thanks=1"))
    form.begin_again()
    return _page(request, {"story": story, "step": "ask", "form": form})


def _form() -> ReuseForm:
    return ReuseForm(initial={"started": started_token()})


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return unkept(render(request, "champions/tell_reuse.html", context))
