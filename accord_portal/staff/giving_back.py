"""A form that is sent after its session ended is kept, and comes back once its writer has signed in again.

The page of the form shows it filled in as typed, with its own button. Where there is no such page, or it
has no such form any more, the words stand on a page of their own. Nothing is done by signing in.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from accord_portal.foundation.http_answers import unkept

from . import ended, kept_forms, refilling
from .act_admin import key_in, signed_in

STAFF, KEPT = "/staff/", "kept"
NEVER_KEPT_PAGES = ("login/", "logout/", "password_", "reset/", "second-factor/", "stay/", "sessions/")
# A press that says a message was looked at is not kept: it is looked at again.
NEVER_KEPT_FIELDS = {refilling.TOKEN, KEPT, "as_shown"}
MAX_ADDRESS = 2000
WORDLESS = ("seen", "shown", "desk", "sure", "only", "item")
with_script = csp_update({"script-src": [SELF]})  # as each staff page
View = Callable[..., HttpResponseBase]


def kept_when_late(view: View) -> View:
    """The view of a staff page; what is posted to it after the session ended is kept, its token looked at."""

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_late = request.method == "POST" and not request.user.is_authenticated and _may_be_kept(request)
        user = ended.account_behind(request) if is_late else None
        if user is None:
            return view(request, *args, **kwargs)
        kept_forms.done_with(user, _key(request.POST))
        key = kept_forms.keep(user, _typed(request))
        return redirect_to_login(reverse("admin:kept_form", args=[key]), reverse("admin:login"))

    return kept


def leads_to_kept(request: HttpRequest) -> str:
    """Whether this sign-in is on the way to a form that was kept: "yes", "too long", or ""."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if not wanted.startswith(f"{STAFF}{KEPT}/"):
        return ""
    return "too long" if wanted == reverse("admin:kept_form", args=[0]) else "yes"


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """To the page of the form that was kept, or word that nothing is kept for whoever asks."""
    typed = kept_forms.of(signed_in(request), pk)
    if typed:
        return redirect(_with_key(typed.page, pk))
    context = {**admin.site.each_context(request), "title": "Nothing is kept here", "is_too_long": pk == 0}
    return render(request, "staff/kept_none.html", context, status=404)


class GiveBack:
    """The page of a form that was kept, with the form filled in; once it is sent nothing of it is kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.get_response(request)
        key = _key(request.GET) if request.method == "GET" else 0
        if key and (typed := kept_forms.of(signed_in(request), key)):
            return self._filled_in(request, key, typed)
        answer = self.get_response(request)
        if request.method == "POST" and answer.status_code < 400 and (key := _key(request.POST)):
            kept_forms.done_with(signed_in(request), key)
        return answer

    def _filled_in(self, request: HttpRequest, key: int, typed: kept_forms.Typed) -> HttpResponseBase:
        asked = request.get_full_path()
        _leave_out_the_key(request)
        answer = self.get_response(request)
        leads_to = answer.get("Location", "")
        if answer.status_code in (301, 302, 303) and leads_to.startswith(STAFF):
            answer["Location"] = _with_key(leads_to, key)
            return answer
        if isinstance(answer, HttpResponse) and answer.status_code == 200 and _is_page(answer):
            html = refilling.refill(
                answer.content.decode(),
                page=urlsplit(asked)._replace(query=request.META["QUERY_STRING"]).geturl(),
                action=typed.action,
                fields=typed.fields,
                above=render_to_string("staff/kept_above.html", {"typed": typed}),
                within=format_html('<input type="hidden" name="{}" value="{}">', KEPT, key),
            )
            if html is not None:
                answer.content = html.encode()
                return unkept(answer)
        return _by_itself(request, key, typed)


def _by_itself(request: HttpRequest, key: int, typed: kept_forms.Typed) -> HttpResponseBase:
    """What was typed, in words, with a button that sends it."""
    fields = [(name, value) for name, values in typed.fields.items() for value in values]
    context = {
        **admin.site.each_context(request),
        "title": "Not sent yet",
        "typed": typed,
        "fields": [*fields, (KEPT, key)],
        "written": [value for name, value in fields if value.strip() and name not in WORDLESS],
    }
    view = with_script(lambda request: render(request, "staff/kept.html", context))
    return unkept(view(request))


def _is_page(answer: HttpResponse) -> bool:
    return answer.get("Content-Type", "").startswith("text/html")


def _may_be_kept(request: HttpRequest) -> bool:
    page = request.path.removeprefix(STAFF)
    return not page.startswith((*NEVER_KEPT_PAGES, f"{KEPT}/"))


def _typed(request: HttpRequest) -> kept_forms.Typed:
    fields = {
        name: values
        for name, values in request.POST.lists()
        if name not in NEVER_KEPT_FIELDS and "passphrase" not in name and "password" not in name
    }
    action = request.get_full_path()
    return kept_forms.Typed(action, _page_of(request) or action, fields, bool(request.FILES))


def _page_of(request: HttpRequest) -> str:
    """The staff page that the form stood on, as the browser says."""
    said = request.headers.get("referer", "")
    parts = urlsplit(said)
    is_ours = url_has_allowed_host_and_scheme(said, {request.get_host()}) and parts.path.startswith(STAFF)
    if not is_ours or len(said) > MAX_ADDRESS:
        return ""
    return _address(parts.path, _without_key(parts.query))


def _with_key(address: str, key: int) -> str:
    parts = urlsplit(address)
    return f"{_address(parts.path, [*_without_key(parts.query), (KEPT, str(key))])}#{KEPT}"


def _without_key(query: str) -> list[tuple[str, str]]:
    return [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != KEPT]


def _address(path: str, query: list[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _leave_out_the_key(request: HttpRequest) -> None:
    """Some pages take no word in their address that they do not know."""
    request.META["QUERY_STRING"] = urlencode(_without_key(request.META.get("QUERY_STRING", "")))
    request.GET = QueryDict(request.META["QUERY_STRING"])


def _key(said: QueryDict) -> int:
    return key_in(said.get(KEPT, ""))
