"""Whether mail from our domain is believed: what the DNS says, and what to publish."""

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accord_portal.foundation import sender_dns


def page(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """SPF, DKIM and DMARC of each domain that we write from, asked at this moment."""
    if not request.user.has_perm("digests.view_digestissue"):
        raise PermissionDenied
    context = {"title": "Mail from our domain", "findings": sender_dns.findings()}
    return TemplateResponse(request, "staff/sender.html", {**site.each_context(request), **context})
