"""A public page as it will stand once an act is done, looked at before the act is.

The act is done and undone, and between the two the page is made by the view that the public gets it from.
"""

from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, resolve, reverse

from accord_portal.foundation.acts import NotPossible

from .act_admin import ActAdmin, Record


class PreviewedAdmin(ActAdmin[Record]):
    """A page with acts, of which those named change a public page: each is looked at, then pressed there."""

    previewed: dict[str, str] = {}  # the act, and what its button says

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.public_preview_view)
        return [
            path("<int:pk>/preview/<slug:act>/", view, name=self._url_name("preview")),
            *super().get_urls(),
        ]

    def beside_preview(self, record: Record) -> dict[str, str]:
        """What the public page has to know of, while it is only looked at."""
        return {}

    def public_preview_view(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        """The public page as the act would make it, above it the button that does the act."""
        record = get_object_or_404(self.get_queryset(request), pk=pk)
        if act not in self.previewed:
            raise Http404
        if act not in self.allowed(request):
            raise PermissionDenied
        form = self._form(act, record, request, {})
        form.is_valid()
        do = partial(self.acts[act].do, **self.arguments(request, record, act, form))
        bar = {
            "button": self.previewed[act],
            "act_url": reverse(f"admin:{self._url_name('act')}", args=[record.pk, act]),
            "back_url": self._page_url(record),
            "shown": self.fingerprint(record),
            **self.beside_preview(record),
        }
        try:
            return _page_after(request, record, do, bar)
        except NotPossible as refused:
            form.add_error(None, str(refused))
            return self._page(request, record, act, form)


def _page_after(request: HttpRequest, record: Any, do: Any, bar: dict[str, str]) -> HttpResponse:
    with transaction.atomic():
        do()
        record.refresh_from_db()
        view = resolve(record.get_absolute_url())
        request.previewed = bar  # type: ignore[attr-defined]
        page: HttpResponse = view.func(request, *view.args, **view.kwargs)
        transaction.set_rollback(True)
    return page
