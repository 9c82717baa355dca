"""What a member of staff reads where a page is not for them, or where there is none."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .models import User


def is_for_staff(request: HttpRequest) -> bool:
    """Whether whoever asks is signed in, and asks for a page of theirs."""
    user = getattr(request, "user", None)
    return request.path.startswith("/staff/") and user is not None and user.is_authenticated


def forbidden(request: HttpRequest, reason: str) -> HttpResponse:
    """403: what it was, and who can let them. `reason` is in the reader's words, or ""."""
    context = {
        **admin.site.each_context(request),
        "title": "You may not do this",
        "reason": reason,
        "administrators": User.objects.administrators().order_by("name"),
    }
    return render(request, "staff/forbidden.html", context, status=403)


def not_found(request: HttpRequest) -> HttpResponse:
    """404"""
    context = {**admin.site.each_context(request), "title": "There is no such page"}
    return render(request, "staff/not_found.html", context, status=404)
