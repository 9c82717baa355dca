"""What a passkey is asked to sign: kept in the session, good once, for one thing and a few minutes."""

import datetime as dt
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from accord_portal.foundation import clock
from accord_portal.foundation.acts import NotPossible

IN_SESSION = "passkey_challenge"
GOOD_FOR = dt.timedelta(minutes=5)


def keep(session: SessionBase, what_for: str, state: dict[str, Any]) -> None:
    """The challenge that was sent to the browser just now; one that was kept before is worth nothing."""
    until = (clock.now() + GOOD_FOR).isoformat()
    session[IN_SESSION] = {"what_for": what_for, "until": until, "state": state}


def take(session: SessionBase, what_for: str) -> dict[str, Any]:
    """The challenge, which is used from now on, whatever was signed. Raises NotPossible."""
    kept = session.pop(IN_SESSION, None)
    if kept is None or kept["what_for"] != what_for:
        raise NotPossible("Nothing was asked, or it was answered before")
    if dt.datetime.fromisoformat(kept["until"]) <= clock.now():
        raise NotPossible("Answered too late")
    state: dict[str, Any] = kept["state"]
    return state
