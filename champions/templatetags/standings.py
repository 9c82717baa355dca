"""How an initiative stands, for the templates of lists and pages."""

from django import template

from champions.initiatives import standing
from champions.models import Initiative

register = template.Library()


@register.filter
def standing_of(initiative: Initiative) -> standing.Standing:
    """What each side says of it; the initiative comes from `standing.with_standing`."""
    return standing.of(initiative)
