"""The pages that set up an authenticator app or a passkey, and what a passkey's script asks for."""

import re
from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST

from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible

from . import challenges, passkeys, second_factor, totp
from .act_admin import signed_in
from .factor_pages import answer, codes_as_text, let_in, page, show_codes, wanted
from .forms import AddPasskeyForm, GivePasskeyForm, SetUpForm
from .models import User

View = Callable[[HttpRequest], HttpResponseBase]


def _may_change(view: Callable[[HttpRequest, User], HttpResponse]) -> View:
    """For whoever has no second factor yet, or gave it just now; others are led to give it."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        user = signed_in(request)
        if second_factor.generation(user) and not second_factor.was_given_just_now(request, user):
            return redirect("admin:second_factor")
        return view(request, user)

    return guarded


@require_http_methods(["GET", "POST"])
@_may_change
def app(request: HttpRequest, user: User) -> HttpResponse:
    """Shows a new secret, and takes the first code that an app makes of it."""
    is_in = second_factor.was_given(request)
    form = SetUpForm(request.POST if request.method == "POST" else None)
    sealed = request.POST.get("sealed", "")
    if form.is_valid():
        try:
            codes = second_factor.set_up(user=user, sealed=sealed, code=form.cleaned_data["code"])
        except ChangedMeanwhile:  # a second press, as a rule
            return redirect("admin:second_factor")
        except NotPossible as refused:
            form.add_error("code", str(refused))
        else:
            let_in(request, user, was_in=is_in, was_tried=False)
            return _go_on(request, codes, "Your authenticator app is set up.", is_in=is_in)
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
        "stands": second_factor.generation(user),
    }
    return answer(request, "second_factor_set_up", "Set up an authenticator app", context, is_in=is_in)


@require_http_methods(["GET", "POST"])
@_may_change
def passkey(request: HttpRequest, user: User) -> HttpResponse:
    """Asks for a name, and takes the passkey that the browser makes."""
    is_in = second_factor.was_given(request)
    form = AddPasskeyForm(request.POST if request.method == "POST" else None, request=request, user=user)
    if form.is_valid():
        let_in(request, user, was_in=is_in)
        return _go_on(request, form.codes, "Your passkey is added.", is_in=is_in)
    context = {"form": form, "is_possible": passkeys.are_possible(), "stands": second_factor.generation(user)}
    return answer(request, "second_factor_passkey", "Add a passkey", context, is_in=is_in)


@require_POST
@_may_change
def to_add(request: HttpRequest, user: User) -> HttpResponse:
    """What the script asks of the browser in order to make a passkey."""
    options, state = passkeys.to_add(user)
    challenges.keep(request.session, AddPasskeyForm.what_for, state)
    return JsonResponse(options)


@require_POST
def to_give(request: HttpRequest) -> HttpResponse:
    """What the script asks of the browser in order to sign with a passkey."""
    options, state = passkeys.to_give(signed_in(request))
    challenges.keep(request.session, GivePasskeyForm.what_for, state)
    return JsonResponse(options)


def _go_on(request: HttpRequest, codes: list[str], said: str, *, is_in: bool) -> HttpResponse:
    if codes:
        return show_codes(request, codes)
    messages.success(request, said)
    return redirect("admin:second_factor" if is_in else wanted(request))


PAGES: list[tuple[str, View, str]] = [
    ("", page, "second_factor"),
    ("codes.txt", codes_as_text, "recovery_codes"),
    ("app/", app, "set_up_app"),
    ("passkey/", passkey, "add_passkey"),
    ("passkey/to-add/", to_add, "passkey_to_add"),
    ("passkey/to-give/", to_give, "passkey_to_give"),
]
