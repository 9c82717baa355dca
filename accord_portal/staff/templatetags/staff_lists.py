"""What a list of the staff pages shows, cell by cell: days in words, names of choices, and no stand-ins."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import template
from django.contrib.admin.templatetags.admin_list import result_headers
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model

from accord_portal.foundation.dates import day_in_words, instant_in_words

register = template.Library()


@dataclass(frozen=True)
class Cell:
    """One value under its heading; `url` where it leads to the record."""

    name: str
    label: str
    value: object
    url: str = ""
    is_head: bool = False  # of its row


@register.filter
def headings(cl: ChangeList) -> list[dict[str, Any]]:
    """The head of each column, with the address that puts the list in its order."""
    return [
        head for name, head in zip(cl.list_display, result_headers(cl), strict=True) if _is_a_column(name)
    ]


@register.filter
def rows(cl: ChangeList) -> Iterator[tuple[Model, list[Cell]]]:
    """Each record of the page with its cells."""
    labels = {_name(name): (name, _heading(name, cl)) for name in cl.list_display if _is_a_column(name)}
    for record in cl.result_list:
        yield (
            record,
            [
                Cell(
                    shown,
                    label,
                    _looked_up(name, record, cl.model_admin),
                    _url(name, record, cl),
                    name in (cl.list_display_links or ())[:1],
                )
                for shown, (name, label) in labels.items()
            ],
        )


@register.filter
def in_words(value: object) -> object:
    """A value as it stands in a sentence; nothing for what is not there."""
    match value:
        case bool():
            return "Yes" if value else "No"
        case dt.datetime():
            return instant_in_words(value)
        case dt.date():
            return day_in_words(value)
        case None:
            return ""
    return value


@register.simple_tag
def readonly(field: Any) -> object:
    """What a form says of a field that cannot be changed in it; "" where nothing is there."""
    name, record, page = field.field["field"], field.form.instance, field.model_admin
    try:
        return _looked_up(name, record, page)
    except ObjectDoesNotExist:
        return ""


def _is_a_column(name: object) -> bool:
    return name != "action_checkbox"


def _heading(name: Any, cl: ChangeList) -> str:
    label = str(label_for_field(name, cl.model, model_admin=cl.model_admin))
    return label[:1].upper() + label[1:]


def _name(column: Any) -> str:
    return str(getattr(column, "__name__", column))


def _looked_up(name: Any, record: Model, page: Any) -> object:
    field, column, value = lookup_field(name, record, page)
    if field is not None and field.choices:
        return getattr(record, f"get_{field.attname}_display")()
    if field is not None and field.many_to_many:
        return ", ".join(map(str, value.all()))
    if field is not None and field.remote_field:
        value = getattr(record, field.name)
    if value in (None, ""):
        return getattr(column, "empty_value_display", "")
    return in_words(value)


def _url(name: Any, record: Model, cl: ChangeList) -> str:
    if name not in (cl.list_display_links or ()):
        return ""
    kept: Any = {"preserved_filters": cl.preserved_filters, "opts": cl.opts}
    return str(add_preserved_filters(kept, cl.url_for_result(record)))


@register.filter
def choices_of(spec: Any, cl: ChangeList) -> list[dict[str, Any]]:
    """The choices of a filter, each with its address."""
    return list(spec.choices(cl))


@register.filter
def page_beside(cl: ChangeList, step: int) -> str:
    """The address of the page before (-1) or after (1), in a list that is counted; "" where there is none."""
    number = cl.page_num + step
    return cl.get_query_string({PAGE_VAR: number}) if 1 <= number <= cl.paginator.num_pages else ""
