"""The button in the first message: the mailbox says that a form is its own."""

from django.db import transaction

from accord_portal.foundation import clock, mail
from responses.answers import emails
from responses.consent import switches
from responses.models import Activity, Contact, ExpressionOfInterest, Recommendation
from responses.people.person import lock
from responses.people.timeline import tell
from responses.undertakings.keeping import lock_forms


@transaction.atomic
def confirm(*, contact: Contact, eoi: ExpressionOfInterest | None = None) -> None:
    """The person pressed the button from the mailbox: what waits counts, see `switches.confirm`.

    A form is theirs from now on, and a copy of it is mailed, once.
    """
    if eoi:
        lock_forms(pk=eoi.pk)
    contact = lock(pk=contact.pk)
    switches.confirm(contact=contact, eoi=eoi)
    if eoi:
        _form_is_theirs(contact, eoi)


def _form_is_theirs(contact: Contact, eoi: ExpressionOfInterest) -> None:
    """The mailbox has said so of this form: now all that was typed is mailed, once, and counts as theirs."""
    fresh = ExpressionOfInterest.objects.filter(pk=eoi.pk, confirmed_at=None, erased_at=None)
    if not fresh.update(confirmed_at=clock.now()):
        return
    if not contact.wants_to_be_left_alone:
        to = emails.reached_at(eoi)
        mail.owe(emails.copy_of_answers, to=to, recipient=contact.pk, eoi_id=eoi.pk)
    if number := eoi.recommended_others.count():
        kind = Activity.Kind.RECOMMENDED
        tell(contact, kind, Recommendation.said_of(number))
