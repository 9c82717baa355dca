"""The admin site staff work in, at /staff/: its index is the dashboard."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.module_loading import import_string

from .forms import SignInForm

# Django's admin runs its own scripts from our own address; nothing else does.
with_scripts = csp_update({"script-src": [SELF], "connect-src": [SELF], "frame-src": [SELF]})


class StaffSite(AdminSite):
    site_header = "Accord Portal"
    site_title = "Accord Portal staff"
    index_title = "Today"
    site_url = "/"
    index_template = "staff/dashboard.html"
    enable_nav_sidebar = False
    login_form = SignInForm

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        return with_scripts(super().admin_view(view, cacheable))

    @method_decorator(with_scripts)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().login(request, extra_context)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """What staff must see today, before the list of everything they can open."""
        panels = import_string(settings.STAFF_DASHBOARD)(request.user)
        return super().index(request, {**panels, **(extra_context or {})})
