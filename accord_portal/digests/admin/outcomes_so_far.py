"""What the page of an issue says of how far it is: its counters in words."""

from accord_portal.digests.models import DigestIssue


def how_far(issue: DigestIssue) -> list[tuple[str, int]]:
    """What is known of it: nothing before the list is drawn up, and then how long it is so far."""
    if issue.state == DigestIssue.State.APPROVED:
        return []
    if issue.state == DigestIssue.State.FREEZING:
        return [("People so far", issue.recipients)]
    return [("People", issue.recipients), *_outcomes(issue)]


def _outcomes(issue: DigestIssue) -> list[tuple[str, int]]:
    return [
        ("Accepted for delivery", issue.accepted),
        *_came_back(issue),
        ("Skipped: not wanted, or had already", issue.skipped),
        ("Failed", issue.failed),
        ("In doubt", issue.in_doubt),
        ("Still to do", issue.outstanding),
    ]


def _came_back(issue: DigestIssue) -> list[tuple[str, int]]:
    """What providers said of those accepted, as far as any said something."""
    said = [
        ("of these, delivered", issue.delivered),
        ("of these, not delivered", issue.bounced),
        ("of these, marked as spam", issue.complained),
    ]
    return said if any(number for _, number in said) else []
