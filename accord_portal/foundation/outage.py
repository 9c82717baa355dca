"""A database that is away, or a disk that is full: said once, waited for, and said once when it is over."""

import logging
import sqlite3
import threading

from django.db import Error, InterfaceError, OperationalError, connection, connections

log = logging.getLogger(__name__)

MAX_WAIT = 10.0  # seconds
# PostgreSQL's classes of error (appendix A of its manual): connection lost, too few resources, told to stop,
# system error; and what passes: rolled back since two met (class 40), a lock not had in time.
AWAY = ("08", "53", "57P", "58", "40", "55P03")
AWAY_IN_SQLITE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
}


def database_is_away(error: Exception) -> bool:
    """Whether the database itself failed, for now; otherwise what it was asked to do is to blame.

    An OperationalError may be either: a value too long for an index is one, and so is a statement too slow.
    """
    if isinstance(error, InterfaceError) or getattr(connection.connection, "closed", False):
        return True
    if not isinstance(error, OperationalError):
        return False
    if code := getattr(error.__cause__, "pgcode", None):
        return str(code).startswith(AWAY)
    if code := getattr(error.__cause__, "sqlite_errorcode", None):
        return int(code) & 0xFF in AWAY_IN_SQLITE
    return True  # no answer came, so there is no code


class Outages:
    """What the loops of one process share: the first in trouble says so, the last that it is over."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._in_trouble: set[str] = set()

    def begins(self, loop: str, error: Exception) -> None:
        """This loop cannot work."""
        with self._lock:
            said, self._in_trouble = bool(self._in_trouble), self._in_trouble | {loop}
        if not said:
            what = str(error).partition("\n")[0]
            log.error("%s: %s The %s waits and tries again.", type(error).__name__, what, loop)

    def ends(self, loop: str) -> None:
        """This loop works again."""
        with self._lock:
            if loop not in self._in_trouble:
                return
            self._in_trouble.remove(loop)
            over = not self._in_trouble
        if over:
            log.warning("All is well again: the %s goes on.", loop)


class Patience:
    """How one loop bears an outage: it waits twice as long each time, and ten seconds at most."""

    def __init__(self, loop: str, outages: Outages, told_to_stop: threading.Event) -> None:
        self.loop, self.outages, self.told_to_stop = loop, outages, told_to_stop
        self._wait = 0.0

    def worked(self) -> None:
        """Called each time round: all is well."""
        if self._wait:
            self._wait = 0.0
            self.outages.ends(self.loop)

    def failed(self, error: Exception) -> None:
        """Called when a round failed: waits before the next, or until told to stop.

        The process's own faults are written down whole each time; those of database and disk once.
        """
        if isinstance(error, Error | OSError):
            self.outages.begins(self.loop, error)
        else:
            log.error("The %s failed; it tries again.", self.loop, exc_info=error)
        connections.close_all()
        self._wait = min(max(1.0, self._wait * 2), MAX_WAIT)
        self.told_to_stop.wait(self._wait)
