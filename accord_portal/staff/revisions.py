"""What records said before they were changed: one way for all of them.

An act wraps its changes in `kept`; a page of the admin does the same for its form. The line is written in
the same transaction as the change.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, ManyToManyField, Model

from accord_portal.foundation import append_only

from .models import Revision, User

LEFT_OUT = {
    "search_folded",
    "password",
    "last_login",
    "content",
    "writers",
}  # derived, or nobody's to read; files
Said = dict[tuple[type[Model], int], dict[str, Any]]


@contextmanager
def kept(*records: Model, by: User | None) -> Iterator[None]:
    """Keeps what these records said, where the block changes it; call it inside the act's transaction."""
    before = said(records)
    yield
    keep(before, records, by=by)


def said(records: Iterable[Model]) -> Said:
    """What each of the records says, read afresh: {(kind, key): {field: value}}."""
    keys: dict[type[Model], list[int]] = defaultdict(list)
    for record in records:
        keys[type(record)].append(record.pk)
    found: Said = {}
    for kind, wanted in keys.items():
        many = [field.name for field in kind._meta.many_to_many if field.name not in LEFT_OUT]
        for row in kind._default_manager.filter(pk__in=wanted).prefetch_related(*many):
            found[kind, row.pk] = {field.name: _value(field, row) for field in _fields(row)}
    return found


def keep(before: Said, records: Iterable[Model], *, by: User | None) -> None:
    """Adds a line for each of these records that says something else than before."""
    after = said(records)
    for (kind, key), was in before.items():
        now = after.get((kind, key), {})
        changed = {name: value for name, value in was.items() if now.get(name) != value}
        if changed:
            Revision.objects.create(kind=kind._meta.label_lower, key=key, before=changed, changed_by=by)


def forget(records: Sequence[Model]) -> None:
    """Blanks what these records said before: for erasure."""
    with append_only.door():
        Revision.objects.about(records).update(before={})


class FieldChange(NamedTuple):
    """One field, as it was and as it became."""

    label: str
    before: str
    after: str


class Change(NamedTuple):
    """One change of one record, in words."""

    of: str
    line: Revision
    differences: list[FieldChange]


def changes(records: Iterable[Model]) -> list[Change]:
    """Every change of these records, the latest first."""
    rows = {(type(record)._meta.label_lower, record.pk): record for record in records}
    now = {(kind._meta.label_lower, key): values for (kind, key), values in said(rows.values()).items()}
    found = []
    for line in Revision.objects.about(rows.values()).select_related("changed_by"):
        record, values = rows[line.kind, line.key], now[line.kind, line.key]
        differences = [
            FieldChange(
                _label(record, name), _words(record, name, was), _words(record, name, values.get(name))
            )
            for name, was in line.before.items()
        ]
        values.update(line.before)
        found.append(Change(f"{record._meta.verbose_name}: {record}", line, differences))
    return found


def _fields(record: Model) -> list[Field[Any, Any]]:
    columns = [field for field in record._meta.concrete_fields if not field.primary_key]
    return [f for f in [*columns, *record._meta.many_to_many] if f.name not in LEFT_OUT]


def _value(field: Field[Any, Any], row: Model) -> Any:
    """The value as JSON holds it."""
    if isinstance(field, ManyToManyField):
        return sorted(other.pk for other in getattr(row, field.name).all())
    value = field.value_from_object(row)
    return value if value is None or isinstance(value, bool | int | str) else field.value_to_string(row)


def _field(record: Model, name: str) -> Any:
    try:
        return record._meta.get_field(name)
    except FieldDoesNotExist:  # it was taken away since
        return None


def _label(record: Model, name: str) -> str:
    label = str(getattr(_field(record, name), "verbose_name", name))
    return label[:1].upper() + label[1:]


def _words(record: Model, name: str, value: Any) -> str:
    """A value in the words a reader knows: a choice's label, Yes or No, what a key points to."""
    field = _field(record, name)
    if value is None or value == "" or value == []:
        return "Nothing"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    related = getattr(field, "related_model", None)
    if related is not None:
        keys = value if isinstance(value, list) else [value]
        return "; ".join(str(row) for row in related._default_manager.filter(pk__in=keys))
    labels = dict(getattr(field, "flatchoices", []) or [])
    return str(labels.get(value, value))
