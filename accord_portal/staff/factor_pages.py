"""The pages of one's own second factor: set it up, give it, make new codes, take another app."""

import re
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST

from accord_portal.foundation.acts import NotPossible

from . import second_factor, signing_in, totp
from .act_admin import signed_in
from .forms import CodeForm, SetUpForm
from .models import SecondFactor, User

CODES = re.compile(r"(?:[a-z2-9]{6}(?:-[a-z2-9]{6}){3}\n?){1,10}")
FEW_LEFT = "You have {} recovery codes left. Make new ones at Second factor, at the top of the page."


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """What this member of staff has to do next about their second factor, or may do."""
    user = signed_in(request)
    if not SecondFactor.objects.filter(user=user).exists():
        return _set_up(request, user)
    if "sealed" in request.POST:  # sent a second time
        return redirect(request.get_full_path())
    return _own(request, user) if second_factor.was_given(request) else _ask(request, user)


@require_POST
def codes_as_text(request: HttpRequest) -> HttpResponse:
    """The codes that the page showed, as a file; they come from the page, for nobody can read them here."""
    codes = request.POST.get("codes", "").replace("\r\n", "\n")
    if not CODES.fullmatch(codes):
        return HttpResponse("These are no recovery codes.", status=400, content_type="text/plain")
    answer = HttpResponse(
        f"Recovery codes of {totp.ISSUER}. Each works once.\n\n{codes}\n", content_type="text/plain"
    )
    answer["Content-Disposition"] = 'attachment; filename="recovery-codes.txt"'
    return answer


def lead_here(request: HttpRequest) -> HttpResponse:
    """To the page above, and from there on to the page that was wanted."""
    url = reverse("admin:second_factor")
    return redirect_to_login(request.get_full_path(), url) if request.method == "GET" else redirect(url)


def _set_up(request: HttpRequest, user: User) -> HttpResponse:
    form = SetUpForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            codes = second_factor.set_up(
                user=user, sealed=request.POST.get("sealed", ""), code=form.cleaned_data["code"]
            )
        except NotPossible as refused:
            form.add_error("code", str(refused))
        else:
            _let_in(request, user)
            return _show_codes(request, codes)
    sealed = request.POST.get("sealed", "")
    try:
        secret = second_factor.secret_in(sealed, user)
    except NotPossible:
        sealed = second_factor.proposed(user)
        secret = second_factor.secret_in(sealed, user)
    address = totp.address(secret, user.email)
    context = {
        "form": form,
        "sealed": sealed,
        "address": mark_safe(address.replace("&", "&amp;")),  # noqa: S308 - quoted by totp.address
        "picture": mark_safe(totp.picture(address)),  # noqa: S308 - an SVG of our own making
        "secret": " ".join(re.findall(".{4}", secret)),
    }
    return _answer(request, "second_factor_set_up", "Set up your second factor", context, is_in=False)


def _ask(request: HttpRequest, user: User) -> HttpResponse:
    form = _code_form(request, user)
    if form.is_valid():
        _let_in(request, user)
        left = second_factor.codes_left(user)
        if left <= second_factor.FEW_CODES:
            messages.warning(request, FEW_LEFT.format(left))
        return redirect(_wanted(request))
    return _answer(request, "second_factor_code", "Enter your code", {"form": form}, is_in=False)


def _own(request: HttpRequest, user: User) -> HttpResponse:
    form = _code_form(request, user)
    if form.is_valid():
        signing_in.was_right(request, user)
        if "another" in request.POST:
            second_factor.take_off(user=user)
            return redirect("admin:second_factor")
        return _show_codes(request, second_factor.make_new_codes(user=user))
    context = {
        "form": form,
        "set_up_at": SecondFactor.objects.get(user=user).set_up_at,
        "left": second_factor.codes_left(user),
        "is_asked_for": second_factor.is_asked_for(),
    }
    return _answer(request, "second_factor", "Your second factor", context)


def _show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    context = {"codes": codes, "as_text": "\n".join(codes), "next": _wanted(request)}
    return _answer(request, "second_factor_codes", "Keep your recovery codes", context)


def _code_form(request: HttpRequest, user: User) -> CodeForm:
    return CodeForm(request.POST if request.method == "POST" else None, request=request, user=user)


def _let_in(request: HttpRequest, user: User) -> None:
    second_factor.remember(request, user)
    if second_factor.is_asked_for():
        signing_in.succeeded(request, user)


def _wanted(request: HttpRequest) -> str:
    """The staff page that led here, and the desk where none did."""
    wanted = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/staff/")
    return wanted if is_ours else reverse("admin:index")


def _answer(
    request: HttpRequest, template: str, title: str, context: dict[str, Any], *, is_in: bool = True
) -> HttpResponse:
    """The page; for whoever is not in yet without the navigation."""
    around = admin.site.each_context(request)
    if not is_in:
        around = {**around, "has_permission": False, "tasks": []}
    return TemplateResponse(request, f"registration/{template}.html", {**around, "title": title, **context})
