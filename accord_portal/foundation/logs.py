"""How the log is written: in one line an event, by the id of the request it is about, and naming nobody."""

import logging
import re
from contextvars import ContextVar
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from .contact_details import hidden

MAX_CHARACTERS = 300

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The request that this thread answers; empty where there is none."""

_UUID = re.compile(r"(\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b)")
_ENDS = r"HINT:|The above exception|During handling|Traceback \("
_ROW = re.compile(rf"^DETAIL:.*(?:\n(?!{_ENDS}).*)*", re.MULTILINE)  # PostgreSQL quotes what it refuses


def without_people(text: str) -> str:
    """The text without addresses and numbers of people, and without the rows that a database quotes."""
    parts = _UUID.split(_ROW.sub("DETAIL: left out", text))
    return "".join(part if at % 2 else hidden(part) for at, part in enumerate(parts))


class Line(logging.Formatter):
    """A record as a person reads it, its traceback on the lines that follow."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = without_people(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:
        return without_people(super().formatException(ei))


class OneLine(Line):
    """A record as one line of at most `MAX_CHARACTERS` characters, without its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        bare = {**record.__dict__, "exc_info": None, "exc_text": None, "stack_info": None}
        line = super().format(logging.makeLogRecord(bare))
        line = line.encode("unicode_escape").decode()  # a stranger's line break begins no line of ours
        return line if len(line) <= MAX_CHARACTERS else f"{line[: MAX_CHARACTERS - 1]}…"


class JsonLine(JsonFormatter):
    """A record as one JSON object, its traceback within it; who reads logs by machine wants these."""

    def __init__(self) -> None:
        renamed = {"levelname": "level", "name": "logger"}
        super().__init__("%(levelname)s %(name)s %(message)s", rename_fields=renamed, timestamp="time")

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        for name in ("message", "exc_info", "stack_info"):
            if log_data.get(name):
                log_data[name] = without_people(str(log_data[name]))
        log_data.pop("request", None)  # Django's own lines carry the request: its address may hold a token
        if request_id.get():
            log_data["request_id"] = request_id.get()
        return log_data
