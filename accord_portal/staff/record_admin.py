"""What holds for every page of the admin, so that no page has to think of it.

- Nothing is deleted, and what a record said before it was changed is kept.
- A list is asked by its own filters and by nothing else: with any lookup on any column, whole
  addresses are read out letter by letter.
- Addresses and numbers of people are for those who may see them.
- Text is kept as it is from every form of ours: with something to see in it.
"""

from collections.abc import Callable, Sequence
from typing import Any, cast
from urllib.parse import parse_qsl

from django.contrib import admin, messages
from django.contrib.admin.utils import label_for_field, lookup_field, unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth.models import AnonymousUser
from django.db.models import CharField, Field, ManyToManyField, Model, SlugField, TextField
from django.forms import CheckboxSelectMultiple
from django.forms import SlugField as SlugFormField
from django.forms.models import _get_foreign_key
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accord_portal.foundation.contact_details import hidden
from accord_portal.foundation.fields import ComposedCharField, OneLineField
from accord_portal.foundation.folding import free_slug
from accord_portal.foundation.text import isolated

from . import as_seen, navigation, revisions
from .as_seen import AsSeenForm
from .models import User
from .roles import SEE_DETAILS

FORM_FIELDS: dict[Any, Any] = {  # addresses and URLs have their own
    CharField: {"form_class": OneLineField},
    TextField: {"form_class": ComposedCharField},
    SlugField: {"form_class": SlugFormField},
}
ADDRESS_HELP = "The end of the page’s address: small letters, digits and hyphens."
ASKED_BY_FILTERS = ["", "__exact", "__in", "__isnull", "__isempty", "__id__exact"]


def sees_details(user: User | AnonymousUser) -> bool:
    """Whether this member of staff sees how people are reached."""
    return user.has_perm(SEE_DETAILS)


def shown_to(user: User | AnonymousUser, text: str) -> str:
    """The text as this member of staff sees it: without addresses and numbers, unless they may see them."""
    return text if sees_details(user) else hidden(text)


class RecordAdmin(admin.ModelAdmin[Any]):
    """The base of every page; the site takes no other."""

    object_history_template = "staff/history.html"
    formfield_overrides = FORM_FIELDS
    contact_details: Sequence[str] = ()  # columns and search fields that hold an address or a number
    free_text: Sequence[str] = ()  # columns in which somebody may have written one

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what the list's own filters ask."""
        filters = self.list_filter if request is None else self.get_list_filter(request)
        return lookup in {asked for item in filters for asked in _asked_by(item)}

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        """Nothing points to a record but by its key."""
        pk = self.opts.pk
        return pk is not None and to_field == pk.name

    def columns(self, request: HttpRequest) -> Sequence[str]:
        """The columns of the list, before what hides addresses and numbers."""
        return cast(Sequence[str], super().get_list_display(request))

    def get_list_display(self, request: HttpRequest) -> Any:
        columns = self._seen_by(request, self.columns(request))
        if sees_details(cast(User, request.user)):
            return columns
        return [_hiding(self, name) if name in self.free_text else name for name in columns]

    def get_search_fields(self, request: HttpRequest) -> Any:
        return self._seen_by(request, super().get_search_fields(request))

    def _seen_by(self, request: HttpRequest, names: Sequence[Any]) -> list[Any]:
        hidden = () if sees_details(cast(User, request.user)) else self.contact_details
        return [name for name in names if name not in hidden]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """The field's own control, with no buttons for other records beside it."""
        if isinstance(db_field, ManyToManyField):
            kwargs["widget"] = CheckboxSelectMultiple()
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, SlugField) and field is not None:
            field.label, field.help_text = "Page address", ADDRESS_HELP
            field.required = db_field.name not in self.prepopulated_fields
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        listing = navigation.listing_of(self.opts.label_lower)
        title = listing.words if listing else str(self.opts.verbose_name_plural).capitalize()
        words = {"title": title, "add_words": self._words_for_new()}
        details_hidden = bool(self.contact_details or self.free_text)  # from those who may not see them
        context = {**words, "details_hidden": details_hidden, **(extra_context or {})}
        return super().changelist_view(request, context)

    def get_form(
        self, request: HttpRequest, obj: Any | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        records = [obj, *self._rows_of(obj)] if obj is not None else []
        return type(form.__name__, (AsSeenForm, form), {"records": records})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        record = kwargs.get("obj")
        named = shown_to(cast(User, request.user), str(record)) if record else self._words_for_new()
        may_save = self.has_change_permission(request, record) if record else True
        seen = as_seen.shown(context["adminform"].form)
        context |= {"title": named, "subtitle": "", "may_save": may_save, "seen": seen}
        return super().render_change_form(request, context, *args, **kwargs)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._saved(request, obj)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._saved(request, obj)

    def _saved(self, request: HttpRequest, record: Model) -> HttpResponse:
        """Says so, and goes to the list, or stays where that was asked for."""
        named = isolated(shown_to(cast(User, request.user), str(record)))
        messages.success(request, f"Saved: {named}")
        page = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        if "_continue" in request.POST:
            return redirect(reverse(f"{page}_change", args=[record.pk]))
        kept = dict(parse_qsl(self.get_preserved_filters(request))).get("_changelist_filters", "")
        return redirect(f"{reverse(f'{page}_changelist')}{'?' if kept else ''}{kept}")

    def _words_for_new(self) -> str:
        listing = navigation.listing_of(self.opts.label_lower)
        return listing.new if listing and listing.new else f"New {self.opts.verbose_name}"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Gives it a page address where none was typed, and remembers what it and its rows said before."""
        for name, sources in self.prepopulated_fields.items():
            if not getattr(obj, name):
                words = " ".join(str(getattr(obj, source)) for source in sources)
                setattr(
                    obj, name, free_slug(words, self.opts.model_name or "", self.model._default_manager.all())
                )
        request.said_before = revisions.said([obj, *self._rows_of(obj)] if change else [])  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        record = form.instance
        before: revisions.Said = getattr(request, "said_before", {})
        revisions.keep(before, [record, *self._rows_of(record)], by=cast(User, request.user))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's page, with what the record said before each change."""
        record = self.get_object(request, unquote(object_id))
        if record is not None and self.has_view_or_change_permission(request, record):
            changes = revisions.changes([record, *self._rows_of(record)])
            title = shown_to(cast(User, request.user), f"History of {record}")
            extra_context = {"changes": changes, "title": title, **(extra_context or {})}
        return super().history_view(request, object_id, extra_context)

    def _rows_of(self, record: Model) -> list[Model]:
        """The rows that the form shows with the record."""
        rows: list[Model] = []
        for inline in self.inlines:
            link: Any = _get_foreign_key(self.model, inline.model)
            rows += inline.model._default_manager.filter(**{link.name: record})
        return rows


class RecordInline(admin.StackedInline[Any, Any]):
    """Rows that belong to a record: they stay as it does."""

    can_delete = False
    formfield_overrides = FORM_FIELDS

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def _hiding(page: RecordAdmin, name: str) -> Callable[[Model], str]:
    """The column of this name on the page's list, without the addresses and numbers in it."""

    @admin.display(description=str(label_for_field(name, page.model, page)))
    def column(record: Model) -> str:
        return hidden(str(lookup_field(name, record, page)[2]))

    column.__name__ = name
    return column


def _asked_by(item: Any) -> list[str]:
    """The lookups that an entry of `list_filter` makes."""
    if parameter := getattr(item, "parameter_name", None):
        return [parameter]
    field = item if isinstance(item, str) else item[0]
    return [f"{field}{how}" for how in ASKED_BY_FILTERS]
