"""Lines of the log as CSV, the newest first: streamed, a chunk at a time by their keys."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone

from accord_portal.foundation.spreadsheets import BOM, lines

from .models import LogLine

LINES_A_QUERY = 1000
LOG_HEADING = ["number", "when", "who", "what", "about", "key of the record", "more about it", "client"]


def pieces(found: QuerySet[LogLine]) -> Iterator[str]:
    """The file: its heading, then a chunk of lines at a time. Times are New Zealand's (ISO 8601)."""
    yield BOM + lines([LOG_HEADING])
    newest_first = found.order_by("-pk").select_related("done_by")
    rows = newest_first
    while chunk := list(rows[:LINES_A_QUERY]):
        yield lines(map(_cells, chunk))
        rows = newest_first.filter(pk__lt=chunk[-1].pk)


def _cells(line: LogLine) -> list[object]:
    when = timezone.localtime(line.happened_at).isoformat(timespec="seconds")
    who = line.done_by.email if line.done_by else ""
    return [line.pk, when, who, line.get_act_display(), line.kind, line.key or "", line.detail, line.source]
