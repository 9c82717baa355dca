"""How the log is written."""

import logging

LONGEST = 300  # characters


class OneLine(logging.Formatter):
    """A record as one line of at most `LONGEST` characters, without its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        bare = {**record.__dict__, "exc_info": None, "exc_text": None, "stack_info": None}
        line = super().format(logging.makeLogRecord(bare))
        line = line.encode("unicode_escape").decode()  # a stranger's line break begins no line of ours
        return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
