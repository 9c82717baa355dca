"""Free text on staff pages, for the eyes of whoever is signed in."""

from django import template

from accord_portal.staff import record_admin
from accord_portal.staff.models import User

register = template.Library()


@register.filter
def shown_to(text: object, user: User) -> str:
    """See `record_admin.shown_to`."""
    return record_admin.shown_to(user, str(text))
