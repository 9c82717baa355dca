"""The admin site staff work in, at /staff/, where the desk stands in the place of its index."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth import views as auth
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse_lazy
from django.utils.module_loading import import_string

from . import (
    factor_set_up,
    giving_back,
    idling,
    navigation,
    own_sessions,
    session_pages,
    sign_on_pages,
    signing_in,
    single_sign_on,
)
from .act_admin import signed_in
from .forms import LinkForm, SignInForm
from .log import log
from .models import LogLine
from .record_admin import RecordAdmin

ROOMS = ("accord_portal", "champions", "responses")

# A message as it will arrive, and how far a long job is, stand in frames of our own; scripts warn
# before the session ends, and ask the browser for a passkey.
with_frames_and_script = csp_update({"frame-src": [SELF], "script-src": [SELF]})


class SetPassphraseView(auth.PasswordResetConfirmView):
    """Django's page behind the link; the account is let go and signed out, and the log has it."""

    def form_valid(self, form: Any) -> HttpResponse:
        signing_in.let_go(self.request, form.user)
        own_sessions.end_others(user=form.user, here=None)
        return super().form_valid(form)


class StaffSite(AdminSite):
    site_header = "Accord Portal"
    site_title = "Accord Portal staff"
    site_url = "/"
    enable_nav_sidebar = False
    login_form = SignInForm

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Takes pages that keep the rules of `RecordAdmin`, and leaves out those that libraries bring.

        Raises ImproperlyConfigured for a page of our own that does not keep them.
        """
        if admin_class and issubclass(admin_class, RecordAdmin):
            super().register(model_or_iterable, admin_class, **options)
        elif getattr(admin_class, "__module__", "").split(".")[0] in ROOMS:
            raise ImproperlyConfigured(f"Make {admin_class.__name__} a RecordAdmin or an ActAdmin.")

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        page = super().admin_view(_with_refusals_logged(view), cacheable)
        return with_frames_and_script(giving_back.kept_when_late(page))

    def get_urls(self) -> list[Any]:
        """Django's own reset by mail beside Django's own admin."""
        words = {"site_header": self.site_header, "site_title": self.site_title}

        def page(view: Any, title: str, **options: Any) -> Any:
            return view.as_view(extra_context={**words, "title": title}, **options)

        ask = page(
            auth.PasswordResetView,
            "Set a new passphrase",
            form_class=LinkForm,
            success_url=reverse_lazy("admin:password_reset_done"),
        )
        confirm = page(
            SetPassphraseView,
            "Set your passphrase",
            success_url=reverse_lazy("admin:password_reset_complete"),
        )
        return [
            path("figures/", self.admin_view(self.figures), name="figures"),
            path("sessions/", self.admin_view(session_pages.page), name="sessions"),
            path("stay/", self.admin_view(idling.stay), name="stay"),
            path("kept/<int:pk>/", self.admin_view(giving_back.page), name="kept_form"),
            *(
                path(f"second-factor/{address}", self.admin_view(view), name=name)
                for address, view, name in factor_set_up.PAGES
            ),
            path("single-sign-on/<slug:name>/", sign_on_pages.there, name="single_sign_on"),
            path("single-sign-on/<slug:name>/back/", sign_on_pages.back, name="single_sign_on_back"),
            path("password_reset/", ask, name="password_reset"),
            path(
                "password_reset/done/",
                page(auth.PasswordResetDoneView, "Look at your mail"),
                name="password_reset_done",
            ),
            path("reset/<uidb64>/<token>/", confirm, name="password_reset_confirm"),
            path(
                "reset/done/",
                page(auth.PasswordResetCompleteView, "Your passphrase is set"),
                name="password_reset_complete",
            ),
            *(
                path(f"{task.name}/", self.admin_view(_page_of(task, self)), name=task.name)
                for task in navigation.NAVIGATION
                if task.listings
            ),
            *super().get_urls(),
        ]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page's head needs."""
        return {
            "site_title": self.site_title,
            "site_header": self.site_header,
            "has_permission": self.has_permission(request),
            "signed_in_until": idling.ends_at(request),
            "signed_in_seconds": idling.seconds_left(request),
            **navigation.here(request, self._registry),
        }

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Django's, saying if a form waits; from then on the session ends when nobody asks for anything."""
        context = {
            "providers": single_sign_on.providers(),
            "leads_to_kept": giving_back.leads_to_kept(request),
        }
        answer = super().login(request, {**(extra_context or {}), **context})
        if request.method == "POST" and answer.status_code == HTTPStatus.FOUND:
            idling.begin(request)
        return answer

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Django's; once the passphrase is another, every other session of the account ends."""
        answer = super().password_change(request, extra_context)
        if request.method == "POST" and answer.status_code == HTTPStatus.FOUND:
            user = signed_in(request)
            log(LogLine.Act.PASSPHRASE_SET, user, by=user)
            own_sessions.end_others(user=user, here=request.session.session_key)
        return answer

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> Any:
        """Pages stand by task, and not by the package they are in."""
        return redirect("admin:index")

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """No form of ours looks anything up as one types."""
        raise Http404

    def figures(self, request: HttpRequest) -> TemplateResponse:
        """Figures of the last quarter, or of a year: those that the member of staff may see."""
        weeks = 52 if request.GET.get("weeks") == "52" else 13
        panels = import_string(settings.STAFF_FIGURES)(request.user, weeks=weeks)
        context = {**self.each_context(request), "title": "Figures", **panels}
        return TemplateResponse(request, "staff/figures.html", context)


def _page_of(task: navigation.Task, site: StaffSite) -> Callable[[HttpRequest], HttpResponse]:
    """The page with the lists of this task; 403 for those who may open none of them."""

    def page(request: HttpRequest) -> HttpResponse:
        context = site.each_context(request)
        mine = next((each for each in context["tasks"] if each.name == task.name), None)
        if mine is None or not mine.listings:
            raise PermissionDenied
        pages = [*mine.listings, *mine.overviews]
        return TemplateResponse(request, "staff/task.html", {**context, "title": task.words, "pages": pages})

    return page


def _with_refusals_logged(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view; where it refuses somebody who is signed in, the log says whom, when and which page."""

    @wraps(view)
    def logged(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (PermissionDenied, SuspiciousOperation):
            if request.user.is_authenticated:
                log(LogLine.Act.REFUSED, "page", by=request.user, detail=request.path[:300])
            raise

    return logged
