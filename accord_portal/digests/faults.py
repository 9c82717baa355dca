"""What an approver ought to know of a draft before it is fixed: nothing here keeps it from being sent.

Only the draft and our own pages are looked at: no request is made, whatever address is written in it.
"""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from markdown_it.token import Token

from accord_portal.digests import content
from accord_portal.digests.models import Audience, DigestIssue, Update
from accord_portal.foundation import rich_text
from champions.models import Champion, Initiative

MAX_SHOWN_WHOLE = 90_000  # bytes of HTML: mail programs cut a message off a little above
NOWHERE = (".invalid", ".test", ".example", ".localhost", ".local")  # RFC 6761, RFC 6762
AS_TYPED = re.compile(
    r"</?[a-z][^<>]*>|\*\*|__|!?\[[^\]]*\]\([^)]*\)|^#{1,6}\S", re.IGNORECASE | re.MULTILINE
)


def of(issue: DigestIssue) -> list[str]:
    """What may be wrong with the draft, a sentence each."""
    items = content.of(issue)
    tokens = list(_flat(rich_text.tokens_of(issue.introduction)))
    plain = [("the question", issue.question)]
    plain += [(f"“{item.title}”", item.summary) for item in items if item.kind != item.Kind.DECISION]
    return [
        *_missing(issue, [about for about, text in plain[1:] if not text.strip()]),
        *_pictures(tokens),
        *_links(tokens),
        *_shown_as_typed("the introduction", (token.content for token in tokens if token.type == "text")),
        *(said for about, text in plain for said in _shown_as_typed(about, [text])),
        *_too_long(content.render(issue)),
    ]


def _flat(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        if token.type != "image":  # its words stand for it
            yield from _flat(token.children or [])


def _missing(issue: DigestIssue, without_text: list[str]) -> Iterator[str]:
    if not issue.introduction.strip():
        yield "It has no introduction."
    if issue.audience == Audience.COMMUNITY_OF_INTEREST and not issue.question.strip():
        yield "It asks nothing: only an issue with a question keeps our promise to ask for feedback."
    for about in without_text:
        yield f"There is no text below {about}, only its title."


def _pictures(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "image" and token.content.strip():
            yield f"A picture is not shown. Instead of it stand its words: “{token.content}”."
        elif token.type == "image":
            yield "A picture is not shown, and has no words that could stand for it."


def _links(tokens: list[Token]) -> Iterator[str]:
    addresses = [str(token.attrGet("href") or "") for token in tokens if token.type == "link_open"]
    for address in dict.fromkeys(addresses):
        if why := _why_it_leads_nowhere(address):
            yield f"The link to {unquote(address) or 'nothing'} {why}."


def _why_it_leads_nowhere(address: str) -> str:
    try:
        parts, ours = urlsplit(address), urlsplit(settings.BASE_URL)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return "is not an address"
    if parts.scheme in ("mailto", "tel"):
        return ""
    if (not parts.scheme and not host) or (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc):
        return _why_no_page(parts.path)
    if parts.scheme not in ("http", "https"):
        return "is not shown as a link: begin it with https://"
    if "." not in host or host.endswith(NOWHERE):
        return "leads nowhere: no such host can be reached"
    return ""


def _why_no_page(path: str) -> str:
    """Why no reader sees a page of ours there; "" where one does."""
    try:
        found = resolve(f"/{unquote(path).lstrip('/')}")
    except Resolver404:
        return "leads to no page of ours"
    if found.route.startswith("staff/"):
        return "leads to a page for staff only"
    public = {
        "update": Update.objects.published(),
        "champion": Champion.objects.published(),
        "initiative": Initiative.objects.published(),
    }.get(found.url_name or "")
    gone = public is not None and not public.filter(slug=found.kwargs["slug"]).exists()
    return "leads to something that is not public" if gone else ""


def _shown_as_typed(about: str, texts: Iterable[str]) -> Iterator[str]:
    marks = [mark[0] for text in texts for mark in AS_TYPED.finditer(text)]
    if marks:
        yield f"In {about} this is shown as it is typed: {', '.join(dict.fromkeys(marks))}"


def _too_long(rendered: content.Rendered) -> Iterator[str]:
    size = len(rendered.html.encode())
    if size > MAX_SHOWN_WHOLE:
        at_most = MAX_SHOWN_WHOLE // 1000
        yield f"It is {size // 1000} kB long: above {at_most} kB mail programs cut a message off."
