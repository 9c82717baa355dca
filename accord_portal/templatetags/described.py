"""In the head of a page of one public thing: what it says of itself to those who link to it."""

from typing import Any

from django import template

from accord_portal.public import describing

register = template.Library()


@register.inclusion_tag("public/described.html")
def described(row: Any) -> dict[str, Any]:
    """Open Graph and schema.org of a champion, an initiative, a partnership, a story or an update."""
    return {"properties": describing.open_graph(row), "json_ld": describing.json_ld(row)}
