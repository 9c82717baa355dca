"""Handover: who holds an office of one party leaves, and each other party is told who comes next."""

from accord_portal.foundation import working_days
from accord_portal.staff.models import User
from champions.models import Champion, Partnership, Party
from responses.answers import following_up

HANDOVER_WITHIN = 10  # working days


def follow_up(*, champion: Champion, office: str, by: User) -> int:
    """For each partnership of this champion that goes on, a follow-up for each other party; how many.

    It is about the partnership, and names the office and no person.
    """
    due_on = working_days.add_working_days(working_days.today(), HANDOVER_WITHIN)
    mine = Party.objects.current().filter(champion=champion)
    rows = Partnership.objects.exclude(status=Partnership.Status.ENDED).filter(parties__in=mine).distinct()
    made = 0
    for partnership in rows.order_by("pk"):
        for other in partnership.parties.current().exclude(pk__in=mine).order_by("pk"):
            what = (
                f"Tell {other.name} who comes next: at {champion.name}, “{office}” changes. Agree on the"
                " handover, and read the handover notes."
            )
            following_up.add(about=partnership, by=by, what=what[:500], due_on=due_on, owner=by)
            made += 1
    return made
