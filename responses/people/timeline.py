"""The timeline of a contact: what happened, line by line, in the transaction in which it happens."""

from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.models import Activity, Contact, ExpressionOfInterest, Undertaking


def tell(
    contact: Contact,
    kind: str,
    text: str = "",
    *,
    by: User | None = None,
    eoi: ExpressionOfInterest | None = None,
    undertaking: Undertaking | None = None,
    mail: OutgoingMail | None = None,
) -> Activity:
    """Adds a line. Nobody in `by` is the person themselves, or the portal; `mail` went with what it says."""
    return Activity.objects.create(
        contact=contact, kind=kind, text=text, done_by=by, eoi=eoi, undertaking=undertaking, mail=mail
    )
