"""What pages of every room answer with: go and see there, keep this nowhere, come back later."""

from typing import TypeVar

from django.http import HttpResponse
from django.http.response import HttpResponseBase, HttpResponseRedirectBase

Answer = TypeVar("Answer", bound=HttpResponseBase)


class _SeeOther(HttpResponseRedirectBase):
    status_code = 303


def see_other(address: str) -> HttpResponse:
    """After a POST: the browser gets this address, and a reload sends nothing twice (RFC 9110, 15.4.4)."""
    return _SeeOther(address)


def unkept(answer: Answer) -> Answer:
    """The answer, with word to everybody on the way not to keep or list it."""
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def must_wait(answer: Answer) -> Answer:
    """The answer to whoever sent too much within the hour (RFC 6585, section 4)."""
    answer.status_code = 429
    answer["Retry-After"] = "3600"  # seconds
    return answer
