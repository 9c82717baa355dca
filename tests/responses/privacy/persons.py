"""Somebody of whom everything is held that can be."""

from accord_portal.digests.models import Delivery
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from champions.models import Champion
from responses.models import Consent, Contact, Erasure, ExpressionOfInterest, Involvement
from responses.privacy import erasing


def counts() -> dict[str, int]:
    """What is counted of people."""
    models = (Contact, ExpressionOfInterest, Consent, Champion, Delivery, OutgoingMail)
    return {
        **{model.__name__: model._default_manager.count() for model in models},
        "yes": Involvement.objects.current().count(),
        "confirmed": Involvement.objects.confirmed().count(),
    }


def erased(person: Contact, mere: User, bo: User) -> Contact:
    erasing.propose(contact=person, why="Zebulonia asked by letter", by=mere)
    erasing.carry_out(erasure=Erasure.objects.outstanding().get(), by=bo)
    return Contact.objects.get(pk=person.pk)
