"""The desk at which news is published and issues are made of it."""

import time_machine

from accord_portal.digests import compose
from accord_portal.digests.models import Audience, DigestIssue, Update
from accord_portal.foundation.acts import NotPossible
from tests.factories import UpdateFactory, UserFactory

INFORMED, COMMUNITY = Audience.KEEP_INFORMED, Audience.COMMUNITY_OF_INTEREST


class Desk:
    """Mere writes news and composes, Ana approves; what each issue told is read from its text."""

    def __init__(self, clock: time_machine.Traveller) -> None:
        self.clock, self.by = clock, UserFactory(name="Mere Staff")
        self.approver = UserFactory(name="Ana Officer")

    def write(self, title: str, audience: str = INFORMED) -> Update:
        update = UpdateFactory(title=title, audience=audience)
        self.publish(update)
        return update

    def publish(self, update: Update) -> None:
        self.clock.shift(60)
        compose.publish_update(update=update, by=self.by)

    def take_down(self, update: Update) -> None:
        self.clock.shift(60)
        compose.withdraw_update(update=update, by=self.by)

    def compose(self, audience: str = INFORMED) -> DigestIssue:
        self.clock.shift(60)
        return compose.compose_issue(audience=audience, by=self.by)

    def approve(self, issue: DigestIssue) -> list[str]:
        self.clock.shift(60)
        compose.approve(issue=issue, by=self.approver)
        return told(issue)

    def send(self, audience: str = INFORMED) -> list[str]:
        """What the next issue tells this audience; nothing where there is none."""
        try:
            return self.approve(self.compose(audience))
        except NotPossible:
            return []


def told(issue: DigestIssue) -> list[str]:
    """The title above each address in the issue's text."""
    issue.refresh_from_db()
    paragraphs = [part.split("\n") for part in issue.text.split("\n\n")]
    return [lines[0] for lines in paragraphs if lines[-1].startswith("http://testserver/")]
