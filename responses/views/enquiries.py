"""The page on which whoever sent a form answers what staff asked about it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.http_answers import see_other, unkept
from accord_portal.foundation.signed_links import BadLink
from responses.answers import enquiring
from responses.forms.enquiry import AnswerForm
from responses.models import Contact, Enquiry
from responses.people.links import preferences_url

from .links import linked_contact, page


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows what was asked, with a box; POST keeps what is in it. Once answered, it shows both."""
    try:
        contact, facts = linked_contact("question", token)
        enquiry = _enquiry(contact, facts[0])
    except BadLink:
        return page(request, "question", "stale")
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            enquiring.answer(enquiry=enquiry, text=form.cleaned_data["text"])
        except NotPossible as refused:
            form.add_error(None, str(refused))
        else:
            return unkept(see_other(request.path))
    step = "done" if enquiry.answered_at and not form.is_bound else "ask"
    context = {"enquiry": enquiry, "form": form, "preferences_url": preferences_url(contact, token)}
    return page(request, "question", step, **context)


def _enquiry(contact: Contact, key: int | str) -> Enquiry:
    """What this contact was asked. Raises BadLink."""
    asked = Enquiry.objects.select_related("eoi__contact").filter(eoi__contact=contact, eoi__erased_at=None)
    enquiry = asked.filter(pk=key or 0).first()
    if enquiry is None:
        raise BadLink("nothing was asked")
    return enquiry
