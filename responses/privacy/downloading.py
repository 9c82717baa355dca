"""The act of giving a person a copy of everything that is held about them."""

from django.db import transaction

from accord_portal.foundation import personal_data
from responses.models import Activity, Contact
from responses.people.timeline import tell


@transaction.atomic
def download(*, contact: Contact) -> personal_data.Held:
    """Everything that came with this mailbox, room by room; the timeline notes that they took a copy."""
    tell(contact, Activity.Kind.DOWNLOADED)
    return personal_data.held([contact.pk])
