"""What a worker jots down as it hands a window over, so that its death leaves few people in doubt.

The truth stands in the rows; this file is for whoever goes on. It is believed only where it was written,
by the same run of the same machine, and only once its writer is gone: that holds a lock on it while it lives.
"""

import datetime as dt
import fcntl
import os
import uuid
from contextlib import suppress
from enum import Enum
from functools import cache
from pathlib import Path

from django.conf import settings

JOURNAL_LASTS = dt.timedelta(days=30)


class Left(Enum):
    """How a dead worker left somebody it was about to write to."""

    NOT_BEGUN = "nothing was handed over"
    ACCEPTED = "the server took it"
    IN_DOUBT = "nobody knows"


class Journal:
    """The lines of one turn at a batch. Where none can be written, a death leaves the window in doubt."""

    def __init__(self, lease: uuid.UUID) -> None:
        self.path = _path(lease)
        self._file: int | None = None
        self._said = b""
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.write(self._file, f"{_this_run()}\n".encode())

    def going(self, *keys: int) -> None:
        """These messages are about to leave us whole; written before they do, with what was answered so far.

        Raises OSError where it cannot be written: then the message must not leave.
        """
        if self._file is not None:
            lines = self._said + b"".join(b"> %d\n" % key for key in keys)
            if os.write(self._file, lines) != len(lines):
                raise OSError("the journal is cut short")
            self._said = b""

    def answered(self, key: int, accepted: bool) -> None:
        """What the server said; written with the next that goes, or by `going` with nobody."""
        self._said += b"%s %d\n" % (b"+" if accepted else b"-", key)

    def close(self, *, is_recorded: bool) -> None:
        """The turn is over. The file stays where the rows do not say everything."""
        if self._file is not None:
            if is_recorded:
                self.path.unlink(missing_ok=True)
            else:
                with suppress(OSError):
                    os.write(self._file, self._said)
            os.close(self._file)
            self._file = None


class Found:
    """What the journal of a dead worker says; without one, or one to be believed, everybody is in doubt."""

    def __init__(self, lease: uuid.UUID | None) -> None:
        self.path = _path(lease) if lease else None
        self._marks = _read(self.path) if self.path else None

    def left(self, key: int) -> Left:
        """How it left this delivery, whose intent it had committed."""
        if self._marks is None:
            return Left.IN_DOUBT
        return {">": Left.IN_DOUBT, "+": Left.ACCEPTED}.get(self._marks.get(key, ""), Left.NOT_BEGUN)

    def forget(self) -> None:
        """Its people are settled."""
        if self.path:
            self.path.unlink(missing_ok=True)


def forget_old(now: dt.datetime) -> None:
    """Takes away what nobody came back for: another machine went on, and staff settled who was in doubt."""
    for path in _folder().glob("*"):
        if path.stat().st_mtime < (now - JOURNAL_LASTS).timestamp():
            path.unlink(missing_ok=True)


def _read(path: Path) -> dict[int, str] | None:
    """The last mark beside each key; None where the file is not to be believed."""
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            run, *lines = file.read().splitlines()
        marks = {int(key): mark for mark, key in (line.split() for line in lines)}
    except (OSError, ValueError):
        return None
    return marks if run and run == _this_run() else None


def _path(lease: uuid.UUID) -> Path:
    return _folder() / f"{lease}"


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "handing-over"


@cache
def _this_run() -> str:
    """This run of this machine since it was switched on; "" where that cannot be told."""
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return ""
