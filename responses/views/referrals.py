"""The page on which whoever sent a form says whether something may be passed on to an agency."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from accord_portal.foundation import working_days
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.http_answers import see_other, unkept
from accord_portal.foundation.signed_links import BadLink
from responses.answers import referring
from responses.models import Contact, Referral
from responses.people.links import preferences_url

from .links import linked_contact, page

ACT_PRESSED = {"yes": referring.agree, "no": referring.decline}


@require_http_methods(["GET", "HEAD", "POST"])
def referral(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows to whom and exactly what, with two buttons; each is a POST, and twice is as once."""
    try:
        contact, facts = linked_contact("referral", token)
        asked = _referral(contact, facts[0])
    except BadLink:
        return page(request, "referral", "stale")
    refusal = ""
    act = ACT_PRESSED.get(request.POST.get("answer", "")) if request.method == "POST" else None
    if act:
        try:
            act(referral=asked)
        except NotPossible as refused:
            refusal = str(refused)
            asked.refresh_from_db()
        else:
            return unkept(see_other(request.path))
    context = {"referral": asked, "refusal": refusal, "preferences_url": preferences_url(contact, token)}
    return page(request, "referral", _step(asked), **context)


def _step(asked: Referral) -> str:
    """What the page is about now."""
    match asked.state:
        case Referral.State.ASKED if asked.expires_on >= working_days.today():
            return "ask"
        case Referral.State.AGREED | Referral.State.SENT:
            return "agreed"
        case Referral.State.DECLINED:
            return "declined"
    return "over"


def _referral(contact: Contact, key: int | str) -> Referral:
    """What this contact was asked. Raises BadLink."""
    asked = Referral.objects.select_related("eoi").filter(eoi__contact=contact, eoi__erased_at=None)
    found = asked.filter(pk=key or 0).first()
    if found is None:
        raise BadLink("nothing was asked")
    return found
