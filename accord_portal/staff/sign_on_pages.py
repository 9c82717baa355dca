"""The two pages of signing in through a provider: on the way there, and back."""

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accord_portal.foundation.acts import NotPossible

from . import idling, second_factor, signing_in, single_sign_on
from .forms import LOCKED
from .single_sign_on import SignInProvider

NEXT = "after_single_sign_on"


@never_cache
@require_safe
def there(request: HttpRequest, name: str) -> HttpResponseBase:
    """To the provider."""
    provider = _named(name)
    wanted = request.GET.get("next", "")
    try:
        answer = single_sign_on.lead_there(request, provider)
    except NotPossible as refusal:
        return _refused(request, str(refusal))
    request.session[NEXT] = wanted if url_has_allowed_host_and_scheme(wanted, None) else ""
    return answer


@never_cache
@require_safe
def back(request: HttpRequest, name: str) -> HttpResponseBase:
    """From the provider: signed in, with the second factor still to be given where it is ours that counts."""
    provider = _named(name)
    wanted = request.session.pop(NEXT, "")
    if not signing_in.client_may_try(request):
        return _refused(request, LOCKED)
    try:
        user, is_strong = single_sign_on.who_came_back(request, provider)
    except NotPossible as refusal:
        signing_in.refused_by_provider(request, provider.name)
        return _refused(request, str(refusal))
    login(request, user)
    idling.begin(request)
    signing_in.through_provider(request, user, provider.name)
    if is_strong:
        second_factor.given_elsewhere(request, provider.name)
    return redirect(wanted or "admin:index")


def _named(name: str) -> SignInProvider:
    provider = single_sign_on.provider_named(name)
    if provider is None:
        raise Http404
    return provider


def _refused(request: HttpRequest, reason: str) -> HttpResponse:
    context = {"title": "You are not signed in", "reason": reason, "site_title": "Accord Portal staff"}
    return render(request, "staff/not_signed_in.html", context, status=403)
