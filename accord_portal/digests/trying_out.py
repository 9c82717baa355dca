"""A draft is tried out: its message as it stands, mailed to some addresses that staff name."""

from collections.abc import Sequence

from django.core.mail import get_connection
from django.db import transaction
from django.db.models import Q

from accord_portal.digests.models import DigestIssue
from accord_portal.digests.sending import emails
from accord_portal.foundation import mail, transport
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.addresses import mailbox
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine, User
from responses.models import Contact, Suppression

MAX_TESTS = 10  # addresses at once
Scope, Restriction = Suppression.Scope, Contact.Restriction
LEFT_ALONE = (Scope.NEVER_AGAIN, Scope.ERASED, Scope.BOUNCED)


@transaction.atomic
def send_test(*, issue: DigestIssue, by: User, addresses: Sequence[str] = ()) -> list[str]:
    """Owes the issue as it stands to these addresses, through the outbox; to `by` where there are none.

    Returns to whom. Raises NotPossible where nothing may be mailed to one of them: then nobody gets it.
    """
    to = list(addresses) or [by.email]
    if issue.state == DigestIssue.State.CANCELLED:
        raise NotPossible("This issue was cancelled.")
    if len(to) > MAX_TESTS:
        raise NotPossible(f"A test goes to {MAX_TESTS} addresses at most.")
    connection = get_connection()
    for address in to:
        if no := transport.not_allowed(connection, address):
            raise NotPossible(f"Nothing was sent. Not to {address}: {no}")
        if address != by.email and _is_left_alone(address):
            raise NotPossible(f"Nothing was sent. {address} is not to be written to.")
    for address in to:
        mail.owe(emails.test_of_issue, to=address, issue_id=issue.pk, address=address)
    log(LogLine.Act.TEST_SENT, issue, by=by, detail=f"To {len(to)} address{'es' if len(to) > 1 else ''}")
    return to


def _is_left_alone(address: str) -> bool:
    """Whether somebody asked that nothing be mailed there, or nothing arrives there."""
    box = mailbox(address)
    asked = Q(restricted_because__in=[Restriction.ASKED, Restriction.ERASURE]) | Q(
        never_again_at__isnull=False
    )
    if Contact.objects.filter(asked, mailbox=box).exists():
        return True
    return any(Suppression.objects.for_mailbox(box, scope).exists() for scope in LEFT_ALONE)
