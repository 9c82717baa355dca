from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.template.response import TemplateResponse

from accord_portal.foundation import working_days
from accord_portal.staff import alerting
from accord_portal.staff.act_admin import signed_in
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine
from accord_portal.staff.record_admin import sees_details
from responses.contacts import exporting

EXPORT = "responses.export_contact"


def export(request: HttpRequest, context: dict[str, Any]) -> HttpResponseBase:
    """Says what the file holds; the button downloads it, which the log keeps."""
    if not request.user.has_perm(EXPORT):
        raise PermissionDenied
    with_details = sees_details(signed_in(request))
    if request.method != "POST":
        page = {**context, "title": "Download the contact list"}
        return TemplateResponse(request, "staff/contact_export.html", page)
    line = log(
        LogLine.Act.EXPORTED,
        "responses.contact",
        by=signed_in(request),
        detail="The whole contact list, as CSV" + ("" if with_details else ", without addresses and numbers"),
    )
    alerting.tell(line)
    name = f"contacts-{working_days.today().isoformat()}.csv"
    return StreamingHttpResponse(
        exporting.pieces(with_details=with_details),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
