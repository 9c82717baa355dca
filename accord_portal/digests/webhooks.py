"""Where mail providers tell us what became of a message: written down and answered, applied by the worker."""

import logging

from anymail.exceptions import AnymailConfigurationError, AnymailWebhookValidationFailure
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accord_portal.digests.events import intake
from accord_portal.foundation.http_answers import unkept

log = logging.getLogger(__name__)
SIGNED = {"postal"}  # these sign what they send, and send no password


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def tracking(request: HttpRequest, provider: str) -> HttpResponse:
    """Takes one request of a provider. What is not secret, not signed or not readable is refused (400)."""
    if provider not in intake.READERS:
        raise Http404
    if request.method == "HEAD":  # some providers look whether the address is there
        return unkept(HttpResponse())
    if provider not in SIGNED and not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        return _refused(provider, "ANYMAIL_WEBHOOK_SECRET is not set")
    if provider == "amazon_ses" and not request.headers.get("Authorization"):
        answer = unkept(HttpResponse(status=401))  # Amazon sends a password only when asked for it
        answer["WWW-Authenticate"] = 'Basic realm="tracking"'
        return answer
    try:
        events = intake.read(provider, request)
    except AnymailWebhookValidationFailure:
        return _refused(provider, "its secret or signature is wrong")
    except AnymailConfigurationError:
        return _refused(provider, "the key of its signature is not set")
    except Exception as error:  # Anymail raises whatever a malformed body makes it stumble over
        return _refused(provider, f"it cannot be read ({type(error).__name__})")
    intake.keep(provider, events)
    return unkept(HttpResponse())


def _refused(provider: str, why: str) -> HttpResponse:
    log.warning("A webhook of %s was refused: %s.", provider, why)
    return unkept(HttpResponse(status=400))
