"""Contact us: how to reach the office, and a short form that makes a letter on the desk."""

import re

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accord_portal.foundation import rate_limit
from accord_portal.foundation.http_answers import must_wait, see_other, unkept
from responses.answers import letters
from responses.forms.fields import started_token
from responses.forms.letter import LetterForm
from responses.models import Letter

RECEIPT_SALT = "letter:receipt"
AN_HOUR_IN_SECONDS = 60 * 60  # seconds
OUR_PAGE = re.compile(r"/(?:[a-z0-9-]{1,100}/){1,3}")
LETTER_FIELDS = ["name", "email", "telephone", "message"]


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """The ways to reach us. A letter is kept, then shown its receipt."""
    if request.method != "POST":
        initial = {"started": started_token(), "message": _about(request.GET.get("about", ""))}
        return _page(request, LetterForm(initial=initial))
    if rate_limit.sent_too_much(request):
        context = {"typed": _typed(request), "started": started_token()}
        return must_wait(render(request, "429.html", context))
    form = LetterForm(request.POST)
    if form.is_valid():
        letter = letters.receive(**form.letter())
        receipt = signing.dumps(letter.reference, salt=RECEIPT_SALT)
        return unkept(see_other(f"{reverse('letter-received')}?receipt={receipt}"))
    form.begin_again()
    return unkept(_page(request, form))


def _about(path: str) -> str:
    """How the letter begins, where a link says about which of our pages it is."""
    return f"About {settings.BASE_URL}{path}\n\n" if OUR_PAGE.fullmatch(path) else ""


def _typed(request: HttpRequest) -> list[tuple[str, str, str]]:
    """What was written, as name, label and text: a page that cannot take it gives it back."""
    labels = {name: str(LetterForm.base_fields[name].label) for name in LETTER_FIELDS}
    return [(name, label, request.POST[name]) for name, label in labels.items() if request.POST.get(name)]


def _page(request: HttpRequest, form: LetterForm) -> HttpResponse:
    return render(request, "responses/contact.html", {"form": form})


@require_safe
def received(request: HttpRequest) -> HttpResponse:
    """The receipt, for an hour: the reference, and the day by which a person answers."""
    letter = None
    try:
        reference = signing.loads(
            request.GET.get("receipt", ""), salt=RECEIPT_SALT, max_age=AN_HOUR_IN_SECONDS
        )
    except signing.BadSignature:
        pass
    else:
        letter = Letter.objects.filter(reference=reference).first()
    return unkept(render(request, "responses/letter_received.html", {"letter": letter}))
