"""The public pages of champions, initiatives, partnerships and good practice."""

from typing import Any
from urllib.parse import urlencode

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accord_portal.foundation import working_days
from accord_portal.foundation.pages import page
from accord_portal.foundation.search import has_words
from champions.agencies import bodies_today
from champions.forms.search import ChampionSearchForm, InitiativeSearchForm
from champions.initiatives import standing
from champions.initiatives.regions import regions_counted
from champions.models import Agency, Champion, ChampionPage, Initiative, Partner, Partnership, PracticeStory

REPORTS_SHOWN = 50  # of an initiative, the latest


def _listed(
    request: HttpRequest, template: str, rows: Any, by: str, form: Form | None = None, **more: Any
) -> HttpResponse:
    """One page of a public list; the link to the next keeps the filter. The template reads `more`, too."""
    found = page(rows, by, request.GET.get("after", ""))
    chosen = {k: v for k, v in request.GET.items() if form and k in form.fields and v}
    context = {
        "page": found,
        "form": form,
        "filtered": bool(chosen),
        "has_words": "q" not in chosen or has_words(request.GET["q"]),
        "next_url": f"?{urlencode({**chosen, 'after': found.after})}" if found.after else "",
        "first_url": f"?{urlencode(chosen)}" if chosen else request.path,
        **more,
    }
    return render(request, f"champions/{template}.html", context)


@require_safe
def champion_list(request: HttpRequest) -> HttpResponse:
    """Published champions by name, found by words and kind."""
    form = ChampionSearchForm(request.GET)
    rows = Champion.objects.published().select_related("page")
    if form.is_valid():
        rows = rows.matching(form.cleaned_data["q"])
        if form.cleaned_data["kind"]:
            rows = rows.filter(kind=form.cleaned_data["kind"])
    return _listed(request, "champion_list", rows, "name", form)


@require_safe
def champion_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One champion with what it does, by itself and with others."""
    rows = Champion.objects.published().select_related("agency", "page__picture")
    rows = rows.defer("page__picture__large", "page__picture__small").prefetch_related("agency__names")
    champion = get_object_or_404(rows, slug=slug)
    agency = champion.agency
    named = Partner.objects.shown().filter(champion=champion).values("initiative")
    context = {
        "champion": champion,
        "then": agency.name_on(champion.appointed_on) if agency and champion.appointed_on else None,
        "page": _public_page(champion),
        "office_holders": champion.office_holders.shown(),
        "principles": champion.principles.all(),
        "initiatives": standing.with_standing(champion.initiatives.published()),
        "joined": standing.with_standing(Initiative.objects.published().filter(pk__in=named)),
    }
    return render(request, "champions/champion_detail.html", context)


def _public_page(champion: Champion) -> ChampionPage | None:
    """What they wrote of themselves, where staff published it."""
    page = getattr(champion, "page", None)
    return page if page and page.is_public else None


@require_safe
def agency_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One agency: the names it has had, what it came from and became, and where it champions the Accord."""
    agencies = Agency.objects.prefetch_related("names", "predecessors__names", "successors__names")
    agency = get_object_or_404(agencies, slug=slug)
    context = {
        "agency": agency,
        "names": sorted(agency.names.all(), key=lambda name: -name.position),
        "today": bodies_today(agency),
        "champions": Champion.objects.published().filter(agency=agency),
    }
    return render(request, "champions/agency_detail.html", context)


@require_safe
def initiative_list(request: HttpRequest) -> HttpResponse:
    """Published initiatives, the newest first, found by words and principle."""
    form = InitiativeSearchForm(request.GET)
    rows = standing.with_standing(Initiative.objects.published())
    if form.is_valid():
        rows = rows.matching(form.cleaned_data["q"])
        if form.cleaned_data["principle"]:
            rows = rows.filter(principles=form.cleaned_data["principle"])
        if form.cleaned_data["region"]:
            rows = rows.filter(regions=form.cleaned_data["region"])
    regions = regions_counted()
    shown = regions if any(region.number for region in regions) else []
    chosen = form.cleaned_data["region"].pk if form.cleaned_data.get("region") else None
    return _listed(request, "initiative_list", rows, "-published_at", form, regions=shown, region=chosen)


@require_safe
def initiative_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One initiative: who takes it, how it stands for each side, and what was said before."""
    published = standing.with_standing(Initiative.objects.published())
    initiative = get_object_or_404(published, slug=slug)
    reports = initiative.reports.public().with_public_words()[:REPORTS_SHOWN]
    context = {
        "initiative": initiative,
        "partners": [partner.champion for partner in initiative.shown_partners],
        "principles": initiative.principles.all(),
        "features": initiative.features.all(),
        "regions": initiative.regions.all(),
        "milestones": initiative.milestones.all(),
        "standing": standing.of(initiative),
        "reports": reports,
        "today": working_days.today(),
    }
    return render(request, "champions/initiative_detail.html", context)


@require_safe
def partnership_list(request: HttpRequest) -> HttpResponse:
    """The agreements that their partners made public."""
    rows = Partnership.objects.published().prefetch_related("parties")
    return _listed(request, "partnership_list", rows, "title")


@require_safe
def practice_story_list(request: HttpRequest) -> HttpResponse:
    """Case studies, the newest first."""
    return _listed(request, "practice_story_list", PracticeStory.objects.published(), "-published_at")
