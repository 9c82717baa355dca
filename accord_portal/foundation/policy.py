"""The Content-Security-Policy header: one for all pages, but for those whose view asks for more."""

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponseBase

A_VIEWS_OWN = ("_csp_exempt", "_csp_config", "_csp_update", "_csp_replace")


class ContentSecurityPolicy(CSPMiddleware):
    """django-csp, building the header once for the pages that have no policy of their own."""

    usual = ""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if HEADER in response or any(hasattr(response, asked) for asked in A_VIEWS_OWN):
            return super().process_response(request, response)
        if self.usual:
            response[HEADER] = self.usual
        else:
            response = super().process_response(request, response)
            self.usual = response.headers.get(HEADER, "")
        return response
