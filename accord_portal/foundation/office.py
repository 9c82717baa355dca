"""Who runs this portal, for every page and every message."""

from django.conf import settings
from django.http import HttpRequest

DEPARTMENT = "Department of Internal Affairs"
OFFICE = "Office for the Community and Voluntary Sector"


def details() -> dict[str, str]:
    """The office as a page or a message names it."""
    return {
        "department": DEPARTMENT,
        "name": OFFICE,
        "postal_address": settings.OFFICE_POSTAL_ADDRESS,
        "telephone": settings.OFFICE_TELEPHONE,
        "privacy_url": settings.OFFICE_PRIVACY_URL,
        "base_url": settings.BASE_URL,
    }


def for_templates(request: HttpRequest) -> dict[str, object]:
    """Context processor: `office`, and `demo` where the people on show are made up."""
    return {"office": details(), "demo": settings.DEMO}
