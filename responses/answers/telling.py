"""Whether others may hear what became of an initiative: the person says so, and may take it back."""

from django.db import transaction

from accord_portal.foundation import clock
from responses.models import Activity, Contact, Decision
from responses.people.person import lock
from responses.people.timeline import tell
from responses.undertakings.showing import for_others


@transaction.atomic
def let_others_hear(*, contact: Contact, decision: Decision, yes: bool) -> bool:
    """The person lets us tell others of this decision, or not any more; False where it was so already.

    Of a decision about somebody else's form, and of somebody who was erased, nothing changes. What was told
    before it is taken back stays told.
    """
    contact = lock(pk=contact.pk)
    theirs = Decision.objects.filter(pk=decision.pk, eoi__contact=contact, eoi__erased_at=None)
    other = theirs.filter(told_agreed_at__isnull=yes)
    if not other.update(told_agreed_at=clock.now() if yes else None):
        return False
    now = theirs.select_related("eoi").get()
    said = "Others may be told" if yes else "Others may not be told"
    tell(contact, Activity.Kind.AGREED, f"{said}: {for_others(now).title}", eoi=now.eoi)
    return True
