"""Text kept for search is folded again: numbers by their digits, one hyphen for all, scripts without spaces."""

from collections.abc import Callable
from typing import Any

from django.db import migrations

from accord_portal.foundation.folding import folded_key, searchable
from accord_portal.foundation.telephones import searched

CHUNK = 1000  # rows
NAME_KEY_LENGTH = 420


def fold_again(apps: Any, schema_editor: Any) -> None:
    _each_changed(apps.get_model("responses", "Contact"), _contact, ["search_folded", "name_key"])
    _each_changed(apps.get_model("responses", "ExpressionOfInterest"), _form, ["search_folded"])
    _each_changed(apps.get_model("responses", "Letter"), _letter, ["search_folded"])


def _each_changed(model: Any, fold: Callable[[Any], list[str]], columns: list[str]) -> None:
    """By the key, so that a long table is never held; blanked rows have no text, and are not looked at."""
    last = 0
    rows = model.objects.exclude(search_folded="").order_by("pk")
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
        changed = []
        for row in chunk:
            was, now = [getattr(row, column) for column in columns], fold(row)
            if was != now:
                for column, value in zip(columns, now, strict=True):
                    setattr(row, column, value)
                changed.append(row)
        model.objects.bulk_update(changed, columns, batch_size=200)
        last = chunk[-1].pk


def _contact(row: Any) -> list[str]:
    number = searched(row.telephone, row.telephone_e164)
    key = folded_key(f"{row.name}|{row.organisation}", NAME_KEY_LENGTH) if row.name_key else ""
    return [searchable(" ".join([row.name, row.organisation, row.email, number])), key]


def _form(row: Any) -> list[str]:
    number = searched(row.telephone)
    typed = [row.name, row.organisation, row.email, number, row.initiatives, row.comments]
    return [searchable(" ".join([row.reference, *typed]))]


def _letter(row: Any) -> list[str]:
    number = searched(row.telephone, row.telephone_e164)
    return [searchable(" ".join([row.reference, row.name, row.email, number, row.message]))]


class Migration(migrations.Migration):
    atomic = False  # each chunk by itself

    dependencies = [
        ('responses', '0016_outcomes'),
    ]

    operations = [
        migrations.RunPython(fold_again, migrations.RunPython.noop, elidable=True),
    ]
