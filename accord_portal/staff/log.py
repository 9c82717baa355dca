"""The log of what members of staff looked at and did."""

from django.db.models import Model

from .models import LogLine, User


def log(act: str, record: Model | str, *, by: User | None, detail: str = "", source: str = "") -> LogLine:
    """Adds a line and returns it; `record` is a row, or the kind of rows where it is about many.

    `detail` names nobody. `source` is a keyed hash of the client's address, for what is done before
    anybody is signed in.
    """
    kind, key = (record, None) if isinstance(record, str) else (record._meta.label_lower, record.pk)
    return LogLine.objects.create(act=act, kind=kind, key=key, done_by=by, detail=detail, source=source)
