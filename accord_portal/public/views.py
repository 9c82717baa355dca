"""The pages across all kinds: search, one principle, open data and feeds."""

import hashlib
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from accord_portal.foundation.search import has_words
from champions.models import Principle

from . import feeds, open_data, searching
from .kinds import (
    KIND_BY_NAME,
    PUBLIC_CHAMPIONS,
    PUBLIC_INITIATIVES,
    PUBLIC_KINDS,
    PUBLIC_PARTNERSHIPS,
    PUBLIC_STORIES,
    PublicKind,
)

RESULTS_A_PAGE = 20  # results
OF_A_PRINCIPLE = 10  # of each kind, the newest
WRITERS = {
    "json": (open_data.as_json, "application/json"),
    "csv": (open_data.as_csv, "text/csv; charset=utf-8"),
}


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Everything public that holds the words asked for."""
    words, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    kind = kind if kind in KIND_BY_NAME else ""
    found = searching.find(words, kind)
    number = request.GET.get("page", "")
    page = int(number) if number.isdecimal() and 0 < len(number) < 4 and int(number) else 1
    matches = found.matches[(page - 1) * RESULTS_A_PAGE : page * RESULTS_A_PAGE]
    if page > 1 and not matches:
        raise Http404
    more = len(found.matches) > page * RESULTS_A_PAGE
    context = {
        "words": words[: searching.MAX_WORDS],
        "is_cut": len(words) > searching.MAX_WORDS,
        "has_words": has_words(words),
        "results": searching.shown(matches),
        "kinds": _kinds(found.numbers, words, kind),
        "kind": KIND_BY_NAME.get(kind),
        "page": page,
        "previous": _address(words, kind, page - 1) if page > 1 else "",
        "next": _address(words, kind, page + 1) if more else "",
    }
    return render(request, "public/search.html", context)


def _kinds(numbers: dict[str, int], words: str, chosen: str) -> list[tuple[str, str, str, bool]]:
    """Each kind of which something was found: its words, how many, its address, whether it is chosen."""
    found = [(KIND_BY_NAME[name], number) for name, number in numbers.items() if number]
    if len(found) < 2:
        return []
    all_of_it = ("Everything", "", _address(words, ""), not chosen)
    each = [(k.many, _number(n), _address(words, k.name), k.name == chosen) for k, n in found]
    return [all_of_it, *each]


def _number(number: int) -> str:
    most = searching.MAX_FOUND
    return f"more than {most:,}" if number > most else str(number)


def _address(words: str, kind: str, page: int = 1) -> str:
    asked = {"q": words[: searching.MAX_WORDS], "kind": kind, "page": page if page > 1 else ""}
    return "?" + urlencode({name: value for name, value in asked.items() if value})


@require_safe
def principle(request: HttpRequest, slug: str) -> HttpResponse:
    """One principle of the Accord, and what gives effect to it."""
    row = get_object_or_404(Principle, slug=slug)
    told = (PUBLIC_INITIATIVES, PUBLIC_CHAMPIONS, PUBLIC_PARTNERSHIPS, PUBLIC_STORIES)
    kinds = [(kind, _newest_of(kind, row)) for kind in told]
    context = {
        "principle": row,
        "expectations": row.expectations.all(),
        "others": Principle.objects.exclude(pk=row.pk),
        "kinds": [(kind, rows[:OF_A_PRINCIPLE], len(rows) > OF_A_PRINCIPLE) for kind, rows in kinds if rows],
    }
    return render(request, "public/principle.html", context)


def _newest_of(kind: PublicKind, principle: Principle) -> list[searching.Result]:
    rows = kind.published().filter(principles=principle).order_by("-published_at", "-pk")
    if kind is PUBLIC_PARTNERSHIPS:  # in summary they do not say which principles they apply
        rows = rows.filter(visibility="public")
    return [
        searching.Result(kind, row, kind.title_of(row), kind.summary(row))
        for row in rows[: OF_A_PRINCIPLE + 1]
    ]


@require_safe
def open_data_page(request: HttpRequest) -> HttpResponse:
    """What there is as data, in which forms, and what may be done with it."""
    return render(request, "public/open_data.html", {"kinds": PUBLIC_KINDS})


@require_safe
def data(request: HttpRequest, name: str, form: str) -> HttpResponseBase:
    """All of a kind as JSON or CSV.

    What is not long carries a mark of what it says, by which an unchanged one is not sent again (RFC 9110,
    8.8.3); what is long is streamed.
    """
    kind = _kind(name)
    write, content_type = WRITERS[form]
    if open_data.is_long(kind):
        answer: HttpResponseBase = StreamingHttpResponse(write(kind), content_type=content_type)
    else:
        answer = _marked(request, "".join(write(kind)), content_type)
    if form == "csv" and answer.status_code == 200:
        answer["Content-Disposition"] = f'attachment; filename="{kind.name}.csv"'
    return answer


@require_safe
def feed(request: HttpRequest, name: str = "") -> HttpResponseBase:
    """What was published last, of one kind or of all."""
    kinds: Sequence[PublicKind] = [_kind(name)] if name else PUBLIC_KINDS
    return _marked(request, feeds.atom(request.path, kinds), "application/atom+xml; charset=utf-8")


def _kind(name: str) -> PublicKind:
    if name not in KIND_BY_NAME:
        raise Http404
    return KIND_BY_NAME[name]


def _marked(request: HttpRequest, body: str, content_type: str) -> Any:
    mark = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    answer = HttpResponse(body, content_type=content_type, headers={"ETag": mark})
    return get_conditional_response(request, etag=mark, response=answer)
