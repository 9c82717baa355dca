"""Refusals in the same words: of one person they are about that person, of several in a row about us."""

from accord_portal.digests.sending.readers import Listed
from accord_portal.foundation.verdicts import NotSent, Verdict

MAX_ALIKE = 5


class Alike:
    """The people who were refused one after another in the same words.

    How many it takes is ten times as many each time staff went on with the issue: they have seen the words,
    so the same wall is not met for ever.
    """

    def __init__(self, resumed: int = 0) -> None:
        self.limit = MAX_ALIKE * 10**resumed
        self.refused: list[Listed] = []
        self.words = ""

    def forget(self) -> None:
        """Somebody got the message in between."""
        self.refused, self.words = [], ""

    def add(self, delivery: Listed, no: NotSent) -> NotSent | None:
        """Counts a refusal; what follows for all of us once there are enough in the same words."""
        words = _without_what_differs(str(no), delivery.address)
        if words != self.words:
            self.refused, self.words = [], words
        self.refused.append(delivery)
        if len(self.refused) < self.limit:
            return None
        whom = ", ".join(str(refused.contact_id) for refused in self.refused)
        for_good = no.verdict is Verdict.PERSON_NEVER
        said = str(no).replace(delivery.address, "")
        return NotSent(
            Verdict.REFUSES_US if for_good else Verdict.QUOTA,
            f"{said} (said of the contacts {whom}, one after another)",
        )


def _without_what_differs(said: str, address: str) -> str:
    """A server's words without the address, and without the numbers that it gives each message."""
    words = said.replace(address, "").split()
    return " ".join(word for at, word in enumerate(words) if at < 2 or not any(map(str.isdigit, word)))
