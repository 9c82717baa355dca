"""The pages that belong to no one room: home, what the portal is, and what went wrong."""

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accord_portal.foundation import clock
from accord_portal.foundation.http_answers import unkept
from accord_portal.foundation.logs import request_id
from accord_portal.foundation.memory import ForAMinute
from accord_portal.staff import refusals
from champions.models import (
    AccordText,
    Agency,
    CodeListEntry,
    Initiative,
    Principle,
    Reference,
    TimelineEvent,
)
from responses.answers.intake import PRIVACY_NOTICE_VERSION
from responses.models import Call
from responses.undertakings import counting

from .digests.models import Update

NEVER_GIVEN_BACK = {"csrfmiddlewaretoken", "website"}
UNSEEN_FIELDS = {"started", "wording", "shown", "ticked", "next"}
_promises_counted = ForAMinute(counting.of_this_year)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, who runs it, and what happens with an answer."""
    context = {
        "call": Call.objects.open_on(timezone.localdate()).first(),
        "updates": Update.objects.published().order_by("-published_at", "-pk")[:3],
        "initiatives": Initiative.objects.published().select_related("champion")[:3],
        "promises": _promises_counted(),
    }
    return render(request, "pages/home.html", context)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What the Accord says, where it comes from, and who stood up first."""
    context = {
        "texts": AccordText.objects.published().defer("written", "content"),
        "principles": Principle.objects.all(),
        "features": CodeListEntry.objects.filter(list=CodeListEntry.List.RELATIONAL_FEATURE),
        "timeline": TimelineEvent.objects.all(),
        "agencies": Agency.objects.champions_of(2011),
        "founding": Reference.objects.published().filter(kind=Reference.Kind.FOUNDING),
        "programme": Reference.objects.published().filter(kind=Reference.Kind.PROGRAMME),
    }
    return render(request, "pages/about.html", context)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """This site's privacy statement."""
    return render(request, "pages/privacy.html", {"privacy_notice_version": PRIVACY_NOTICE_VERSION})


def still(name: str) -> Callable[[HttpRequest], HttpResponse]:
    """A view of a page that needs nothing looked up."""

    @require_safe
    def view(request: HttpRequest) -> HttpResponse:
        return render(request, f"pages/{name}.html")

    return view


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Where to report a weakness (RFC 9116)."""
    expires = clock.now() + dt.timedelta(days=180)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: en",
        f"Canonical: {settings.BASE_URL}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def robots_txt(request: HttpRequest) -> HttpResponse:
    """What search engines leave alone: the staff pages, and pages that are one person's own (RFC 9309)."""
    private = [
        "staff",
        "confirm",
        "preferences",
        "undo",
        "address",
        "unsubscribe",
        "publication",
        "progress",
        "offer-story",
        "ask",
        "own-page",
        "recommend",
        "invitation",
        "question",
        "referral",
    ]
    lines = ["User-agent: *", *(f"Disallow: /{path}/" for path in private)]
    lines.append(f"Sitemap: {settings.BASE_URL}{reverse('sitemaps')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request could not be read; the host may be unknown, so nothing asks for it."""
    return HttpResponse(render_to_string("400.html"), status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403"""
    if refusals.is_for_staff(request):
        return refusals.forbidden(request, str(exception))
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 where the form's token is missing or old: what was typed comes back, with a token that works.

    A form of another website gets no button here: it would make a visitor send what they never wrote.
    """
    fields = [
        (name, text)
        for name, texts in request.POST.lists()
        if name not in NEVER_GIVEN_BACK and "password" not in name
        for text in texts
    ]
    typed = [(_in_words(name), text) for name, text in fields if text and name not in UNSEEN_FIELDS]
    context = {"reason": reason, "typed": typed, "fields": fields if reason.startswith("CSRF") else []}
    return unkept(render(request, "403.html", context, status=403))


def _in_words(name: str) -> str:
    """The name of a field as a label: "people-0-name" is "People 1 name"."""
    words = [str(int(word) + 1) if word.isdecimal() else word for word in name.replace("_", "-").split("-")]
    return " ".join(words).capitalize()


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404"""
    if refusals.is_for_staff(request):
        return refusals.not_found(request)
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: needs no database, and nothing of the request but its id."""
    return HttpResponse(render_to_string("500.html", {"request_id": request_id.get()}), status=500)
