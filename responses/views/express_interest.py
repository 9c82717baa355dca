"""The pages of those who answer the call."""

import datetime as dt
from typing import cast

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accord_portal.foundation import office, rate_limit, signed_links
from accord_portal.foundation.signed_links import BadLink

from . import consents, intake
from .emails import LINKS_LAST, preferences_url, publication_url
from .forms import ExpressInterestForm, PreferencesForm, robot_speed, started_token
from .models import Call, Consent, Contact, ExpressionOfInterest, Purpose
from .models.consent import WORDINGS

RECEIPT_SALT = "form:receipt"
A_MINUTE = 60  # seconds
TOKEN_HERE, STARTED_HERE = "csrf-token-goes-here", "started-token-goes-here"
CONFIRM_WITHIN = dt.timedelta(days=30)


@require_http_methods(["GET", "HEAD", "POST"])
def express_interest(request: HttpRequest) -> HttpResponse:
    """The form of 2011. A valid answer is kept, then shown its receipt."""
    call, (before, between, after) = _open_form()
    if call is None:
        status = 410 if request.method == "POST" else 200
        return render(request, "responses/closed.html", {"typed": _typed(request)}, status=status)
    if request.method != "POST":
        return HttpResponse(f"{before}{get_token(request)}{between}{started_token()}{after}")
    limit = settings.FORM_POSTS_PER_HOUR
    if limit and rate_limit.count(request, "express-interest") > limit:
        return _too_many(request)
    form = ExpressInterestForm(request.POST)
    if not form.is_valid():
        again = request.POST.copy()
        if robot_speed(again.get("started", "")):  # a mark nobody can read must not stand in the way for ever
            again["started"] = started_token()
        form.data = again
        return render(request, "responses/express_interest.html", _form_context(call, form))
    eoi = intake.receive(call=call, answers=form.answers())
    receipt = signing.dumps(eoi.reference, salt=RECEIPT_SALT)
    return HttpResponse(status=303, headers={"Location": f"{reverse('received')}?receipt={receipt}"})


def _form_context(call: Call, form: ExpressInterestForm) -> dict[str, object]:
    return {"call": call, "form": form, "privacy_notice_version": intake.PRIVACY_NOTICE_VERSION}


def _open_form() -> tuple[Call | None, tuple[str, str, str]]:
    """The call that is open today, and its empty form's page cut where each request's own tokens go.

    Kept for a minute in each process: rendering a form costs ten times the rest of the page.
    """
    key = f"open-form:{timezone.localdate()}"
    found: tuple[Call | None, tuple[str, str, str]] | None = cache.get(key)
    if found is None:
        call = Call.objects.open_on(timezone.localdate()).first()
        found = (call, _cut_page(call) if call else ("", "", ""))
        cache.set(key, found, A_MINUTE)
    return found


def _cut_page(call: Call) -> tuple[str, str, str]:
    context = {
        **_form_context(call, ExpressInterestForm(initial={"started": STARTED_HERE})),
        "csrf_token": TOKEN_HERE,
        "office": office.details(),
        "demo": settings.DEMO,
        "path": reverse("express-interest"),
    }
    page = render_to_string("responses/express_interest.html", context)
    before, _, rest = page.partition(TOKEN_HERE)
    between, _, after = rest.partition(STARTED_HERE)
    return before, between, after


def _typed(request: HttpRequest) -> list[tuple[str, str, str]]:
    """What was posted, as name, label and text: a page that cannot take answers gives them back."""
    fields = ExpressInterestForm.base_fields
    shown = [(name, field) for name, field in fields.items() if name not in ("website", "started")]
    return [(name, str(field.label), request.POST[name]) for name, field in shown if request.POST.get(name)]


def _too_many(request: HttpRequest) -> HttpResponse:
    context = {"typed": _typed(request), "started": started_token()}
    response = render(request, "429.html", context, status=429)
    response["Retry-After"] = "3600"  # seconds
    return response


@require_safe
def received(request: HttpRequest) -> HttpResponse:
    """The receipt: the reference, what happens next, and by which day."""
    eoi = None
    try:
        reference = signing.loads(request.GET.get("receipt", ""), salt=RECEIPT_SALT)
    except signing.BadSignature:
        pass
    else:
        eoi = ExpressionOfInterest.objects.filter(reference=reference).first()
    return render(request, "responses/received.html", {"eoi": eoi})


def _linked_contact(purpose: str, token: str, max_age: dt.timedelta) -> Contact:
    """The contact a link was mailed to. Raises BadLink, also where the address has changed since."""
    key, mark = (*signed_links.read(purpose, token, max_age), "")[:2]
    contact = Contact.objects.filter(pk=cast(int, key)).first()
    if contact is None or contact.mailbox_mark != mark:
        raise BadLink("no such contact at this address")
    return contact


def _page(request: HttpRequest, name: str, step: str, **context: object) -> HttpResponse:
    """A page reached by signed link: never kept by anybody on the way, and 404 when the link is stale."""
    status = 404 if step == "stale" else 200
    response = render(request, f"responses/{name}.html", {"step": step, **context}, status=status)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button; POST confirms that the mailbox is the person's own."""
    try:
        contact = _linked_contact("confirm", token, CONFIRM_WITHIN)
    except BadLink:
        return _page(request, "confirm", "stale")
    if request.method != "POST":
        waiting = contact.involvements.current().filter(confirmed_at=None).values_list("purpose", flat=True)
        if waiting or not contact.email_confirmed_at:
            return _page(request, "confirm", "ask", yeses=[WORDINGS[purpose] for purpose in waiting])
        confirmed = contact.involvements.confirmed().values_list("purpose", flat=True)
        yeses = [WORDINGS[purpose] for purpose in confirmed]
        return _page(request, "confirm", "done", yeses=yeses, preferences_url=preferences_url(contact))
    yeses = [WORDINGS[purpose] for purpose in consents.confirm_address(contact=contact)]
    return _page(request, "confirm", "done", yeses=yeses, preferences_url=preferences_url(contact))


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """The four switches, each in its exact wording; saving them adds consent lines."""
    try:
        contact = _linked_contact("preferences", token, LINKS_LAST)
    except BadLink:
        return _page(request, "preferences", "stale")
    step = "show"
    if request.method == "POST":
        form = PreferencesForm(request.POST)
        if form.is_valid():
            consents.set_switches(contact=contact, wanted=form.switches())
            step = "saved"
    else:
        on = set(contact.involvements.current().values_list("purpose", flat=True))
        form = PreferencesForm(initial={p: "yes" if p in on else "no" for p in Purpose.values})
    champion_links = [publication_url(champion.pk, contact) for champion in contact.champions.all()]
    return _page(
        request, "preferences", step, form=form, contact=contact, publication_url="".join(champion_links[:1])
    )


@csrf_exempt  # RFC 8058: the mail program posts without a cookie; the signed token is the authority
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows one button; POST, from the button or from a mail program (RFC 8058), acts at once."""
    try:
        key, about = signed_links.read("unsubscribe", token)[:2]
        contact, purpose = Contact.objects.get(pk=key), Purpose(str(about))
    except (BadLink, ValueError, Contact.DoesNotExist):
        return _page(request, "unsubscribe", "stale")
    context = {"purpose_label": purpose.label, "wording": WORDINGS[purpose]}
    if request.method != "POST":
        subscribed = contact.involvements.current().filter(purpose=purpose).exists()
        return _page(request, "unsubscribe", "ask" if subscribed else "done", **context)
    one_click = request.POST.get("List-Unsubscribe") == "One-Click"
    source = Consent.Source.ONE_CLICK if one_click else Consent.Source.UNSUBSCRIBE_PAGE
    consents.withdraw(contact=contact, purpose=purpose, source=source)
    return _page(request, "unsubscribe", "done", **context)
