"""The pages of recommending, as a browser meets them."""

from django.http import HttpResponse

from tests.html import read

TAMA = "tama@example.org"


def typed(**changes: str) -> dict[str, str]:
    """One person, as a browser posts them."""
    return {
        "name_1": "Tama Rangi",
        "email_1": TAMA,
        "why_1": "He runs the marae.",
        "told_1": "yes",
        **changes,
    }


def heading(response: HttpResponse) -> str:
    return read(response).one("h1").text
