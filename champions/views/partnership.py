"""The public pages of one partnership: what its partners agreed to show, and its documents."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accord_portal.foundation.documents import download
from champions.models import OfficeHolder, Partnership, PartnershipDocument
from champions.partnerships import recording


@require_safe
def partnership_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One partnership: the whole record, or its title, kind, parties and status."""
    partnership = get_object_or_404(Partnership.objects.published(), slug=slug)
    context: dict[str, object] = {
        "partnership": partnership,
        "parties": recording.current_parties(partnership),
    }
    if partnership.is_in_full:
        context |= _whole_record(partnership)
    return render(request, "champions/partnership_detail.html", context)


def _whole_record(partnership: Partnership) -> dict[str, object]:
    champions = partnership.parties.current().filter(champion__isnull=False).values("champion")
    holders = OfficeHolder.objects.current().shown().filter(champion__in=champions)
    return {
        "office_holders": holders.select_related("champion"),
        "principles": partnership.principles.all(),
        "regions": partnership.regions.all(),
        "features": partnership.features.all(),
        "work_items": partnership.work_items.select_related("party"),
        "risks": partnership.risks.all(),
        "documents": partnership.documents.shown().described(),
        "steps": partnership.steps.all(),
    }


@require_safe
def partnership_document(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A public document of a partnership whose whole record is public, as a download."""
    partnerships = Partnership.objects.in_full().filter(slug=slug)
    shown = PartnershipDocument.objects.shown().filter(partnership__in=partnerships)
    document = get_object_or_404(shown, pk=pk)
    return download(document.title, document.format, document.content)
