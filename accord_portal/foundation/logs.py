"""How the log is written."""

import logging

MAX_CHARACTERS = 300


class OneLine(logging.Formatter):
    """A record as one line of at most `MAX_CHARACTERS` characters, without its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        bare = {**record.__dict__, "exc_info": None, "exc_text": None, "stack_info": None}
        line = super().format(logging.makeLogRecord(bare))
        line = line.encode("unicode_escape").decode()  # a stranger's line break begins no line of ours
        return line if len(line) <= MAX_CHARACTERS else f"{line[: MAX_CHARACTERS - 1]}…"
