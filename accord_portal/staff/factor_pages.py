"""The pages of one's own second factor: give it, and see and change what stands."""

import re
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from accord_portal.foundation.acts import NotPossible

from . import passkeys, second_factor, signing_in, totp
from .act_admin import signed_in
from .forms import CodeForm, GivePasskeyForm
from .models import SecondFactor, User

CODES = re.compile(r"(?:[a-z2-9]{6}(?:-[a-z2-9]{6}){3}\n?){1,10}")
FEW_LEFT = "You have {} recovery codes left. Make new ones at Second factor, at the top of the page."


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """What this member of staff has to do next about their second factor, or may do."""
    user = signed_in(request)
    if not second_factor.generation(user):
        query = request.GET.urlencode()
        context = {"passkeys_are_possible": passkeys.are_possible(), "query": query}
        return answer(request, "second_factor_choice", "Set up your second factor", context, is_in=False)
    return _own(request, user) if second_factor.was_given_just_now(request, user) else _ask(request, user)


@require_POST
def codes_as_text(request: HttpRequest) -> HttpResponse:
    """The codes that the page showed, as a file; they come from the page, for nobody can read them here."""
    codes = request.POST.get("codes", "").replace("\r\n", "\n")
    if not CODES.fullmatch(codes):
        return HttpResponse("These are no recovery codes.", status=400, content_type="text/plain")
    file = HttpResponse(
        f"Recovery codes of {totp.ISSUER}. Each works once.\n\n{codes}\n", content_type="text/plain"
    )
    file["Content-Disposition"] = 'attachment; filename="recovery-codes.txt"'
    return file


def lead_here(request: HttpRequest) -> HttpResponse:
    """To the page above, and from there on to the page that was wanted."""
    url = reverse("admin:second_factor")
    return redirect_to_login(request.get_full_path(), url) if request.method == "GET" else redirect(url)


def let_in(request: HttpRequest, user: User, *, was_in: bool, was_tried: bool = True) -> None:
    """The second factor was given, or set up: the session is signed in, if it was not before."""
    second_factor.remember(request, user)
    if not was_in:
        signing_in.succeeded(request, user)
    elif was_tried:
        signing_in.was_right(request, user)


def show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """New recovery codes, for the one time that they can be shown."""
    context = {"codes": codes, "as_text": "\n".join(codes), "next": wanted(request)}
    return answer(request, "second_factor_codes", "Keep your recovery codes", context)


def wanted(request: HttpRequest) -> str:
    """The staff page that led here, and the desk where none did."""
    there = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(there, allowed_hosts=None) and there.startswith("/staff/")
    return there if is_ours else reverse("admin:index")


def answer(
    request: HttpRequest, template: str, title: str, context: dict[str, Any], *, is_in: bool = True
) -> HttpResponse:
    """The page; for whoever is not in yet without the navigation."""
    around = admin.site.each_context(request)
    if not is_in:
        around = {**around, "has_permission": False, "tasks": []}
    return TemplateResponse(request, f"registration/{template}.html", {**around, "title": title, **context})


def _ask(request: HttpRequest, user: User) -> HttpResponse:
    was_in = second_factor.was_given(request)
    code = CodeForm(request.POST if "code" in request.POST else None, request=request, user=user)
    passkey = GivePasskeyForm(request.POST if "answer" in request.POST else None, request=request, user=user)
    if code.is_valid() or passkey.is_valid():
        let_in(request, user, was_in=was_in)
        left = second_factor.codes_left(user)
        if left <= second_factor.FEW_CODES:
            messages.warning(request, FEW_LEFT.format(left))
        return redirect("admin:second_factor" if was_in else wanted(request))
    has_passkey = passkeys.are_possible() and user.passkeys.exists()
    context = {
        "code": code,
        "passkey": passkey if has_passkey else None,
        "has_app": second_factor.has_app(user),
        "was_in": was_in,
        "is_asked_for": second_factor.is_asked_for(),
        "errors": code.errors or passkey.errors,
    }
    title = "Use your passkey" if has_passkey else "Enter your code"
    return answer(request, "second_factor_code", title, context, is_in=was_in)


def _own(request: HttpRequest, user: User) -> HttpResponse:
    form = Form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            codes = _change(request.POST.get("change", ""), user)
        except NotPossible as refused:
            form.add_error(None, str(refused))
        else:
            second_factor.carry_on(request, user)
            return show_codes(request, codes) if codes else redirect("admin:second_factor")
    context = {
        "form": form,
        "app": SecondFactor.objects.filter(user=user).exclude(secret="").first(),
        "passkeys": user.passkeys.all(),
        "passkeys_are_possible": passkeys.are_possible(),
        "left": second_factor.codes_left(user),
        "is_asked_for": second_factor.is_asked_for(),
    }
    return answer(request, "second_factor", "Your second factor", context)


def _change(change: str, user: User) -> list[str]:
    if change == "codes":
        return second_factor.make_new_codes(user=user)
    if change == "app":
        second_factor.remove_app(user=user)
    elif change.isascii() and change.isdecimal() and len(change) < 19:
        passkeys.remove(user=user, key=int(change))
    return []
