"""Lists of the register of which several rows are tagged at once: chosen, looked at, then confirmed."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.act_admin import key_in, signed_in
from champions import tagging
from champions.forms.tagging import TagForm

MANY_TO_TAG = 100  # at once


class TaggedAdmin(admin.ModelAdmin[Any]):
    """Adds “Tag these” to the list, the page that asks what with, and the page that confirms it."""

    actions = ["tag_these"]

    @admin.action(description="Tag these", permissions=["tag"])
    def tag_these(self, request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse:
        """Leads to the page that asks what with."""
        keys = chosen.order_by("pk").values_list("pk", flat=True)[:MANY_TO_TAG]
        return redirect(f"{reverse(self._tag_page())}?rows={'.'.join(map(str, keys))}")

    def has_tag_permission(self, request: HttpRequest) -> bool:
        """Who may correct one of them may tag several."""
        return signed_in(request).has_perm(f"champions.change_{self.opts.model_name}")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.tag_view)
        return [path("tag/", view, name=self._tag_page().partition(":")[2]), *super().get_urls()]

    def tag_view(self, request: HttpRequest) -> HttpResponse:
        """Asks what with; then names each with what it gets; then does it, for all or for none."""
        if not self.has_tag_permission(request):
            raise PermissionDenied
        keys = [key_in(key) for key in request.GET.get("rows", "").split(".")][:MANY_TO_TAG]
        rows: list[Any] = list(self.get_queryset(request).filter(pk__in=keys).order_by("pk"))
        form = TagForm(request.POST or None, kind=self.model)
        gets: list[tuple[Any, list[Any]]] = []
        if form.is_valid():
            tags, how = form.tags(), form.cleaned_data["how"]
            gets = [(row, tagging.additions(row, tags)) for row in rows]
            if "confirmed" in request.POST:
                try:
                    number = tagging.tag(rows=rows, tags=tags, by=signed_in(request), how=how)
                except NotPossible as refused:
                    form.add_error(None, str(refused))
                    gets = []
                else:
                    messages.success(request, f"Tagged: {number}.")
                    return redirect(reverse(f"admin:champions_{self.opts.model_name}_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Tag these",
            "rows": rows,
            "gets": gets,
            "form": form,
            "typed": [(name, value) for name, values in request.POST.lists() for value in values],
            "comes_down": not signed_in(request).has_perm("champions.publish_champion"),
        }
        return TemplateResponse(request, "staff/tag.html", context)

    def _tag_page(self) -> str:
        return f"admin:champions_{self.opts.model_name}_tag"
