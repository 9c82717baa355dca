"""What a person sent us, every version of it, and changing it."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from accord_portal.foundation.acts import ChangedMeanwhile, NotPossible
from responses.answers import differences, intake
from responses.forms.preferences import ChangeAnswersForm, switches
from responses.models import Contact, ExpressionOfInterest
from responses.people.links import enquiry_url, referral_url

from .links import behind_the_one_link, own_page, to


@behind_the_one_link
def answers(request: HttpRequest, token: str, contact: Contact) -> HttpResponse:
    """Every form the person sent, each version, the newest first."""
    found = list(_of(contact).select_related("call"))
    replaced = {eoi.replaces_id for eoi in found}
    forms = [(eoi, eoi.pk not in replaced) for eoi in found]
    return own_page(request, "preferences_answers", "show", forms=forms, token=token)


@behind_the_one_link
def answer(request: HttpRequest, token: str, contact: Contact, reference: str) -> HttpResponse:
    """One version in full, with the words that were asked and what it changed."""
    eoi = get_object_or_404(_of(contact).select_related("call", "replaces"), reference=reference)
    lines = eoi.evidence.order_by("pk")
    said = [(line.wording.text, eoi.answers[line.purpose]) for line in lines]
    referred = eoi.referrals.select_related("eoi__contact")
    asked = eoi.enquiries.select_related("eoi__contact")
    context = {
        "eoi": eoi,
        "said": said,
        "differences": differences.between(eoi),
        "later": _of(contact).filter(replaces=eoi).first(),
        "referrals": [(row, referral_url(row, token)) for row in referred],
        "enquiries": [(enquiry, enquiry_url(enquiry, token)) for enquiry in asked],
    }
    return own_page(request, "preferences_answer", "show", token=token, **context)


@behind_the_one_link
def change(request: HttpRequest, token: str, contact: Contact, reference: str) -> HttpResponse:
    """The form of the call with what the person sent last; sending it makes a new version."""
    eoi = get_object_or_404(_of(contact), reference=reference)
    held = switches(contact)
    form = ChangeAnswersForm(
        request.POST if request.method == "POST" else None,
        before=eoi,
        contact=contact,
        held=held,
        language=contact.language,
    )
    if form.is_valid():
        try:
            words = form.wordings_shown()
            shown = form.as_it_was_shown()
            new = intake.change(
                before=eoi, answers=form.answers(), wording=words, contact=contact, shown=shown
            )
            return to("preferences-answer", token, new.reference)
        except ChangedMeanwhile as refusal:
            contact.refresh_from_db()
            form.refuse(str(refusal), contact)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
    later = _of(contact).filter(replaces=eoi).first()
    step = "changed" if later and not form.is_bound else "ask"
    undecided = any(switch.off_asked_at for switch in held.values())
    context = {"form": form, "eoi": eoi, "later": later, "undecided": undecided}
    return own_page(request, "preferences_change", step, token=token, **context)


def _of(contact: Contact) -> QuerySet[ExpressionOfInterest]:
    return ExpressionOfInterest.objects.filter(contact=contact)
