"""The page of one's own sessions: where one is signed in, and two ways to end that."""

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.http_answers import see_other

from . import own_sessions
from .act_admin import signed_in


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Where this account is signed in; a press ends one session, or all but this one."""
    user, here = signed_in(request), request.session.session_key
    if request.method == "POST":
        _end(request)
        return see_other(reverse("admin:sessions"))
    places = own_sessions.of(user, here)
    context = {
        **admin.site.each_context(request),
        "title": "Where you are signed in",
        "places": places,
        "others": len([place for place in places if not place.is_here]),
    }
    return TemplateResponse(request, "registration/sessions.html", context)


def _end(request: HttpRequest) -> None:
    user, here = signed_in(request), request.session.session_key
    if "others" in request.POST:
        ended = own_sessions.end_others(user=user, here=here)
        said = f"Signed out in {ended} other browser{'' if ended == 1 else 's'}." if ended else ""
        messages.success(request, said or "You are signed in nowhere else.")
        return
    try:
        own_sessions.end(user=user, mark=request.POST.get("one", ""), here=here)
    except NotPossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Signed out there.")
