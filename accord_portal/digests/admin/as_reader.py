"""An issue as one subscriber gets it: found by name or reference, both parts shown, the look logged."""

from collections.abc import Iterable
from typing import cast

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.crypto import get_random_string

from accord_portal.digests.as_reader import read_by
from accord_portal.digests.models import DigestIssue
from accord_portal.foundation.text import composed
from accord_portal.staff import previewing
from accord_portal.staff.act_admin import key_in, signed_in
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine, User
from accord_portal.staff.record_admin import sees_details
from responses.admin.search_within import within
from responses.models import Contact, ExpressionOfInterest

SEES_CONTACTS = "responses.view_contact"
MAX_READERS = 20


def page(request: HttpRequest, issue: DigestIssue, site: AdminSite) -> HttpResponse:
    """Those whom `q` finds, or the issue as `contact` gets it."""
    officer, nonce = signed_in(request), get_random_string(22)
    words = composed(request.GET.get("q", ""))[:200].strip()
    context = {
        **site.each_context(request),
        "opts": DigestIssue._meta,
        "issue": issue,
        "title": f"As a reader gets it: {issue}",
        "words": words,
        "found": _found(words, officer) if words else [],
    }
    if key := key_in(request.GET.get("contact", "")):
        contact = get_object_or_404(Contact.objects.filter(erased_at=None), pk=key)
        log(LogLine.Act.VIEWED, contact, by=officer, detail=f"Digest issue {issue.pk} as they get it")
        read = read_by(issue, contact)
        html = previewing.without_links(read.message.html) if read.message else ""
        shown = previewing.styles_as_rules(html, nonce)
        context |= {"contact": contact, "who": name_of(contact), "read": read, "shown": shown}
    allow = csp_replace({"style-src": [SELF, f"'nonce-{nonce}'"]})
    view = allow(lambda request: TemplateResponse(request, "staff/digest_as_reader.html", context))
    return cast(HttpResponse, view(request))


def name_of(contact: Contact) -> str:
    """The person or office in words that hold no address."""
    return contact.name or contact.organisation or f"Contact {contact.pk}"


def _found(words: str, officer: User) -> Iterable[tuple[Contact, str]]:
    """The contacts whom the words name, and the one who sent the form of this reference."""
    people = Contact.objects.filter(erased_at=None)
    named = people.matching(words).found_first()
    by_all = ["name", "organisation", "name_key"]
    shown = named if sees_details(officer) else within(named, words, by_all)
    forms = ExpressionOfInterest.objects.filter(reference=words.upper())
    sent = list(people.filter(pk__in=forms.values("contact")))
    rows = {contact.pk: contact for contact in [*sent, *shown[:MAX_READERS]]}
    return [(contact, name_of(contact)) for contact in rows.values()]
