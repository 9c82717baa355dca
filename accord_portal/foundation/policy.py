"""What pages allow browsers to do, said in two headers of every answer."""

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponseBase

A_VIEWS_OWN = ("_csp_exempt", "_csp_config", "_csp_update", "_csp_replace")
# Nothing here asks for them, so nobody who gets something into a page can either (NZISM N14).
UNUSED = [
    "accelerometer",
    "camera",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "payment",
    "usb",
]
PERMISSIONS = ", ".join(f"{feature}=()" for feature in UNUSED)


class Policies(CSPMiddleware):
    """Permissions-Policy, the same for all, and Content-Security-Policy: one for all pages, but for those
    whose view asks for more. django-csp builds the usual one, once."""

    usual = ""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response["Permissions-Policy"] = PERMISSIONS
        if HEADER in response or any(hasattr(response, asked) for asked in A_VIEWS_OWN):
            return super().process_response(request, response)
        if self.usual:
            response[HEADER] = self.usual
        else:
            response = super().process_response(request, response)
            self.usual = response.headers.get(HEADER, "")
        return response
