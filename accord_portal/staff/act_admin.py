"""Admin pages whose record is never edited by hand: staff read it and press the acts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar, cast
from urllib.parse import urlencode

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.crypto import get_random_string
from django.utils.html import format_html

from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible

from . import previewing
from .models import User
from .record_admin import RecordAdmin, shown_to
from .roles import ROLES

Record = TypeVar("Record", bound=Model)


def signed_in(request: HttpRequest) -> User:
    """The member of staff at the keyboard; the admin lets nobody else in."""
    return cast(User, request.user)


def key_in(address: str) -> int:
    """The key that stands in a page's address; 0, which nothing has, where it is no number."""
    return int(address) if address.isdecimal() and len(address) < 19 else 0


def from_the_desk(request: HttpRequest) -> str:
    """Where on the desk this page was opened, to be carried along in its addresses; "" where it was not."""
    opened = request.GET.get("desk", "")
    return f"?{urlencode({'desk': opened})}" if opened else ""


def say_done(request: HttpRequest, words: str) -> None:
    """Says that an act is done; with the way to the next item, where the page was opened from the desk."""
    if opened := from_the_desk(request):
        next_one = f"{reverse('desk-next')}{opened}"
        words = format_html('{} <a class="next" href="{}" autofocus>Next one</a>', words, next_one)
    messages.success(request, words)


class ButtonForm(Form):
    """Nothing to fill in: the button says it."""


@dataclass(frozen=True)
class Act:
    """One button: the form behind it, the function that does it, and what is said when it is done.

    `needs` are the permissions it takes, all of them; the one to change the kind of record unless told.
    """

    do: Callable[..., Any]
    done: str
    form: type[Form] = ButtonForm
    needs: tuple[str, ...] = ()
    is_shown_first: bool = False  # what it mails is looked at, then sent


class ActAdmin(RecordAdmin, Generic[Record]):
    """A read-only page with the acts as buttons; after a refusal, everything typed is still there."""

    acts: dict[str, Act] = {}
    page_template: str

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.act_view)
        return [path("<int:pk>/act/<slug:act>/", view, name=self._url_name("act")), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        record = get_object_or_404(self.get_queryset(request), pk=key_in(object_id))
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        return self._page(request, record)

    def act_view(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        """Binds the act's form, calls the act, and goes back to the page."""
        record = get_object_or_404(self.get_queryset(request), pk=pk)
        if act not in self.acts:
            raise Http404
        if act not in self.allowed(request):
            raise PermissionDenied
        if request.method != "POST":
            return redirect(self._page_url(record) + from_the_desk(request))
        if "change" in request.POST:
            return self._page(request, record, act, self._form_again(act, record, request))
        form = self._form(act, record, request, request.POST)
        if form.is_valid():
            try:
                self.expect_as_seen(request, record)
                do = partial(self.acts[act].do, **self.arguments(request, record, act, form))
                if not self.acts[act].is_shown_first:
                    do()
                elif shown := request.POST.get("as_shown"):
                    previewing.carry_out(do, shown=shown)
                else:
                    behind = self.behind_the_link(act, form.cleaned_data)
                    return self._preview(request, record, previewing.rehearse(do), behind)
            except NotPossible as refused:
                form.add_error(None, str(refused))
            else:
                say_done(request, self.done(record, act, form))
                return redirect(self.page_after(record, act) + from_the_desk(request))
        record.refresh_from_db()
        return self._page(request, record, act, form)

    def done(self, record: Record, act: str, form: Form) -> str:
        """What is said when the act is done."""
        return self.acts[act].done

    def page_after(self, record: Record, act: str) -> str:
        """Where staff are once the act is done."""
        return self._page_url(record)

    def fingerprint(self, record: Record) -> str:
        """What changes where somebody acts on the record; each form carries it, "" for no check."""
        return ""

    def expect_as_seen(self, request: HttpRequest, record: Record) -> None:
        """Raises ChangedMeanwhile where the record is not as the page showed it."""
        if request.POST.get("shown", "") != self.fingerprint(record):
            raise ChangedMeanwhile(
                "This was changed since you opened the page. Look at it as it is now, then press again."
            )

    def looked_at(self, request: HttpRequest, record: Record) -> None:
        """Called whenever the page is shown; where looking is logged, it is logged here."""

    def needed(self, act: str) -> tuple[str, ...]:
        """The permissions that the act takes."""
        return self.acts[act].needs or (f"{self.opts.app_label}.change_{self.opts.model_name}",)

    def allowed(self, request: HttpRequest) -> list[str]:
        """The acts that this member of staff may press the buttons of."""
        return [act for act in self.acts if signed_in(request).has_perms(self.needed(act))]

    def may_act(self, request: HttpRequest) -> bool:
        """Whether there is any such act."""
        return bool(self.allowed(request))

    def roles_for_the_rest(self, request: HttpRequest) -> str:
        """Who may do what this member of staff may not do with such a record, "" where they may do all."""
        rest = [set(self.needed(act)) for act in self.acts if act not in self.allowed(request)]
        roles = [role.name for role in ROLES if any(needs <= role.permissions for needs in rest)]
        return " or ".join(roles).lower()

    def arguments(self, request: HttpRequest, record: Record, act: str, form: Form) -> dict[str, Any]:
        """What the act is called with."""
        return {"by": signed_in(request), **form.cleaned_data}

    def form_arguments(self, record: Record, act: str) -> dict[str, Any]:
        """What the act's form is made with."""
        return {}

    def preview_hint(self, record: Record) -> str:
        """What staff ought to know of a message about this record, beside the message itself."""
        return ""

    def behind_the_link(self, act: str, said: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
        """What the page behind the message's link says, under headings; `said` is the form's clean input."""
        return ()

    def page_context(self, request: HttpRequest, record: Record) -> dict[str, Any]:
        """What the page shows beside the acts."""
        return {}

    def _form(
        self, act: str, record: Record, request: HttpRequest, data: Mapping[str, Any] | None = None
    ) -> Form:
        about = self.form_arguments(record, act)
        if data is not None and request.FILES:
            about = {"files": request.FILES, **about}
        form = self.acts[act].form(data, auto_id=f"id_{act}_%s", **about)
        form.filled_in_by = signed_in(request)  # type: ignore[attr-defined]
        return form

    def _form_again(self, act: str, record: Record, request: HttpRequest) -> Form:
        """The form with what was typed in it, to go on with."""
        form = self._form(act, record, request)
        for name, field in form.fields.items():
            form.initial[name] = field.widget.value_from_datadict(request.POST, {}, name)
        return form

    def _preview(
        self,
        request: HttpRequest,
        record: Record,
        preview: previewing.Preview,
        behind: Sequence[tuple[str, str]],
    ) -> HttpResponse:
        """What goes out, exactly, with one button that sends it and one that leads back to the form."""
        record.refresh_from_db()
        nonce = get_random_string(22)
        typed = [(name, value) for name, values in request.POST.lists() for value in values]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "record": record,
            "title": "As it will arrive" if preview.to else "Nothing is mailed",
            "message": preview,
            "page": previewing.styles_as_rules(preview.html, nonce),
            "typed": [pair for pair in typed if pair[0] != "csrfmiddlewaretoken"],
            "text": request.POST.get("text", ""),
            "hint": self.preview_hint(record),
            "behind": behind,
            "act_url": request.get_full_path(),
        }
        allow = csp_replace({"style-src": [SELF, f"'nonce-{nonce}'"]})
        view = allow(lambda request: TemplateResponse(request, "staff/preview.html", context))
        return cast(HttpResponse, view(request))

    def _page(
        self, request: HttpRequest, record: Record, act: str = "", refused: Form | None = None
    ) -> HttpResponse:
        self.looked_at(request, record)
        forms = {
            name: refused if refused is not None and name == act else self._form(name, record, request)
            for name in self.allowed(request)
        }
        opened = from_the_desk(request)
        urls = {
            name: reverse(f"admin:{self._url_name('act')}", args=[record.pk, name]) + opened for name in forms
        }
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "record": record,
            "title": shown_to(signed_in(request), str(record)),
            "forms": forms,
            "act_urls": urls,
            "shown": self.fingerprint(record),
            "refused": act if refused is not None and refused.errors else "",
            "refused_form": refused,
            "may_act": self.may_act(request),
            "may_only_read": not forms,
            "roles_for_the_rest": self.roles_for_the_rest(request),
            **self.page_context(request, record),
        }
        return TemplateResponse(request, self.page_template, context)

    def _url_name(self, what: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{what}"

    def _page_url(self, record: Record) -> str:
        return reverse(f"admin:{self._url_name('change')}", args=[record.pk])

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
