"""Recommending others, and the page on which whoever was recommended answers."""

from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accord_portal.foundation import rate_limit, signed_links
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.http_answers import must_wait, see_other, unkept
from accord_portal.foundation.malformed import said
from accord_portal.foundation.signed_links import BadLink
from responses.answers import recommending
from responses.forms.recommend import RecommendForm
from responses.models import Contact, ExpressionOfInterest, Recommendation
from responses.people.links import LINKS_LAST

from .links import WAIT, linked_contact, page

State = Recommendation.State
TO_SHARE = (
    "Kia Tūtahi is the Accord between communities and government in Aotearoa New Zealand."
    " Say how you would like to take part. It takes under three minutes: {}"
)
ACT_OF_ANSWER = {
    "yes": recommending.say_yes,
    "no_thanks": recommending.say_no_thanks,
    "never_again": recommending.say_never_again,
}


@require_http_methods(["GET", "HEAD", "POST"])
def recommend(request: HttpRequest, token: str) -> HttpResponse:
    """First a link to share, which stores nothing; then, for whoever wishes, up to five people."""
    try:
        recommender, receipt = _recommender(token)
    except BadLink:
        return page(request, "recommend", "stale")
    form = RecommendForm(request.POST if request.method == "POST" else None)
    too_much = form.is_valid() and rate_limit.sent_too_much(request)
    if too_much:
        form.add_error(None, WAIT)
    elif form.is_valid():
        try:
            recommending.recommend(
                recommender=recommender,
                people=form.suggested(),
                may_be_named=form.cleaned_data["may_be_named"] == "yes",
                receipt=receipt,
            )
        except NotPossible as refused:
            form.add_error(None, str(refused))
        else:
            return page(request, "recommend", "done")
    text = TO_SHARE.format(settings.BASE_URL + reverse("express-interest"))
    by_mail = f"mailto:?{urlencode({'subject': 'Kia Tūtahi Accord', 'body': text}, quote_via=quote)}"
    response = page(request, "recommend", "ask", form=form, text=text, by_mail=by_mail)
    return must_wait(response) if too_much else response


def _recommender(token: str) -> tuple[Contact, ExpressionOfInterest | None]:
    """Whose link it is, and on the receipt of which form it stood, if it was not mailed. Raises BadLink."""
    facts = signed_links.read("recommend", token, LINKS_LAST)
    if len(facts) > 1:
        return linked_contact("recommend", token)[0], None
    eoi = ExpressionOfInterest.objects.select_related("contact").filter(reference__in=facts).first()
    if eoi is None or eoi.contact.erased_at:
        raise BadLink("no such receipt")
    return eoi.contact, eoi


@csrf_exempt  # a way out works without cookies too; the signed token is the authority
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """GET says who holds what and why, with three buttons; each of them is a POST, and twice is as once."""
    try:
        recommendation, is_fresh = invited(token)
    except BadLink:
        return page(request, "invitation", "stale")
    answer = said(request, "answer") if request.method == "POST" else ""
    if answer in ACT_OF_ANSWER and (is_fresh or answer != "yes"):
        ACT_OF_ANSWER[answer](recommendation=recommendation)
        recommendation.refresh_from_db()
        if answer == "yes" and recommendation.state == State.YES and not recommendation.eoi_id:
            form = f"{reverse('express-interest')}?invitation={token}"
            return unkept(see_other(form))
    step = _step(recommendation, is_fresh)
    return page(request, "invitation", step, recommendation=recommendation)


def invited(token: str) -> tuple[Recommendation, bool]:
    """What an invitation's link is about, and whether its week is not over. Raises BadLink.

    The ways out have no end, as with an unsubscribe link. What shows the person's details lasts a week.
    """
    key, mark, _ = signed_links.read_marked("invitation", token)
    row = Recommendation.objects.select_related("recommender", "receipt").filter(pk=key).first()
    if row is None or row.mark != mark:
        raise BadLink("no such invitation")
    try:
        signed_links.read("invitation", token, LINKS_LAST)
    except BadLink:
        return row, False
    return row, True


def _step(recommendation: Recommendation, is_fresh: bool) -> str:
    """What the page is about now."""
    match recommendation.state:
        case State.INVITED | State.YES if not recommendation.eoi_id:
            return "ask" if is_fresh else "late"
        case State.YES:
            return "answered"
        case State.NO_THANKS | State.NEVER_AGAIN:
            return str(recommendation.state)
    return "over"
