"""The form, and its receipt."""

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token, rotate_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accord_portal.foundation import rate_limit, signed_links
from accord_portal.foundation.http_answers import must_wait, see_other, unkept
from accord_portal.foundation.memory import ForAMinute
from accord_portal.foundation.signed_links import BadLink, OldLink
from accord_portal.foundation.telephones import can_be_rung
from responses.answers import intake, recommending
from responses.forms.express_interest import ExpressInterestForm
from responses.forms.fields import started_token
from responses.models import Call, ExpressionOfInterest, Recommendation
from responses.people.links import LINKS_LAST, recommend_url_of

from .links import page
from .recommend import invited

HIDDEN_FIELDS = {"website", "started", "wording"}
TOKEN_HERE, STARTED_HERE = "csrf-token-goes-here", "started-token-goes-here"


@require_http_methods(["GET", "HEAD", "POST"])
def express_interest(request: HttpRequest) -> HttpResponse:
    """The form of 2011. A valid answer is kept, then shown its receipt.

    Who said yes to an invitation comes with its token in the address, as does what they send.
    """
    call, empty_page = _open_form()
    if call is None:
        status = 410 if request.method == "POST" else 200
        return render(request, "responses/closed.html", {"typed": _typed(request)}, status=status)
    invitation = request.GET.get("invitation", "")
    if request.method != "POST":
        if invitation:
            return _invited(request, call, invitation)
        with_token = empty_page.replace(TOKEN_HERE, _token(request))
        return HttpResponse(with_token.replace(STARTED_HERE, started_token()))
    if rate_limit.sent_too_much(request):
        return _too_many(request)
    form = ExpressInterestForm(request.POST)
    if not form.is_valid():
        form.begin_again(wording=form["wording"].initial)  # the words that are shown now
        return render(request, "responses/express_interest.html", _form_context(call, form))
    eoi = intake.receive(call=call, answers=form.answers(), wording=form.wordings_shown())
    if invitation:
        _came_of(invitation, eoi)
    receipt = signed_links.token("receipt", eoi.reference)
    return see_other(f"{reverse('received')}?receipt={receipt}")


def _token(request: HttpRequest) -> str:
    """What the form carries against forgery. A mask hides a secret that comes in page after page, compressed
    with what somebody else chose (BREACH): one that is drawn for this very page has nothing to hide."""
    if "CSRF_COOKIE" in request.META:
        return get_token(request)
    rotate_token(request)
    secret: str = request.META["CSRF_COOKIE"]
    return secret


def _invited(request: HttpRequest, call: Call, token: str) -> HttpResponse:
    """The form with name and address filled in, for somebody who was recommended and said yes."""
    try:
        recommendation, is_fresh = invited(token)
    except BadLink:
        return redirect("express-interest")
    if not is_fresh or recommendation.state != Recommendation.State.YES or recommendation.eoi_id:
        return redirect("invitation", token)
    known = {"name": recommendation.name, "email": recommendation.email}
    form = ExpressInterestForm(initial={"started": started_token(), **known})
    return page(request, "express_interest", "ask", **_form_context(call, form))


def _came_of(token: str, eoi: ExpressionOfInterest) -> None:
    try:
        recommendation, _ = invited(token)
    except BadLink:
        return
    recommending.record_origin(recommendation=recommendation, eoi=eoi)


def _form_context(call: Call, form: ExpressInterestForm) -> dict[str, object]:
    return {"call": call, "form": form, "privacy_notice_version": intake.PRIVACY_NOTICE_VERSION}


@ForAMinute
def _open_form() -> tuple[Call | None, str]:
    """The call that is open today, and its empty form's page, in which each request puts its own tokens.

    Remembered for a minute: rendering a form costs ten times the rest of the page.
    """
    call = Call.objects.open_on(timezone.localdate()).first()
    if call is None:
        return None, ""
    nobodys = HttpRequest()
    nobodys.path = reverse("express-interest")
    form = ExpressInterestForm(initial={"started": STARTED_HERE})
    context = {**_form_context(call, form), "csrf_token": TOKEN_HERE}
    return call, render_to_string("responses/express_interest.html", context, nobodys)


def _typed(request: HttpRequest) -> list[tuple[str, str, str]]:
    """What was posted, as name, label and text: a page that cannot take answers gives them back."""
    fields = ExpressInterestForm.base_fields
    shown = [(name, field) for name, field in fields.items() if name not in HIDDEN_FIELDS]
    return [(name, str(field.label), request.POST[name]) for name, field in shown if request.POST.get(name)]


def _too_many(request: HttpRequest) -> HttpResponse:
    context = {"typed": _typed(request), "started": started_token()}
    return must_wait(render(request, "429.html", context))


@require_safe
def received(request: HttpRequest) -> HttpResponse:
    """The receipt: the reference, what happens next, and by which day. It lasts as long as a mailed link."""
    receipt, status = request.GET.get("receipt", ""), 200
    context: dict[str, object] = {"eoi": None}
    try:
        reference = signed_links.read("receipt", receipt, LINKS_LAST)
    except OldLink:
        status, context["is_old"] = 410, True
    except BadLink:
        pass
    else:
        eoi = ExpressionOfInterest.objects.filter(reference__in=reference).first()
        context = {
            "eoi": eoi,
            "recommend_url": recommend_url_of(eoi, receipt) if eoi else "",
            "unread_number": eoi and eoi.email and eoi.telephone and not can_be_rung(eoi.telephone),
        }
    return unkept(render(request, "responses/received.html", context, status=status))
